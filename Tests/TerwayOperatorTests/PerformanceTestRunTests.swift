import KubernetesModel
import Monitoring
import Prometheus
import Serialization
import TerwayModel
import Testing

@testable import TerwayOperator

struct `A run of a performance test` {
  typealias Status = MonitoringProfileStatus.PerformanceTest

  private static let log = PerformanceTestLog(
    Array(
      """
      ## terway-performance-test begin send
      {"start": {"connected": [{"remote_host": "10.0.0.2"}]}, "end": {"sum_received": {"bits_per_second": 2e9}}}
      ## terway-performance-test end send 0
      ## terway-performance-test begin receive
      {"end": {"sum_received": {"bits_per_second": 1.5e6}}}
      ## terway-performance-test end receive 0

      """.utf8))

  private static func job(
    _ uid: String = "one", end: TestJobView.End? = nil, created: String = "t1", name: String = "job"
  ) -> TestJobView {
    var metadata = ObjectMeta(name: name, namespace: "monitoring")
    (metadata.uid, metadata.creationTimestamp) = (uid, created)
    return TestJobView(
      metadata: metadata, startTime: "2026-01-02T03:00:00Z",
      completionTime: end?.isSuccess == true ? "2026-01-02T03:04:05Z" : nil, end: end)
  }

  private static let complete = TestJobView.End(isSuccess: true)
  private static let failed = TestJobView.End(
    isSuccess: false, reason: "BackoffLimitExceeded", message: "too many", time: "2026-01-02T03:10:00Z")

  private static func client(
    _ phase: String, of uid: String = "one", obstacle: String = "", node: String = "a"
  )
    -> TestPodView
  {
    var metadata = ObjectMeta(name: "client-\(phase)", namespace: "monitoring")
    metadata.labels = [PerformanceTest.roleLabel: "client"]
    metadata.ownerReferences = [OwnerReference(apiVersion: "batch/v1", kind: "Job", name: "job", uid: uid)]
    return TestPodView(metadata: metadata, node: node, phase: phase, obstacle: obstacle)
  }

  private static func server(_ node: String, _ address: String) -> TestPodView {
    var metadata = ObjectMeta(name: "server-\(node)", namespace: "monitoring")
    metadata.labels = [PerformanceTest.roleLabel: "server"]
    return TestPodView(metadata: metadata, node: node, phase: "Running", addresses: [address])
  }

  private static func run(
    _ jobs: [TestJobView], _ pods: [TestPodView] = [], former: Status? = nil, rerun: String = "", schedule: String = ""
  ) -> PerformanceTestRun {
    var test = MonitoringProfileSpec.PerformanceTest()
    (test.enabled, test.schedule) = (true, schedule)
    return PerformanceTestRun(profile: "terway", test: test, rerun: rerun, former: former, jobs: jobs, pods: pods)
  }

  private static func reported(_ run: PerformanceTestRun) -> Status? {
    if case .report(let status) = run.next { status } else { nil }
  }

  private static func status(_ state: Status.State, run uid: String = "one", rerun: String = "") -> Status {
    var status = Status()
    (status.state, status.run, status.rerun) = (state, uid, rerun)
    return status
  }

  /// What there is, and what the status then says.
  static let underWay: [(pods: [TestPodView], state: Status.State, message: String)] = [
    ([], .pending, "waits for its Pod to be made"),
    ([client("Pending", node: "")], .pending, "waits for a node"),
    (
      [client("Pending", obstacle: "Unschedulable: 0/1 nodes\nmatch", node: "")], .pending,
      "waits for a node: Unschedulable: 0/1 nodes match"
    ),
    ([client("Pending", obstacle: "ErrImagePull: no")], .pending, "starts on a: ErrImagePull: no"),
    ([client("Running")], .running, "measures from a"),
    ([client("Failed")], .running, "a Pod of it failed; the Job goes on"),
    ([client("Running", of: "another")], .pending, "waits for its Pod to be made"),
    ([server("b", "10.0.0.2")], .pending, "waits for its Pod to be made"),
  ]

  @Test(arguments: underWay)
  func `says what it waits for`(pods: [TestPodView], state: Status.State, message: String) {
    let status = Self.reported(Self.run([Self.job()], pods))
    #expect(status?.state == state && status?.message == message)
    #expect(status?.run == "one" && status?.startTime == "2026-01-02T03:00:00Z")
  }

  @Test func `that is not wanted has no status`() {
    var run = Self.run([Self.job()])
    run.test.enabled = false
    #expect(run.next == .report(nil))
  }

