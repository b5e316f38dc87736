import Glibc
import Insights
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

extension DiagnosisCase {
  private static let noPrometheus = "targets and series are a Prometheus' to tell"
  private static let noHistory = "histories are a Prometheus' to tell"

  /// Of the way of metrics.
  package static let monitoring: [DiagnosisCase] = [
    DiagnosisCase("no Service is there to be scraped", .scrapeEndpointMissing) { try $0.monitor(service: nil) },
    DiagnosisCase("the Service has no port of that name", .scrapeEndpointMissing) { try $0.monitor(port: "http") },
    DiagnosisCase("no Prometheus selects the monitor", .scrapeObjectNotSelected) { try $0.monitor(release: "other") },
    DiagnosisCase(
      "a Prometheus selects the monitor, and a Service is there", nil, not: .scrapeObjectNotSelected,
      .scrapeEndpointMissing
    ) {
      try $0.monitor()
    },
    DiagnosisCase("a target is down", .targetDown) {
      try $0.monitor()
      let target = ScrapeState.Target(job: "terway-operator", namespace: "ops", instance: "10.0.0.1:8080", isUp: false)
      $0.targets = .value(ScrapeState(targets: [target], series: ["terway_eni_allocated_ips": 3]))
    }.unitOnly(because: noPrometheus),
    DiagnosisCase("a target is up, and there are series", nil, not: .targetDown, .metricsAbsent) {
      try $0.monitor()
      let target = ScrapeState.Target(job: "terway-operator", namespace: "ops", instance: "10.0.0.1:8080", isUp: true)
      $0.targets = .value(ScrapeState(targets: [target], series: ["terway_eni_allocated_ips": 3]))
    }.unitOnly(because: noPrometheus),
    DiagnosisCase("there are no series", .metricsAbsent) {
      try $0.monitor()
      $0.targets = .value(ScrapeState(targets: [], series: ["terway_eni_allocated_ips": 0]))
    }.unitOnly(because: noPrometheus),
    DiagnosisCase("addresses were taken all at once", .readingUnusual) { $0.observe(jumpAgo: 1_200) }
      .unitOnly(because: noHistory),
    DiagnosisCase("they were taken before the time that is looked at, and are still", .readingUnusual) {
      $0.observe(jumpAgo: 4_500)
    }.unitOnly(because: noHistory),
    DiagnosisCase("they were taken as so often today", .readingUnusual) { $0.observe(jumpAgo: 1_200, 8 * 3_600) }
      .unitOnly(because: noHistory),
    DiagnosisCase("they were taken before the time that is looked at, and given back", nil, not: .readingUnusual) {
      $0.observe(jumpAgo: 3 * 86_400, 10 * 3_600)
    }.unitOnly(because: noHistory),
    DiagnosisCase("an object of a profile belongs to somebody else", .scrapeObjectMissing) {
      $0.profile {
        $0.resources = [.init(apiVersion: "v1", kind: "ConfigMap", namespace: "a", name: "b", state: .conflict)]
      }
    },
    DiagnosisCase("an object of a profile is as it should be", nil, not: .scrapeObjectMissing) {
      $0.profile {
        $0.resources = [.init(apiVersion: "v1", kind: "ConfigMap", namespace: "a", name: "b", state: .synced)]
      }
    },
    DiagnosisCase("packets are lost", .packetLoss) { $0.profile { $0.performanceTest = .lossy(answers: 90) } },
    DiagnosisCase("no packet is lost", nil, not: .packetLoss, .performanceTestFailed) {
      $0.profile { $0.performanceTest = .lossy(answers: 100) }
    },
    DiagnosisCase("a performance test failed", .performanceTestFailed) {
      $0.profile {
        $0.performanceTest = .init()
        $0.performanceTest?.state = .failed
      }
    },
  ]
}

extension MonitoringProfileStatus.PerformanceTest {
  fileprivate static func lossy(answers: Int64) -> Self {
    var test = Self()
    test.state = .succeeded
    test.result = Measurement(
      completionTime: ClusterSnapshot.time(60), clientNode: "node-0", serverNode: "node-1",
      ping: RoundTrips(attempts: 100, answers: answers, minimum: 1, average: 1, maximum: 1))
    return test
  }
}

extension ClusterSnapshot {
  fileprivate mutating func profile(_ change: (inout MonitoringProfileStatus) -> Void) {
    var status = MonitoringProfileStatus()
    change(&status)
    var profile = MonitoringProfile(metadata: ObjectMeta(name: "terway"))
    profile.status = status
    profiles = .value([profile])
  }

  /// A fortnight of days that are alike but for two hours each, from so many seconds ago on.
  fileprivate mutating func observe(jumpAgo ago: Double...) {
    let readings = (0...Int(Signal.range / Signal.step)).map { number in
      let moment = time - Signal.range + Double(number) * Signal.step
      let day = 10 * sin(moment / 86_400 * 2 * .pi)
      let noise = (Double(number) * 0.618_034).truncatingRemainder(dividingBy: 1) * 2 - 1
      let isHigh = ago.contains { moment >= time - $0 && moment < time - $0 + 7_200 }
      return History.Reading(time: moment, value: 100 + day + noise + (isHigh ? 60 : 0))
    }
    signals = .value([SignalReview(Signal.all[0], .value(History(readings)), at: time)])
  }

  /// A ServiceMonitor, what it selects, and a Prometheus.
  fileprivate mutating func monitor(
    service: String? = "operator", port: String = "metrics", release: String = "stack"
  ) throws {
    var metadata = ObjectMeta(name: "terway-monitor", namespace: "monitoring")
    metadata.labels = ["release": "stack"]
    var object = ScrapeObject(GeneratedResource.serviceMonitor, metadata)
    object.selector = LabelSelector(matchLabels: ["name": "operator"])
    (object.namespaces, object.ports) = (["ops"], ["metrics"])
    scrapeObjects = .value([object])
    var view = ServiceView()
    view.metadata = ObjectMeta(name: "metrics", namespace: "ops")
    view.metadata.labels = ["name": service ?? "another"]
    view.ports = [port]
    services = .value([view])
    namespaces = .value(["monitoring": [:]])
    let selection = DetectedPrometheus.Selection(
      objects: LabelSelector(matchLabels: ["release": release]), namespaces: LabelSelector())
    prometheuses = .value([DetectedPrometheus(namespace: "monitoring", name: "k8s", serviceMonitors: selection)])
  }
}
