import HTTPTransport
import KubernetesModel
import Serialization
import Testing

@testable import KubernetesClient

struct `A list` {
  private static let configMaps = ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true)
  private static let selection = ResourceSelection(configMaps, namespace: "default", fields: "metadata.name=a")

  private static func page(_ names: [String], continueToken: String = "") -> String {
    let items = names.map { #"{"metadata":{"name":"\#($0)"}}"# }.joined(separator: ",")
    return #"{"metadata":{"resourceVersion":"7","continue":"\#(continueToken)"},"items":[\#(items)]}"#
  }

  /// The names that a client is given, and what it asks for.
  private func list(
    _ freshness: KubernetesClient.Freshness, _ answers: String...
  ) async throws -> (names: [String], requests: [String]) {
    let server = ScriptedServer(answers.map { .status(200, body: $0) })
    let client = KubernetesClient(
      configuration: ClusterConfiguration(
        server: "https://api", endpoint: HTTPEndpoint(), credentials: .none, origin: "test"),
      http: server, userAgent: "test")
    let objects = try await client.list(Self.selection, freshness, as: MetadataOnly.self)
    return (objects.map(\.metadata.name), server.requests.map { String($0.url.dropFirst("https://api".count)) })
  }

  private static let path = "/api/v1/namespaces/default/configmaps?fieldSelector=metadata.name%3Da"

  @Test func `of this moment is read in pages`() async throws {
    let (names, requests) = try await list(
      .newest, Self.page(["a", "b"], continueToken: "next"), Self.page(["c"]))
    #expect(names == ["a", "b", "c"])
    #expect(requests == ["\(Self.path)&limit=500", "\(Self.path)&limit=500&continue=next"])
  }

  @Test func `of the server's cache is read at once`() async throws {
    let (names, requests) = try await list(.cached, Self.page(["a", "b"]))
    #expect(names == ["a", "b"])
    #expect(requests == ["\(Self.path)&resourceVersion=0"])
  }

  @Test func `that breaks off is an error, not a shorter list`() async throws {
    for freshness in [KubernetesClient.Freshness.newest, .cached] {
      await #expect(throws: (any Error).self) {
        try await list(freshness, String(Self.page(["a", "b"]).dropLast(3)))
      }
    }
  }
}