  @Test func `has its log read when it is over, and once its result is known no more`() {
    for (end, phase) in [(Self.complete, "Succeeded"), (Self.failed, "Failed")] {
      let job = Self.job(end: end)
      let pod = Self.client(phase)
      #expect(Self.run([job], [pod]).next == .read(pod, job))
      #expect(Self.run([job], [pod], former: Self.status(.reading)).next == .read(pod, job))
      #expect(Self.run([job], [pod], former: Self.status(.succeeded, run: "former")).next == .read(pod, job))
      for state in [Status.State.succeeded, .failed] {
        let known = Self.status(state)
        #expect(Self.run([job], [pod], former: known).next == .report(known))
        #expect(Self.run([job], [], former: known).next == .report(known))
      }
    }
  }

  @Test func `whose Pod is gone failed, and keeps what was measured before`() {
    var former = Self.status(.reading)
    former.result = .init(clientNode: "before")
    let status = Self.run([], former: former).vanished(Self.job(end: Self.complete))
    #expect(status.state == .failed && status.message.contains("gone"))
    #expect(status.result?.clientNode == "before")
    let expired = Self.run([]).vanished(Self.job(end: Self.failed))
    #expect(expired.message.hasPrefix("BackoffLimitExceeded: too many; its Pod is gone"))
    #expect(expired.completionTime == "2026-01-02T03:10:00Z")
    for schedule in ["", "@daily"] {
      let lost = Self.reported(Self.run([], former: former, schedule: schedule))
      #expect(lost?.state == .failed && lost?.message.contains("never read") == true)
    }
  }

  /// Jobs and Pods are watched apart: that a Job is over may be known before its Pod, or before the Pod's end.
  @Test(arguments: [[], [client("Failed")], [client("Pending")], [client("Running")], [client("Succeeded", of: "two")]])
  func `has its Pod searched for on the server before it is said to be gone`(pods: [TestPodView]) {
    let job = Self.job(end: Self.complete)
    #expect(Self.run([job], pods).next == .search(job))
    #expect(Self.run([job], pods).endedClient(of: job) == nil)
  }

  @Test func `names both nodes, the server's by the address that was measured`() {
    let job = Self.job(end: Self.complete)
    func measured(_ servers: [TestPodView]) -> Status {
      Self.run([job], servers).finished(Self.log, of: Self.client("Succeeded"), job)
    }
    let two = measured([Self.server("c", "10.0.0.3"), Self.server("b", "10.0.0.2")])
    #expect(two.state == .succeeded && two.result?.clientNode == "a" && two.result?.serverNode == "b")
    #expect(two.result?.completionTime == "2026-01-02T03:04:05Z")
    #expect(two.message.hasPrefix("2.0 Gbit/s from a to b, 1.5 Mbit/s back"))
    #expect(measured([Self.server("c", "10.0.0.3")]).result?.serverNode == "c", "the only one it can have been")
    #expect(measured([Self.server("c", "1"), Self.server("d", "2")]).result?.serverNode == "")
  }

  @Test func `that failed is no result, whatever its log says`() {
    let job = Self.job(end: Self.failed)
    let status = Self.run([job]).finished(Self.log, of: Self.client("Failed"), job)
    #expect(status.state == .failed && status.result == nil && status.steps.count == 2)
    #expect(status.message == "BackoffLimitExceeded: too many; its client did not succeed")
    let done = Self.job(end: Self.complete)
    let empty = Self.run([done]).finished(PerformanceTestLog([]), of: Self.client("Succeeded"), done)
    #expect(empty.state == .failed && empty.message == "the log holds no step of a test")
  }

  @Test func `is the newest of a schedule, and its result outlives its Job`() {
    let jobs = [Self.job("new", created: "t2"), Self.job("old", end: Self.complete, created: "t1")]
    #expect(Self.reported(Self.run(jobs, schedule: "@daily"))?.run == "new")
    let known = Self.status(.succeeded)
    #expect(Self.run([], former: known, schedule: "@daily").next == .report(known))
    #expect(Self.reported(Self.run([], schedule: "@daily"))?.message == "waits for its time, by the schedule @daily")
    #expect(Self.reported(Self.run([], former: known))?.message == "waits for its Job to be made")
  }

