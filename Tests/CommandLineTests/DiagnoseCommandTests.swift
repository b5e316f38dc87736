import Foundation
import TestSupport
import Testing

@testable import terway_operator

struct `The commands diagnose and report` {
  private static let unreachable = """
    apiVersion: v1
    kind: Config
    current-context: gone
    clusters: [{name: gone, cluster: {server: "http://127.0.0.1:9"}}]
    contexts: [{name: gone, context: {cluster: gone, user: nobody}}]
    users: [{name: nobody, user: {}}]
    """

  @Test(arguments: ["diagnose", "report"])
  func `say that they cannot reach the cluster`(command: String) async throws {
    try await TemporaryDirectory.with(["kubeconfig.yaml": Self.unreachable]) { directory in
      let run = await TestRun.of([command, "--kubeconfig", "\(directory)/kubeconfig.yaml"])
      #expect(run.code == .unreachable)
      #expect(run.output.isEmpty && run.errors.contains("127.0.0.1:9"), "\(run.errors)")
      let none = await TestRun.of([command, "--kubeconfig", "\(directory)/none.yaml"])
      #expect(none.code == .unreachable)
    }
  }

  @Test(arguments: [
    "diagnose -o yaml", "diagnose --since 5s", "diagnose --since 90d", "diagnose --pod a/b/c", "diagnose --pod /",
    "report -o text", "report --language fr", "diagnose extra", "diagnose --prometheus ftp://x",
  ])
  func `refuse what they do not know`(line: String) async {
    let run = await TestRun.of(line)
    #expect(run.code == .usage && run.output.isEmpty, "\(run.errors)")
  }

  @Test func `read an earlier report before they ask anybody`() async throws {
    try await TemporaryDirectory.with(["a.json": "[]", "b.json": "{"]) { directory in
      for file in ["a.json", "b.json", "none.json"] {
        let run = await TestRun.of("report --since-report \(directory)/\(file)")
        #expect(run.code == .findings && run.errors.contains(file), "\(run.errors)")
      }
    }
  }

  @Test func `show progress on a terminal, and take it away`() async throws {
    try await TemporaryDirectory.with(["kubeconfig.yaml": Self.unreachable]) { directory in
      let run = await TestRun.of(["diagnose", "--kubeconfig", "\(directory)/kubeconfig.yaml"], isStyled: true)
      #expect(run.errors.contains("\r\u{1B}[K"))
      let plain = await TestRun.of(["diagnose", "--kubeconfig", "\(directory)/kubeconfig.yaml"])
      #expect(!plain.errors.contains("\u{1B}") && !plain.errors.contains("\r"))
    }
  }

  @Test func `ends at once and in order when somebody presses Ctrl-C`() async throws {
    let end = DispatchSemaphore(value: 0)
    let server = try TextServer { _ in
      end.wait()
      return nil
    }
    defer { withExtendedLifetime(server) { _ = end.signal() } }
    let kubeconfig = Self.unreachable.replacing("127.0.0.1:9", with: "127.0.0.1:\(server.port)")
    try await TemporaryDirectory.with(["kubeconfig.yaml": kubeconfig]) { directory in
      let script = "timeout --preserve-status -s INT 1 \"$0\" diagnose --kubeconfig kubeconfig.yaml; echo $?"
      let result = try await Command.onThread { try Subprocess.bash(script, in: directory) }
      #expect(result.output == "130\n" && result.errors.isEmpty, "\(result)")
    }
  }
}
