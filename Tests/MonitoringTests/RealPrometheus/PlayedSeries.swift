import Foundation
import Monitoring

/// One series that an exporter of a played cluster serves. All is well, but for one thing or another on a few nodes.
struct PlayedSeries: Sendable {
  private let metric: any SourceMetric
  private let name: String
  private let labels: [String: String]
  private let labelText: String
  /// From 0 to 1, the same for the same labels.
  private let peculiarity: Double
  private let isUnwell: Bool

  /// - Parameter thing: labels, also those that are not among the metric's.
  init(metric: any SourceMetric, thing: [String: String]) {
    (self.metric, name) = (metric, metric.name)
    labels = thing.filter { metric.labels.contains($0.key) }
    labelText = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
    let hash = labelText.utf8.reduce(0x811c_9dc5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    peculiarity = Double(hash % 1000) / 1000
    isUnwell = thing["node"] == PlayedCluster.nodes.last
  }

  /// Of the text format, with the values of a time.
  func lines(at time: Double) -> [String] {
    switch metric.kind {
    case .gauge: [line(value: level(at: time))]
    case .counter: [line(value: count(at: time))]
    case .histogram: histogram(at: time)
    }
  }

  private func line(_ suffix: String = "", _ more: String = "", value: Double) -> String {
    "\(name)\(suffix){\(labelText)\(labelText.isEmpty || more.isEmpty ? "" : ",")\(more)} \(value)"
  }

  private func level(at time: Double) -> Double {
    switch name {
    case ContractMetric.allocatedIPs.name: 3 + (3 + 3 * sin(time / 30 + peculiarity * 6)).rounded(.down)
    case ContractMetric.totalIPs.name: 10
    case ContractMetric.capacityIPs.name: 60
    case ContractMetric.eniLimit.name: 6
    case ContractMetric.poolMinimum.name: 2
    case ContractMetric.poolMaximum.name: 5
    case ContractMetric.lastSync.name: time - 600 * (1 + peculiarity)
    case ContractMetric.vSwitchUsedIPs.name: 400
    case ContractMetric.vSwitchSizeIPs.name: 4091
    case ContractMetric.currentBandwidth.name: 1e5 * (1 + peculiarity)
    case ContractMetric.allocatedBandwidth.name: 1e6
    case ContractMetric.instanceBandwidth.name: 1.25e9
    case UpstreamMetric.poolTotal.name: 20
    case UpstreamMetric.poolIdle.name: 4 + (peculiarity * 4).rounded(.down)
    case UpstreamMetric.residentMemory.name: 60e6
    case UpstreamMetric.podReady.name: (labels["condition"] == "true") == !isUnwell ? 1 : 0
    case UpstreamMetric.podPhase.name: (labels["phase"] == "Pending") == (labels["pod"] == "waiting") ? 1 : 0
    case UpstreamMetric.nodeCondition.name: labels["status"] == "true" ? 1 : 0
    case UpstreamMetric.podInfo.name, ContractMetric.nodeInfo.name, UpstreamMetric.deploymentAvailable.name: 1
    case UpstreamMetric.leader.name: 1
    default: isUnwell ? 1 : 0
    }
  }

  private func count(at time: Double) -> Double {
    let perSecond =
      switch name {
      case _ where name.contains("bytes"): 1e5
      case _ where name.contains("drop") || name.contains("Retrans"): 0.01
      case _ where name.contains("packets") || name.contains("Segs"): 100.0
      case _ where name.contains("restarts"): 0.0
      case _ where name.contains("fail") || name.contains("errors"): 0.01
      case _ where name.contains("violations") || name.contains("hubble"): isUnwell ? 0.5 : 0.0
      case _ where name.contains("throttled") || name.contains("cpu_seconds"): 0.1
      default: 10.0
      }
    return perSecond * (0.5 + peculiarity) * (labels["code"] == "500" ? 0.001 : 1) * (time - Self.start)
  }

  /// Of all exporters, a while before the test.
  private static let start = Date().timeIntervalSince1970 - 600

  private func histogram(at time: Double) -> [String] {
    let isFailure = labels["error"] == "true" || labels["result"] == "failed"
    let count = (10 * (0.5 + peculiarity) * (isFailure ? 0.01 : 1) * (time - Self.start)).rounded()
    let bounds = Self.bounds[name] ?? Self.seconds
    let buckets = bounds.enumerated().map { index, bound in
      line("_bucket", "le=\"\(bound)\"", value: (count * (1 - pow(0.4, Double(index + 1)))).rounded())
    }
    return buckets + [
      line("_bucket", "le=\"+Inf\"", value: count), line("_count", value: count),
      line("_sum", value: count * bounds[bounds.count / 2]),
    ]
  }

  private static let seconds = [0.001, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.1, 0.5, 1]
  private static let milliseconds: [Double] = [
    50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 13_800, 14_800, 16_800, 20_800, 28_800, 44_800,
  ]
  private static let bounds: [String: [Double]] = [
    UpstreamMetric.rpcLatency.name: milliseconds, UpstreamMetric.openAPILatency.name: milliseconds,
    UpstreamMetric.rateLimiterLatency.name: milliseconds, UpstreamMetric.nodeReconcileLatency.name: milliseconds,
    UpstreamMetric.eniAttachDuration.name: [1, 2, 5, 10, 15, 20, 30, 60, 120],
  ]
}