  @Test func `is begun anew once for each value of the annotation`() {
    let job = Self.job(end: Self.complete)
    let known = Self.status(.succeeded, rerun: "1")
    #expect(Self.run([job], former: known, rerun: "1").next == .report(known))
    #expect(Self.run([job], former: known, rerun: "").next == .report(known))
    guard case .restart(let doomed, let status) = Self.run([job], former: known, rerun: "2").next else {
      Issue.record("the annotation was passed over")
      return
    }
    #expect(doomed == job && status.state == .restarting && status.rerun == "2")
    // After a crash between status and deletion the deletion is made up for; then the next Job is a run as any other.
    #expect(Self.run([job], former: status, rerun: "2").next == .restart(job, status))
    #expect(Self.reported(Self.run([Self.job("two")], former: status, rerun: "2"))?.run == "two")
    #expect(Self.reported(Self.run([], former: status, rerun: "2"))?.rerun == "2")
    // A value that was there before the first run asks for nothing.
    #expect(Self.reported(Self.run([Self.job()], rerun: "1"))?.rerun == "1")
  }

  @Test func `is begun beside a schedule once for each value of the annotation, when no other is under way`() {
    let done = Self.job(end: Self.complete)
    var known = Self.status(.succeeded, rerun: "1")
    known.result = .init(clientNode: "before")
    let name = PerformanceTest.jobName(of: "terway", rerun: "2", after: "1")
    for jobs in [[done], []] {
      guard case .start(name, let status) = Self.run(jobs, former: known, rerun: "2", schedule: "@daily").next else {
        Issue.record("the annotation was passed over")
        continue
      }
      #expect(status.rerun == "2" && status.job == name && status.state == .pending)
      #expect(status.result == known.result)
      // As it stands in the status it asks for nothing more, and the one before is not looked into again.
      let then = Self.run(jobs, [Self.client("Succeeded")], former: status, rerun: "2", schedule: "@daily")
      #expect(Self.reported(then)?.rerun == "2" && Self.reported(then)?.state == .pending)
      let own = Self.job("two", created: "t2", name: name)
      let seen = Self.run(jobs + [own], former: status, rerun: "2", schedule: "@daily")
      #expect(Self.reported(seen)?.run == "two" && Self.reported(seen)?.rerun == "2")
    }
    #expect(Self.run([done], former: known, rerun: "1", schedule: "@daily").next == .report(known))
    #expect(Self.run([done], former: known, rerun: "", schedule: "@daily").next == .report(known))
    let busy = Self.run([Self.job("two", created: "t2"), done], former: known, rerun: "2", schedule: "@daily")
    #expect(Self.reported(busy)?.run == "two" && Self.reported(busy)?.rerun == "1", "its turn comes")
    // What ended in the meantime is looked into first.
    let unread = Self.run([done], [Self.client("Succeeded")], rerun: "2", schedule: "@daily")
    #expect(unread.next == .read(Self.client("Succeeded"), done))
    // Without a CronJob what is known stays.
    #expect(Self.run([done], former: known, rerun: "2", schedule: "@daily").withoutSchedule() == known)
    // After a crash between Job and status there is no second one.
    let made = Self.job("two", created: "t2", name: name)
    #expect(Self.reported(Self.run([made, done], former: known, rerun: "2", schedule: "@daily"))?.rerun == "2")
    let ended = Self.job("two", end: Self.complete, created: "t2", name: name)
    var told = Self.status(.succeeded, run: "two", rerun: "2")
    told.job = name
    #expect(Self.run([ended], former: told, rerun: "2", schedule: "@daily").next == .report(told))
    // A value that was there before the first run asks for nothing.
    #expect(Self.reported(Self.run([], rerun: "1", schedule: "@daily"))?.rerun == "1")
    #expect(name != PerformanceTest.jobName(of: "terway", rerun: "1", after: "2") && name.count <= 63)
    let long = String(repeating: "x", count: 300)
    #expect(PerformanceTest.jobName(of: long, rerun: long, after: "").count == 63)
  }
}

