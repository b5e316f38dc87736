import ControllerRuntime
import Prometheus

/// `/healthz`, `/readyz` and `/metrics`.
struct ServiceEndpoints: Sendable {
  struct Server: Sendable {
    var purpose: String
    var address: ListenAddress
    var part: LifecyclePart
  }

  private let registry: MetricRegistry
  /// Why the process is not ready; empty when it is.
  private let complaints: @Sendable () -> [String]

  init(registry: MetricRegistry, complaints: @escaping @Sendable () -> [String]) {
    self.registry = registry
    self.complaints = complaints
  }

  /// Opens the ports.
  func listen(metrics: ListenAddress?, health: ListenAddress?) throws -> [Server] {
    var servers: [Server] = []
    if let metrics { servers.append(try listen(metrics, "metrics", metricsRoutes)) }
    if let health { servers.append(try listen(health, "health", healthRoutes)) }
    return servers
  }

  private func listen(
    _ address: ListenAddress, _ purpose: String, _ routes: [String: HTTPServer.Handler]
  ) throws -> Server {
    let server = try HTTPServer(listeningOn: address, routes: routes)
    let part = LifecyclePart("\(purpose) server") { ready in
      ready()
      await server.run()
    }
    return Server(purpose: purpose, address: server.address, part: part)
  }

  private var metricsRoutes: [String: HTTPServer.Handler] {
    [
      "/metrics": { _ in
        HTTPServer.Response(contentType: "text/plain; version=0.0.4; charset=utf-8", text: registry.exposition())
      }
    ]
  }

  private var healthRoutes: [String: HTTPServer.Handler] {
    [
      "/healthz": { _ in HTTPServer.Response(text: "ok\n") },
      "/readyz": { _ in
        let complaints = complaints()
        return complaints.isEmpty
          ? HTTPServer.Response(text: "ok\n")
          : HTTPServer.Response(status: 503, text: complaints.map { "not ready: \($0)\n" }.joined())
      },
    ]
  }
}
