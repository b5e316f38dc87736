import Foundation
import Serialization

/// What an API server takes for the kubelets of a cluster's nodes: it serves the logs that a test wrote (`Program/kubelet.py`).
///
/// It goes with its last holder. Its certificate is its own: an API server checks it only where it was told an authority.
public final class FakeKubelet: Sendable {
  private let process: Process
  /// While somebody holds the other end, it lives.
  private let input: Pipe
  private let directory: URL
  public let port: Int64

  public init() async throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("kubelet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try await Command.succeed(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=kubelet", "-addext", "subjectAltName=IP:127.0.0.1",
        "-keyout", directory.appendingPathComponent("kubelet.key").path,
        "-out", directory.appendingPathComponent("kubelet.crt").path,
      ])
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [
      Repository.file("Tests/TestSupport/Kubelet/Program/kubelet.py").path, "--directory", directory.path,
    ]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    (self.process, self.input) = (process, input)
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int64(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      process.terminate()
      throw Command.Failure(description: "the fake kubelet did not start")
    }
    self.port = port
  }

  deinit {
    process.terminate()
    try? FileManager.default.removeItem(at: directory)
  }

  /// `status` of a Node whose logs are asked for here.
  public var nodeStatus: JSONValue {
    [
      "addresses": [["type": "InternalIP", "address": "127.0.0.1"]],
      "daemonEndpoints": ["kubeletEndpoint": ["Port": .integer(port)]],
    ]
  }

  /// Sets what a pod's log is.
  public func serve(_ log: String, ofPod name: String, in namespace: String) throws {
    try Data(log.utf8).write(to: file(namespace, name, "log"))
  }

  /// Answers with this status instead; `nil` for no longer.
  public func fail(with status: Int?, forPod name: String, in namespace: String) throws {
    if let status {
      try Data("\(status)".utf8).write(to: file(namespace, name, "status"))
    } else {
      try FileManager.default.removeItem(at: file(namespace, name, "status"))
    }
  }

  /// Path and query of every request so far.
  public var requests: [String] {
    let text = try? String(contentsOf: directory.appendingPathComponent("requests"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  private func file(_ namespace: String, _ name: String, _ kind: String) -> URL {
    directory.appendingPathComponent("\(namespace)_\(name).\(kind)")
  }
}
