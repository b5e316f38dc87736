/// What daemons with pools of their own tell in their metrics.
extension StandIn {
  /// In the text format of Prometheus, of all nodes together, each series with the label that a scrape would give it. A
  /// daemon that does not answer tells nothing; those whose pool the controlplane owns tell nothing of pools.
  public var metricsText: String {
    guard configuration.ipam == .legacy else { return "" }
    var (totals, idles) = ("", "")
    for (name, number) in numbers.sorted(by: { $0.key < $1.key }) where nodes[number].daemon.works {
      let labels = #"{type="LocalIP",ipStack="ipv4",node="\#(name)"}"#
      let pool = nodes[number].pool(configuration)
      totals += "terway_resource_pool_total_count\(labels) \(pool.used + pool.idle)\n"
      idles += "terway_resource_pool_idle_count\(labels) \(pool.idle)\n"
    }
    return
      "# TYPE terway_resource_pool_total_count gauge\n\(totals)# TYPE terway_resource_pool_idle_count gauge\n\(idles)"
  }
}
