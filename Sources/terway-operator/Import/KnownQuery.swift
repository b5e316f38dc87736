/// Queries that people wrote by hand before there was an operator, and that its own rules and dashboards answer better.
enum KnownQuery {
  /// Of the list of custom metrics.
  static let metrics = bare([
    "terway_eni_allocated_ips / terway_eni_total_ips",
    "rate(terway_network_packets_dropped_total[5m]) / rate(terway_network_packets_total[5m])",
    "terway_qos_violations_total",
  ])

  /// Of dashboards: the overview has them all.
  static let panels = bare([
    "rate(terway_network_bytes_total[5m])",
    "terway_eni_allocated_ips / terway_eni_total_ips * 100",
    "histogram_quantile(0.95, rate(terway_network_latency_seconds_bucket[5m]))",
    "topk(10, sum by (pod, namespace) (rate(terway_network_bytes_total[5m])))",
  ])

  /// Without blanks, which mean nothing in any of these.
  static func bare(_ query: String) -> String { String(query.filter { !$0.isWhitespace }) }

  private static func bare(_ queries: [String]) -> Set<String> { Set(queries.map(bare)) }
}
