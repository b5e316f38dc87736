import FoundationEssentials
import Glibc
import KubernetesClient

/// The real operator, as a process of its own.
final class OperatorUnderTest {
  private let process: SpawnedProcess
  private let log: String

  var identifier: Int32 { process.identifier }

  /// It is built beside this one.
  static var program: String {
    get throws {
      try ChildProcess.ownPath.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/terway-operator"
    }
  }

  init(_ cluster: Cluster, scratch: String) throws {
    log = "\(scratch)/operator.log"
    let descriptor = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BenchmarkError("\(log) cannot be written") }
    defer { close(descriptor) }
    process = try SpawnedProcess(
      try Self.program,
      [
        "run", "--kubeconfig", cluster.kubeconfig, "--metrics-bind-address", "127.0.0.1:0",
        "--health-probe-bind-address", "127.0.0.1:0",
      ], output: nil, errors: descriptor)
  }

  /// Asks it to stop, and waits until it did.
  func stop() throws {
    kill(process.identifier, SIGTERM)
    let code = process.waitForExit()
    guard code == 0 else {
      throw BenchmarkError(
        "the operator failed: \((try? String(contentsOfFile: log, encoding: .utf8))?.suffix(2_000) ?? "")")
    }
  }

  deinit { if process.exitCode() == nil { kill(process.identifier, SIGKILL) } }
}
