import Foundation

/// A program outside of this process.
enum Subprocess {
  struct Result: Sendable {
    var code: Int32
    var output: String
    var errors: String
  }

  /// The binary that was built together with these tests.
  static let binary = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "terway-operator").path

  /// Runs a script of bash in which `$0` is the binary. Streams go through files: no pipe can fill up.
  static func bash(_ script: String, in directory: String? = nil) throws -> Result {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "subprocess-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let (output, errors) = (scratch.appending(path: "out"), scratch.appending(path: "err"))
    for file in [output, errors] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script, binary]
    process.currentDirectoryURL = directory.map { URL(filePath: $0) } ?? scratch
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Result(
      code: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}
