import Glibc
import Locking

/// Runs a program to its end without blocking a thread of the cooperative pool.
enum Subprocess {
  typealias Instant = ContinuousClock.Instant

  struct Outcome: Sendable {
    var exitCode: Int32
    var output: [UInt8]
    var timedOut: Bool
  }

  /// How long a program that was asked to end has before it is killed.
  private static let grace = Duration.seconds(2)

  /// Standard error is dropped, because nobody knows what a plugin says there; standard input is empty.
  ///
  /// - Throws: `SpawnError` when it cannot be started.
  static func run(
    command: String, arguments: [String], environment: [String: String], deadline: Duration
  ) async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      // A thread of its own: it waits for as long as the program runs.
      let isStarted = DetachedThread.start(named: "subprocess") {
        continuation.resume(
          with: Result {
            try runBlocking(command: command, arguments: arguments, environment: environment, deadline: deadline)
          })
      }
      if !isStarted { continuation.resume(throwing: SpawnError(program: command, code: EAGAIN)) }
    }
  }

  private static func runBlocking(
    command: String, arguments: [String], environment: [String: String], deadline: Duration
  ) throws -> Outcome {
    let pipe = try Pipe(for: command)
    defer { close(pipe.reading) }
    let end = ContinuousClock.now + deadline
    let process: SpawnedProcess
    do {
      // Ours has to be closed for the stream to have an end.
      defer { close(pipe.writing) }
      process = try SpawnedProcess(
        "/usr/bin/env", [command] + arguments, environment: environment, output: pipe.writing, errors: nil)
    }
    let output = read(pipe.reading, of: process, until: end)
    let isLate = !hasEnded(process, by: end)
    if isLate {
      kill(process.identifier, SIGTERM)
      if !hasEnded(process, by: .now + grace) { kill(process.identifier, SIGKILL) }
    }
    return Outcome(exitCode: process.waitForExit(), output: output, timedOut: isLate)
  }

  private static func hasEnded(_ process: SpawnedProcess, by end: Instant) -> Bool {
    while process.exitCode() == nil {
      guard ContinuousClock.now < end else { return false }
      usleep(20_000)
    }
    return true
  }

  /// Reads to the end of the stream. A grandchild that keeps it open does not count: once the program has ended and
  /// nothing is left to read, that is the end.
  private static func read(_ descriptor: Int32, of process: SpawnedProcess, until end: Instant) -> [UInt8] {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while ContinuousClock.now < end {
      var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let hasEnded = process.exitCode() != nil
      let ready = poll(&events, 1, 50)
      if ready == 0, hasEnded { break }
      guard ready > 0 else { continue }
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      output += buffer[..<count]
    }
    return output
  }
}
