import Foundation

/// Runs a program to its end without blocking a thread of the cooperative pool.
enum Subprocess {
  struct Outcome: Sendable {
    var exitCode: Int32
    var output: [UInt8]
    var timedOut: Bool
  }

  /// How long a program that was asked to end has before it is killed.
  private static let grace: TimeInterval = 2

  /// Standard error is dropped, because nobody knows what a plugin says there; standard input is empty.
  static func run(
    command: String, arguments: [String], environment: [String: String], deadline: Duration
  ) async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      // A thread of its own: it waits for as long as the program runs.
      Thread {
        continuation.resume(
          with: Result {
            try runBlocking(command: command, arguments: arguments, environment: environment, deadline: deadline)
          })
      }.start()
    }
  }

  private static func runBlocking(
    command: String, arguments: [String], environment: [String: String], deadline: Duration
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let end = Date(timeIntervalSinceNow: deadline.seconds)
    let output = read(pipe.fileHandleForReading.fileDescriptor, of: process, until: end)
    let isLate = process.isRunning && Date() >= end
    if isLate {
      process.terminate()
      let last = Date(timeIntervalSinceNow: grace)
      while process.isRunning, Date() < last { usleep(20_000) }
      // We ignore SIGTERM, and what ignores a signal passes that on to what it starts.
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
    process.waitUntilExit()
    return Outcome(exitCode: process.terminationStatus, output: output, timedOut: isLate)
  }

  /// Reads to the end of the stream. A grandchild that keeps it open does not count: once the program has ended and
  /// nothing is left to read, that is the end.
  private static func read(_ descriptor: Int32, of process: Process, until end: Date) -> [UInt8] {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while Date() < end {
      var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let hasEnded = !process.isRunning
      let ready = poll(&events, 1, 50)
      if ready == 0, hasEnded { break }
      guard ready > 0 else { continue }
      let count = Foundation.read(descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      output += buffer[..<count]
    }
    return output
  }
}
