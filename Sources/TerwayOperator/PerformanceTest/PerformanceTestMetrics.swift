import KubernetesModel
import Locking
import Prometheus
import TerwayModel

/// What performance tests measured last, on `/metrics`: made of the statuses, so that a restart loses nothing.
final class PerformanceTestMetrics: Sendable {
  typealias Status = MonitoringProfileStatus.PerformanceTest

  private let statuses = Lock<[String: Status]>([:])

  init(_ registry: MetricRegistry) {
    registry.collect { Self.snapshots(of: self.statuses.withLock { $0 }) }
  }

  /// - Parameter status: `nil` for a profile without a test.
  func publish(_ status: Status?, of profile: String) { statuses.withLock { $0[profile] = status } }

  static func snapshots(of statuses: [String: Status]) -> [MetricSnapshot] {
    let measured = statuses.compactMap { profile, status in status.result.map { (profile, $0) } }
    return results.map { family in
      MetricSnapshot(
        family.name, help: family.help, kind: .gauge,
        samples: measured.flatMap { profile, result in
          family.values(result).compactMap { labels, value in
            value.map { .init((nodes(profile, result) + labels).sorted { $0.name < $1.name }, $0) }
          }
        })
    } + [
      MetricSnapshot(
        "terway_network_test_success", help: "Whether the last performance test that ended succeeded, 1 or 0.",
        kind: .gauge,
        samples: statuses.filter { $0.value.state.isFinal }.map {
          .init([.init("profile", $0.key)], $0.value.state == .succeeded ? 1 : 0)
        })
    ]
  }

  private typealias Values = [([MetricSnapshot.Label], Double?)]
  private struct Family: Sendable {
    var name: String
    var help: String
    var values: @Sendable (Status.Measurement) -> Values
  }

  /// Named so that what the shipped monitor keeps includes them.
  private static let results = [
    Family(
      name: "terway_network_test_throughput_bits_per_second",
      help: "TCP payload that arrived, as the last successful performance test measured it."
    ) { directions($0.throughputBitsPerSecond) },
    Family(
      name: "terway_network_test_retransmits",
      help: "TCP segments that were sent again during the last successful performance test."
    ) { directions($0.retransmits) },
    Family(
      name: "terway_network_test_latency_seconds",
      help: "Time until the server answered, over all attempts of the last successful performance test."
    ) { latencies("ping", $0.ping) + latencies("tcp_connect", $0.tcpConnect) },
    Family(
      name: "terway_network_test_loss_ratio",
      help: "Share of attempts without an answer in the last successful performance test, 0 to 1."
    ) {
      [([.init("method", "ping")], $0.ping?.lossRatio), ([.init("method", "tcp_connect")], $0.tcpConnect?.lossRatio)]
    },
    Family(
      name: "terway_network_test_completion_timestamp_seconds",
      help: "When the last successful performance test ended, in Unix time."
    ) { [([], RFC3339.seconds($0.completionTime))] },
  ]

  private static func nodes(_ profile: String, _ result: Status.Measurement) -> [MetricSnapshot.Label] {
    [
      .init("client_node", result.clientNode), .init("profile", profile), .init("server_node", result.serverNode),
    ]
  }

  private static func directions(_ numbers: Status.Directions) -> Values {
    [
      ([.init("direction", "send")], numbers.send.map(Double.init)),
      ([.init("direction", "receive")], numbers.receive.map(Double.init)),
    ]
  }

  private static func latencies(_ method: String, _ trips: Status.RoundTrips?) -> Values {
    let statistics: [(String, Int64?)] = [
      ("min", trips?.minimumMicroseconds), ("avg", trips?.averageMicroseconds), ("max", trips?.maximumMicroseconds),
      ("p95", trips?.p95Microseconds), ("mdev", trips?.deviationMicroseconds),
    ]
    return statistics.map { statistic, value in
      ([.init("method", method), .init("statistic", statistic)], value.map { Double($0) / 1e6 })
    }
  }
}
