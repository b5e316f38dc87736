import Prometheus

/// How long things take, whole rather than as one quantile: for heatmaps.
extension Signal {
  static let distributions = [latencyBuckets, allocIPBuckets, eniAttachBuckets]

  private static let tooMany = Recording.never(because: "a series for every bucket")

  static let latencyBuckets = Signal(
    "latencyBuckets", tooMany, .perSecond, by: ["le"],
    "number per second of probes, by the time that they took at most",
    [.contract(.latency) { $0.contract(.latency, suffix: "_bucket").rate($0.window).sum(by: $0.labels) }])
  static let allocIPBuckets = Signal(
    "allocIPBuckets", tooMany, .perSecond, by: ["le"],
    "number per second of requests for an address, by the milliseconds that they took at most",
    [
      .platform(.rpcLatency) {
        $0.metric(UpstreamMetric.rpcLatency, suffix: "_bucket", .equal("rpc_api", "AllocIP")).rate($0.window)
          .sum(by: $0.labels)
      }
    ])
  static let eniAttachBuckets = Signal(
    "eniAttachBuckets", tooMany, .perSecond, by: ["le"],
    "number per second of attachments of ENIs, by the seconds that they took at most",
    [
      .platform(.eniAttachDuration, since: .taskQueue) {
        $0.metric(UpstreamMetric.eniAttachDuration, suffix: "_bucket").rate($0.window).sum(by: $0.labels)
      }
    ])
}
