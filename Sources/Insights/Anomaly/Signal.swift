import Glibc

/// Something about Terway of which a Prometheus keeps the history, and that people want to be told of when it is unusual.
public struct Signal: Hashable, Sendable {
  /// For programs.
  public var id: String
  public var title: Bilingual
  /// Of its values; empty = a number of things.
  public var unit: String
  /// Has one series, or none.
  public var query: String

  /// A value of it, for people.
  func text(_ value: Double) -> String { unit.isEmpty ? value.short : "\(value.short) \(unit)" }

  /// How far back a history is read, in seconds: the season takes a week, and another in which to be unusual.
  public static let range = 14 * 86_400.0
  /// What is older than this was told before, in seconds.
  public static let recent = 7 * 86_400.0
  /// Between two readings, in seconds.
  public static let step = 300.0

  public static let all: [Signal] = [
    Signal(
      id: "used-addresses", title: Bilingual("addresses that pods hold", "Pod 占用的地址"), unit: "",
      query: "sum(max by (node, eni_id) (terway_eni_allocated_ips))"),
    Signal(
      id: "addresses", title: Bilingual("addresses of all ENIs", "全部弹性网卡的地址"), unit: "",
      query: "sum(max by (node, eni_id) (terway_eni_total_ips))"),
    Signal(
      id: "enis", title: Bilingual("ENIs", "弹性网卡"), unit: "",
      query: "count(max by (node, eni_id) (terway_eni_total_ips))"),
    Signal(
      id: "eni-errors", title: Bilingual("ENIs of which an operation failed", "操作失败的弹性网卡"), unit: "",
      query: "sum(max by (node) (terway_eni_operation_errors))"),
    Signal(
      id: "cloud-errors", title: Bilingual("calls that the cloud's API refuses", "云端 API 拒绝的调用"), unit: "1/s",
      query: "sum(rate(aliyun_openapi_latency_count{error=\"true\"}[5m]))"),
    Signal(
      id: "traffic", title: Bilingual("traffic of all nodes", "全部节点的流量"), unit: "B/s",
      query: "sum(rate(terway_network_bytes_total[5m]))"),
    Signal(
      id: "dropped-packets", title: Bilingual("packets that are dropped", "丢弃的数据包"), unit: "1/s",
      query: "sum(rate(terway_network_packets_dropped_total[5m]))"),
    Signal(
      id: "latency", title: Bilingual("latency between nodes, 95th percentile", "节点间延迟（95 分位）"), unit: "s",
      query: "histogram_quantile(0.95, sum by (le) (rate(terway_network_latency_seconds_bucket[5m])))"),
    Signal(
      id: "denied-packets", title: Bilingual("packets that policies deny", "策略拒绝的数据包"), unit: "1/s",
      query: "sum(rate(terway_network_isolation_violations_total[5m]))"),
  ]
}

/// What was unusual about a signal lately.
public struct SignalReview: Hashable, Sendable {
  public var signal: Signal
  public var outcome: Outcome
  /// How it stands: the median of the last three readings; `nil` where it is not known.
  public var latest: Double?

  public enum Outcome: Hashable, Sendable {
    /// In the order of time.
    case anomalies([Anomaly])
    /// It cannot be told; the reason completes "because".
    case unknown(because: String)
  }

  /// Less history than this tells nothing, in seconds.
  private static let leastRange = 86_400.0
  /// What differs by less from what is usual is rare perhaps, and nobody's concern; a share of what is usual.
  static let leastShare = 0.05

  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - fresh: what is not before this is told even if it has happened before, in seconds since 1970.
  public init(_ signal: Signal, _ history: Collected<History>, at now: Double, afresh fresh: Double = .infinity) {
    self.signal = signal
    switch history {
    case .unknown(let reason): outcome = .unknown(because: reason)
    case .absent: outcome = .unknown(because: "the Prometheus has nothing of it")
    case .value(let history):
      let range = (history.readings.last?.time ?? 0) - (history.readings.first?.time ?? 0)
      outcome =
        range < Self.leastRange
        ? .unknown(because: "its history is shorter than a day")
        : .anomalies(history.anomalies(leastShare: Self.leastShare, since: now - Signal.recent, afresh: fresh))
      let last = history.readings.suffix(3).map(\.value).sorted()
      latest = last.isEmpty ? nil : last[last.count / 2]
    }
  }

  /// Whether something that was unusual still is: at least half as far from what was usual, to the same side.
  func isLasting(_ anomaly: Anomaly) -> Bool {
    guard let latest else { return false }
    let (was, now) = (anomaly.value - anomaly.usual, latest - anomaly.usual)
    return was.sign == now.sign && abs(now) >= abs(was) / 2
  }

  /// Why it is not known.
  var reason: String? { if case .unknown(let reason) = outcome { reason } else { nil } }

  var anomalies: [Anomaly] { if case .anomalies(let anomalies) = outcome { anomalies } else { [] } }
}

extension Double {
  /// Three digits that count; whole from 100 on.
  var short: String {
    guard isFinite, abs(self) < 1e15 else { return "\(self)" }
    let size = abs(self)
    let scale = size >= 100 || self == rounded() ? 1 : pow(10, min(2 - log10(size).rounded(.down), 9))
    let value = (self * scale).rounded() / scale
    return value == value.rounded() ? "\(Int(value))" : "\(value)"
  }
}
