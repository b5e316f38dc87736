import Foundation

/// The real operator, as a process of its own.
final class OperatorUnderTest {
  private let process = Process()
  private let log: String

  var identifier: Int32 { process.processIdentifier }

  init(_ cluster: Cluster, scratch: String) throws {
    let ourselves = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(fileURLWithPath: ourselves).deletingLastPathComponent().appendingPathComponent("terway-operator")
    log = "\(scratch)/operator.log"
    guard FileManager.default.createFile(atPath: log, contents: nil) else {
      throw BenchmarkError("\(log) cannot be written")
    }
    process.executableURL = program
    process.arguments = [
      "run", "--kubeconfig", cluster.kubeconfig, "--metrics-bind-address", "127.0.0.1:0",
      "--health-probe-bind-address", "127.0.0.1:0",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    try process.run()
  }

  /// Asks it to stop, and waits until it did.
  func stop() throws {
    process.terminate()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError(
        "the operator failed: \((try? String(contentsOfFile: log, encoding: .utf8))?.suffix(2_000) ?? "")")
    }
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
}
