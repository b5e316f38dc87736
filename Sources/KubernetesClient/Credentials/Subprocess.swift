import Foundation
import Synchronization

/// Runs a program to its end without blocking a thread of the cooperative pool.
enum Subprocess {
  struct Outcome: Sendable {
    var exitCode: Int32
    var output: [UInt8]
    var timedOut: Bool
  }

  /// Standard error goes to ours, standard input is empty.
  static func run(
    command: String, arguments: [String], environment: [String: String], deadline: Duration
  ) async throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    let timedOut = Mutex(false)

    return try await withCheckedThrowingContinuation { continuation in
      // A thread of its own: reading to the end of the pipe blocks for as long as the program runs.
      let thread = Thread {
        do {
          try process.run()
        } catch {
          continuation.resume(throwing: error)
          return
        }
        let watchdog = DispatchWorkItem {
          timedOut.withLock { $0 = true }
          process.terminate()
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + deadline.seconds, execute: watchdog)
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        watchdog.cancel()
        continuation.resume(
          returning: Outcome(
            exitCode: process.terminationStatus, output: [UInt8](output), timedOut: timedOut.withLock { $0 }))
      }
      thread.start()
    }
  }
}