struct `Metrics of performance tests` {
  @Test func `are labelled by profile, nodes and direction, and go with the profile`() {
    let registry = MetricRegistry()
    let metrics = PerformanceTestMetrics(registry)
    var status = MonitoringProfileStatus.PerformanceTest()
    status.state = .failed
    status.result = .init(
      completionTime: "2026-01-02T03:04:05Z", clientNode: "a", serverNode: "b",
      throughputBitsPerSecond: .init(send: 5, receive: nil), retransmits: .init(send: 0),
      ping: .init(attempts: 20, answers: 15, minimum: 100, average: 200, maximum: 300),
      tcpConnect: .init(attempts: 2, answers: 2, minimum: 1, average: 2, maximum: 3, p95: 3))
    metrics.publish(status, of: "terway")
    let nodes = (first: #"client_node="a","#, last: #"profile="terway",server_node="b""#)
    let text = registry.exposition()
    for line in [
      "terway_network_test_throughput_bits_per_second{\(nodes.first)direction=\"send\",\(nodes.last)} 5",
      "terway_network_test_retransmits{\(nodes.first)direction=\"send\",\(nodes.last)} 0",
      "terway_network_test_loss_ratio{\(nodes.first)method=\"ping\",\(nodes.last)} 0.25",
      "terway_network_test_latency_seconds{\(nodes.first)method=\"tcp_connect\",\(nodes.last),statistic=\"p95\"} 3e-06",
      "terway_network_test_latency_seconds{\(nodes.first)method=\"ping\",\(nodes.last),statistic=\"min\"} 0.0001",
      "terway_network_test_completion_timestamp_seconds{\(nodes.first)\(nodes.last)} 1767323045",
      "terway_network_test_success{profile=\"terway\"} 0",
    ] {
      #expect(text.contains(line + "\n"), "\(line) in \(text)")
    }
    #expect(!text.contains(#"direction="receive""#), "what is not known is not zero")
    metrics.publish(nil, of: "terway")
    #expect(!registry.exposition().contains("terway_network_test_success{"))
  }

  @Test func `pass what the shipped monitor keeps`() throws {
    let keep = try #require(MonitoringProfileSpec().metrics.keep.first)
    for family in PerformanceTestMetrics.snapshots(of: [:]) {
      #expect(try Regex(keep).wholeMatch(in: family.name) != nil, "\(family.name)")
    }
  }
}

struct `Views of performance tests` {
  @Test func `of Pods say why one does not run`() throws {
    func view(_ status: String) throws -> TestPodView {
      try TestPodView(jsonBytes: Array(#"{"metadata": {"name": "x"}, "spec": {}, "status": \#(status)}"#.utf8))
    }
    #expect(
      try view(#"{"conditions": [{"type": "PodScheduled", "status": "False", "reason": "U", "message": "m"}]}"#)
        .obstacle
        == "U: m")
    #expect(
      try view(#"{"containerStatuses": [{"state": {"waiting": {"reason": "ImagePullBackOff"}}}]}"#).obstacle
        == "ImagePullBackOff")
    #expect(
      try view(#"{"containerStatuses": [{"state": {"waiting": {"reason": "ContainerCreating"}}}]}"#).obstacle.isEmpty)
    #expect(try view("null").phase.isEmpty)
    #expect(try view(#"{"podIP": "1", "podIPs": [{"ip": "1"}, {"ip": "2"}]}"#).addresses == ["1", "2"])
  }

  @Test func `of Jobs say how one ended`() throws {
    func view(_ status: String) throws -> TestJobView {
      try TestJobView(jsonBytes: Array(#"{"metadata": {"name": "x"}, "status": \#(status)}"#.utf8))
    }
    #expect(try view("{}").end == nil)
    #expect(try view(#"{"conditions": [{"type": "Failed", "status": "False"}]}"#).end == nil)
    #expect(try view(#"{"conditions": [{"type": "Suspended", "status": "True"}]}"#).end == nil)
    let end = try view(#"{"conditions": [{"type": "Failed", "status": "True", "reason": "R", "message": "m"}]}"#).end
    #expect(end == .init(isSuccess: false, reason: "R", message: "m"))
    #expect(try view(#"{"conditions": [{"type": "Complete", "status": "True"}]}"#).end?.isSuccess == true)
  }
}

struct `A merge patch` {
  private static let values: [JSONValue] = [
    [:], ["a": 1], ["a": 2, "b": ["c": 1]], ["b": ["c": 1, "d": ["e": "f"]]], ["b": [1, 2]], ["b": "x"],
  ]

  /// What a server makes of it, by RFC 7396.
  private static func applied(_ patch: JSONValue, to value: JSONValue?) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var members = value?.object ?? [:]
    for (key, change) in changes {
      if change.isNull { members.removeValue(forKey: key) } else { members[key] = applied(change, to: members[key]) }
    }
    return .object(members)
  }

  @Test func `leads from any value to any other, and changes nothing where they are equal`() {
    for former in Self.values {
      for wanted in Self.values {
        let patch = JSONValue.mergePatch(from: former, to: wanted)
        #expect(Self.applied(patch, to: former) == wanted)
        if former == wanted { #expect(patch == [:]) }
      }
    }
  }
}
