import Foundation

/// A server in a process of its own, which says on its first line of output that it is ready.
final class PeerProcess: Sendable {
  /// What the first line was; empty when the process ended before it wrote one.
  let firstLine: String
  private let identifier: Int32

  init(_ command: String, _ arguments: [String], in directory: URL? = nil) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    if let directory { process.currentDirectoryURL = directory }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    identifier = process.processIdentifier
    let handle = output.fileHandleForReading
    var line: [UInt8] = []
    while let byte = handle.readData(ofLength: 1).first, byte != 0x0A { line.append(byte) }
    firstLine = String(decoding: line, as: UTF8.self)
    // Someone must go on reading, or the peer stands still once the pipe is full.
    let descriptor = handle.fileDescriptor
    let owner = output
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while read(descriptor, &buffer, buffer.count) > 0 {}
      withExtendedLifetime(owner) {}
    }
  }

  deinit { kill(identifier, SIGKILL) }

  static func isInstalled(_ command: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(command)") }
  }
}
