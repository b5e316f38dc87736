import FoundationEssentials
import Glibc
import KubernetesClient

/// `terway-simulator run`, as a process of its own: Terway, its nodes and its kubelets.
final class PlayedTerway {
  private let process: SpawnedProcess
  private let log: String

  /// - Parameter nodes: `node-0000` and so on, each with seven ENIs of ten addresses for pods.
  init(_ cluster: Cluster, nodes: Int, scratch: String) throws {
    let program = try ChildProcess.ownPath.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    log = "\(scratch)/terway-simulator.log"
    let descriptor = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BenchmarkError("\(log) cannot be written") }
    defer { close(descriptor) }
    process = try SpawnedProcess(
      "\(program)/terway-simulator",
      [
        "run", "--kubeconfig", cluster.kubeconfig, "--nodes", "\(nodes)", "--addresses-per-adapter",
        "\(Fleet.addressesPerENI)", "--log-level", "warning",
      ], output: nil, errors: descriptor)
  }

  /// Throws when it has ended, with what it said last.
  func check() throws {
    guard process.exitCode() != nil else { return }
    throw BenchmarkError(
      "the simulator ended: \((try? String(contentsOfFile: log, encoding: .utf8))?.suffix(2_000) ?? "")")
  }

  func stop() {
    kill(process.identifier, SIGTERM)
    _ = process.waitForExit()
  }

  deinit { if process.exitCode() == nil { kill(process.identifier, SIGKILL) } }
}
