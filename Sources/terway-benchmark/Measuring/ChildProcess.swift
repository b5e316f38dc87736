import FoundationEssentials
import Glibc
import KubernetesClient
import Locking
import Serialization

/// A run of this very program for one purpose, so that what it uses is its own.
enum ChildProcess {
  /// - Returns: what it printed, and how long it was there, in seconds.
  static func run(_ arguments: [String]) async throws -> (answer: JSONValue, wall: Double) {
    let (bytes, wall) = try await run(try ownPath, arguments)
    return (try JSONValue(jsonBytes: bytes), wall)
  }

  /// Of this program; the link in /proc would name another one once a child has started.
  static var ownPath: String {
    get throws { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }
  }

  /// Runs any program; its standard error is ours.
  static func run(_ program: String, _ arguments: [String]) async throws -> (output: [UInt8], wall: Double) {
    try await withCheckedThrowingContinuation { continuation in
      let isStarted = DetachedThread.start(named: "child") {
        continuation.resume(with: Result { try runBlocking(program, arguments) })
      }
      if !isStarted { continuation.resume(throwing: BenchmarkError("no thread is left")) }
    }
  }

  private static func runBlocking(_ program: String, _ arguments: [String]) throws -> (output: [UInt8], wall: Double) {
    let pipe = try Pipe(for: program)
    defer { close(pipe.reading) }
    let watch = Stopwatch()
    let process: SpawnedProcess
    do {
      defer { close(pipe.writing) }
      process = try SpawnedProcess(program, arguments, output: pipe.writing, errors: STDERR_FILENO)
    }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(pipe.reading, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      output += buffer[..<count]
    }
    let code = process.waitForExit()
    guard code == 0 else { throw BenchmarkError("\(program) \(arguments.joined(separator: " ")) failed: \(code)") }
    return (output, watch.wall)
  }
}

/// What such a run does, and prints as JSON.
struct ChildTask: Sendable {
  var name: String
  var run: @Sendable ([String]) async throws -> JSONValue
}

extension JSONValue {
  /// A number that a child process printed.
  func measured(_ key: String) throws -> Double {
    guard let number = self[key]?.number else { throw BenchmarkError("a child process did not print \(key)") }
    return number
  }
}
