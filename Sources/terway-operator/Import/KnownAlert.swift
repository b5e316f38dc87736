import FoundationEssentials

/// An alert as people wrote it by hand, and the field of a profile that its threshold became.
struct KnownAlert: Sendable {
  var name: String
  /// The expression without blanks, with `#` for the threshold.
  var expression: String
  /// `nil` where the threshold is no matter of taste.
  var field: [String]?
  /// The threshold as the field wants it; `nil` = it cannot say so.
  var value: @Sendable (String) -> String?

  static let all = [
    KnownAlert(
      "TerwayHighLatency", "histogram_quantile(0.95,rate(terway_network_latency_seconds_bucket[5m]))>#",
      ["alerts", "performance", "latencyP95"]
    ) { text in Double(text).map { "\(Int(($0 * 1000).rounded()))ms" } },
    KnownAlert(
      "TerwayHighThroughput", "rate(terway_network_bytes_total[5m])>#", ["alerts", "performance", "throughput"]),
    KnownAlert(
      "TerwayHighENIUtilization", "terway_eni_allocated_ips/terway_eni_total_ips>#",
      ["alerts", "performance", "eniUtilization"]),
    // People meant what they wrote beside it: per minute.
    KnownAlert(
      "TerwayQoSViolations", "rate(terway_qos_violations_total[5m])>#", ["alerts", "qos", "violationsPerMinute"]),
    KnownAlert(
      "TerwayBandwidthExceeded",
      "terway_network_current_bandwidth_bytes>terway_network_allocated_bandwidth_bytes*#",
      ["alerts", "qos", "bandwidthOvershoot"]),
    KnownAlert("TerwayNetworkIsolationBreach", "terway_network_isolation_violations_total>#", nil) {
      Double($0) == 0 ? $0 : nil
    },
    KnownAlert(
      "TerwaySecurityGroupSyncFailure", "rate(terway_security_group_sync_failures_total[5m])>#",
      ["alerts", "security", "securityGroupFailureRatio"]),
  ]

  private init(
    _ name: String, _ expression: String, _ field: [String]?,
    value: @escaping @Sendable (String) -> String? = { $0 }
  ) {
    (self.name, self.expression, self.field, self.value) = (name, expression, field, value)
  }

  /// What an expression has in place of the threshold; `nil` when it is another one.
  func threshold(in written: String) -> String? {
    let text = String(written.filter { !$0.isWhitespace })
    let parts = expression.split(separator: "#", omittingEmptySubsequences: false)
    guard parts.count == 2, text.hasPrefix(parts[0]), text.hasSuffix(parts[1]) else { return nil }
    let number = String(text.dropFirst(parts[0].count).dropLast(parts[1].count))
    return Double(number).flatMap { $0.isFinite ? number : nil }
  }
}
