import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// From the Job to the numbers. There are no nodes: the test plays the scheduler and the kubelet, down to the log that the
  /// API server fetches from it; Jobs are run by the real controller.
  struct `A performance test` {
    @Test func `is deployed, waited for, and its result is told once`() async throws {
      let stage = try await Stage()
      let process = try await stage.startOperator()
      try await stage.cluster.apply("terway", Stage.spec)
      let pod = try await stage.clientPod()
      try await stage.waitUntil("waits for a node", .pending)

      try await stage.bind(pod, to: "node-a")
      try await stage.set(pod, ["phase": "Running", "podIP": "10.0.0.1"])
      try await stage.waitUntil("measures from node-a", .running)

      try stage.kubelet.serve(Stage.log, ofPod: pod, in: "monitoring")
      try await stage.set(pod, ["phase": "Succeeded"])
      let test = try await stage.waitUntil("9.41 Gbit/s from node-a to node-b, 8.0 Gbit/s back", .succeeded)
      #expect(test.result == Stage.result(completed: test.completionTime ?? ""))
      #expect(test.job == "terway-performance-test" && !test.run.isEmpty && test.startTime != nil)
      #expect(test.steps.map(\.name) == ["wait", "ping", "connect", "send", "receive"])
      try await stage.expectToldOnce(process)
      #expect(stage.kubelet.requests.count == 1)
      let request = try #require(stage.kubelet.requests.first)
      #expect(request.hasPrefix("/containerLogs/monitoring/\(pod)/client?"))
      #expect(request.contains("limitBytes=1048577"))
      // The profile's own conditions stand beside it, each with its writer.
      try await stage.cluster.waitUntilReady("terway")
      #expect(try await process.stop() == 0)

      // Another process finds the result and writes nothing.
      let audit = try AuditLog(stage.cluster.plane)
      let successor = try await stage.startOperator()
      try await stage.expectToldOnce(successor)
      try await successor.waitUntilQuiet()
      #expect(stage.kubelet.requests.count == 1)
      let writes = try audit.operatorWrites()
      #expect(writes.isEmpty, "\(writes)")

      // Another value of the annotation begins another run, and what was measured stays until that ends.
      try await stage.annotate("again")
      try await eventually("there is another Job") {
        let current = try await stage.test()
        return current?.state == .pending && current?.run != test.run && current?.run.isEmpty == false
          && current?.rerun == "again" && current?.result == test.result
      }
      try await successor.waitUntilQuiet()
      let again = try await stage.test()
      try await stage.annotate("again")
      try await successor.waitUntilQuiet()
      #expect(try await stage.test() == again, "one value, one run")

      try await stage.cluster.apply("terway", ["performanceTest": ["enabled": false]])
      try await eventually("status and metrics tell of no test") {
        let exposition = try await successor.get("/metrics").text
        return try await stage.test() == nil && !exposition.contains("terway_network_test_success{")
      }
      #expect(try await successor.stop() == 0)
    }

    @Test func `on a schedule is told of every Job that its CronJob makes, at once where the annotation asks for it`()
      async throws
    {
      let stage = try await Stage()
      let process = try await stage.startOperator()
      var spec = Stage.spec
      spec["performanceTest"]?["schedule"] = "0 3 * * *"
      try await stage.cluster.apply("terway", spec)
      try await stage.waitUntil("waits for its time, by the schedule 0 3 * * *", .pending)
      let isServed = try await stage.cluster.client.resources(inGroupVersion: "batch/v1")
        .contains(GeneratedResource.cronJob)
      if isServed {
        try await stage.annotate("now")
      } else {
        // Such an old server knows CronJobs by another version, which the operator does not speak.
        try await stage.annotate("now")
        try await stage.waitUntil("waits for its CronJob to be made", .pending)
        try await stage.makeScheduledJob()
      }
      let pod = try await stage.clientPod()
      try await stage.bind(pod, to: "node-a")
      try stage.kubelet.serve(Stage.log, ofPod: pod, in: "monitoring")
      try await stage.set(pod, ["phase": "Succeeded"])
      let test = try await stage.waitUntil("9.41 Gbit/s from node-a to node-b", .succeeded)
      #expect(test.result == Stage.result(completed: test.completionTime ?? ""))
      #expect(test.job.hasPrefix("terway-performance-test-") && test.rerun == (isServed ? "now" : ""))
      if isServed {
        try await process.waitUntilQuiet()
        #expect(try await stage.test() == test, "one value, one run")
      }
      try await stage.deleteScheduledJob()
      #expect(try await process.stop() == 0)
    }

    @Test func `whose log cannot be had says so, and is read once it can`() async throws {
      let stage = try await Stage()
      let process = try await stage.startOperator()
      try await stage.cluster.apply("terway", Stage.spec)
      let pod = try await stage.clientPod()
      try await stage.bind(pod, to: "node-a")
      try stage.kubelet.fail(with: 500, forPod: pod, in: "monitoring")
      try await stage.set(pod, ["phase": "Succeeded"])
      try await stage.waitUntil("its log cannot be read yet", .reading)
      try stage.kubelet.serve("no test at all", ofPod: pod, in: "monitoring")
      try stage.kubelet.fail(with: nil, forPod: pod, in: "monitoring")
      try await stage.waitUntil("the log holds no step of a test", .failed)
      #expect(try await stage.events("PerformanceTestFailed").count == 1)
      #expect(try await process.metric(#"terway_network_test_success{profile="terway"}"#) == 0)
      #expect(try await process.stop() == 0)
    }

    @Test func `that took too long, or whose pod is gone, failed in so many words`() async throws {
      let stage = try await Stage()
      let process = try await stage.startOperator()
      try await stage.cluster.apply("terway", Stage.spec)
      let pod = try await stage.clientPod()
      try await stage.bind(pod, to: "node-a")
      try await stage.endJob(reason: "DeadlineExceeded", "Job was active longer than specified deadline")
      try await stage.waitUntil("DeadlineExceeded: Job was active longer than specified deadline", .failed)

      try await stage.annotate("once more")
      let second = try await stage.clientPod(other: pod)
      try await stage.bind(second, to: "node-a")
      try stage.kubelet.fail(with: 503, forPod: second, in: "monitoring")
      try await stage.set(second, ["phase": "Succeeded"])
      try await stage.waitUntil("its log cannot be read yet", .reading)
      try await stage.deletePod(second)
      try await stage.waitUntil("its Pod is gone, and the log with it", .failed)
      #expect(try await stage.events("PerformanceTestFailed").count == 2)
      #expect(try await process.stop() == 0)
    }
  }
}

/// A cluster with two nodes that one fake kubelet speaks for, and the server of the test on one of them.
private struct Stage {
  let cluster: Cluster
  let kubelet: FakeKubelet
  let kubeconfig: OperatorKubeconfig

  private static let nodes = ResourceType("v1", "Node", plural: "nodes", namespaced: false)
  private static let pods = ResourceType("v1", "Pod", plural: "pods", namespaced: true)
  private static let person = FieldManager("tests")

  static let spec: JSONValue = [
    "performanceTest": ["enabled": true], "dashboards": ["enabled": false],
    "logging": ["fluentd": ["enabled": false], "loki": ["enabled": false]],
  ]

  static let log = """
    ## terway-performance-test begin wait
    ## terway-performance-test end wait 0
    ## terway-performance-test begin ping
    20 packets transmitted, 19 received, 5% packet loss, time 3810ms
    rtt min/avg/max/mdev = 0.120/0.180/0.900/0.040 ms
    ## terway-performance-test end ping 0
    ## terway-performance-test begin connect
    0.000100 0.000300
    0.000100 0.000500
    ## terway-performance-test end connect 0
    ## terway-performance-test begin send
    {"start": {"connected": [{"remote_host": "10.0.0.2"}]},
     "end": {"sum_sent": {"retransmits": 12}, "sum_received": {"bits_per_second": 9.41e9}}}
    ## terway-performance-test end send 0
    ## terway-performance-test begin receive
    {"end": {"sum_sent": {"retransmits": 3}, "sum_received": {"bits_per_second": 8e9}}}
    ## terway-performance-test end receive 0

    """

  static func result(completed: String) -> MonitoringProfileStatus.PerformanceTest.Measurement {
    .init(
      completionTime: completed, clientNode: "node-a", serverNode: "node-b",
      throughputBitsPerSecond: .init(send: 9_410_000_000, receive: 8_000_000_000),
      retransmits: .init(send: 12, receive: 3),
      ping: .init(attempts: 20, answers: 19, minimum: 120, average: 180, maximum: 900, deviation: 40),
      tcpConnect: .init(attempts: 2, answers: 2, minimum: 200, average: 300, maximum: 400, p95: 400))
  }

  init() async throws {
    cluster = try await Cluster.clean()
    kubelet = try await FakeKubelet()
    kubeconfig = try await cluster.applyShippedPermissions()
    for name in ["node-a", "node-b"] {
      let node: JSONValue = ["apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name)]]
      _ = try await cluster.client.apply(Self.nodes, ObjectKey(name: name), node, fieldManager: Self.person)
      let _: JSONValue = try await cluster.client.patch(
        Self.nodes, ObjectKey(name: name), subresource: "status", .merge, ["status": kubelet.nodeStatus])
    }
    for pod in try await testPods() { try await deletePod(pod.metadata.name) }
    try await makeServer()
  }

  func startOperator() async throws -> OperatorProcess {
    let process = try OperatorProcess(kubeconfig: kubeconfig.path)
    try await process.waitUntilReady()
    return process
  }

  // MARK: The scheduler, the kubelet and the Deployment's controller

  private func testPods() async throws -> [MetadataOnly] {
    try await cluster.client.list(
      ResourceSelection(Self.pods, namespace: "monitoring", labels: PerformanceTest.selector), as: MetadataOnly.self)
  }

  private func makeServer() async throws {
    let pod: JSONValue = [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": [
        "name": "server", "namespace": "monitoring",
        "labels": [
          "app.kubernetes.io/name": "terway-performance-test", "app.kubernetes.io/component": "server",
          "ops.terway.io/profile": "terway",
        ],
      ],
      "spec": ["nodeName": "node-b", "containers": [["name": "server", "image": "none"]]],
    ]
    let _: JSONValue = try await cluster.client.create(Self.pods, namespace: "monitoring", pod)
    try await set("server", ["phase": "Running", "podIP": "10.0.0.2", "podIPs": [["ip": "10.0.0.2"]]])
  }

  /// The Pod that the controller of Jobs made for the client.
  func clientPod(other than: String = "") async throws -> String {
    var found = ""
    try await eventually("the client has a Pod") {
      let clients = try await testPods().filter { pod in
        pod.metadata.labels["app.kubernetes.io/component"] == "client" && pod.metadata.name != than
          && !pod.metadata.isBeingDeleted
      }
      found = clients.first?.metadata.name ?? ""
      return clients.count == 1
    }
    return found
  }

  private static let oldCronJobs = ResourceType("batch/v1beta1", "CronJob", plural: "cronjobs", namespaced: true)
  private static let cronJob = ObjectKey(namespace: "monitoring", name: "terway-performance-test")

  /// A CronJob as old servers know it, and a Job that it made.
  func makeScheduledJob() async throws {
    try await deleteScheduledJob()
    let name: JSONValue = "terway-performance-test"
    let labels: JSONValue = ["app.kubernetes.io/name": name, "ops.terway.io/profile": "terway"]
    let job: JSONValue = [
      "template": [
        "metadata": [
          "labels": [
            "app.kubernetes.io/name": name, "app.kubernetes.io/component": "client", "ops.terway.io/profile": "terway",
          ]
        ],
        "spec": ["restartPolicy": "Never", "containers": [["name": "client", "image": "none"]]],
      ]
    ]
    let made: JSONValue = try await cluster.client.create(
      Self.oldCronJobs, namespace: "monitoring",
      [
        "apiVersion": "batch/v1beta1", "kind": "CronJob", "metadata": ["name": name],
        "spec": ["schedule": "0 3 * * *", "suspend": true, "jobTemplate": ["spec": job]],
      ])
    let owner: JSONValue = [
      "apiVersion": "batch/v1beta1", "kind": "CronJob", "name": name, "uid": made.at("metadata", "uid") ?? "",
      "controller": true,
    ]
    let _: JSONValue = try await cluster.client.create(
      GeneratedResource.job, namespace: "monitoring",
      [
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": ["name": "terway-performance-test-29000000", "labels": labels, "ownerReferences": [owner]],
        "spec": job,
      ])
  }

  func deleteScheduledJob() async throws {
    try await cluster.client.delete(Self.oldCronJobs, Self.cronJob)
    try await cluster.client.delete(
      GeneratedResource.job, ObjectKey(namespace: "monitoring", name: "terway-performance-test-29000000"))
  }

  func bind(_ pod: String, to node: String) async throws {
    let binding: JSONValue = [
      "apiVersion": "v1", "kind": "Binding", "metadata": ["name": .string(pod), "namespace": "monitoring"],
      "target": ["apiVersion": "v1", "kind": "Node", "name": .string(node)],
    ]
    try await cluster.plane.kubectl(
      "create", "--raw", "/api/v1/namespaces/monitoring/pods/\(pod)/binding", "-f", "-", input: binding.jsonText())
  }

  func set(_ pod: String, _ status: JSONValue) async throws {
    let _: JSONValue = try await cluster.client.patch(
      Self.pods, ObjectKey(namespace: "monitoring", name: pod), subresource: "status", .merge, ["status": status])
  }

  func deletePod(_ name: String) async throws {
    try await cluster.plane.kubectl(
      "delete", "pod", name, "--namespace", "monitoring", "--grace-period=0", "--force", "--wait=false")
  }

  func endJob(reason: String, _ message: String) async throws {
    let condition: JSONValue = [
      "type": "Failed", "status": "True", "reason": .string(reason), "message": .string(message),
      "lastTransitionTime": "2026-01-02T03:04:05Z",
    ]
    let _: JSONValue = try await cluster.client.patch(
      GeneratedResource.job, ObjectKey(namespace: "monitoring", name: "terway-performance-test"),
      subresource: "status", .merge, ["status": ["conditions": [condition]]])
  }

  // MARK: What people see

  func annotate(_ value: String) async throws {
    let _: JSONValue = try await cluster.client.patch(
      MonitoringProfile.resource, ObjectKey(name: "terway"), .merge,
      ["metadata": ["annotations": [MonitoringProfileSchema.rerunAnnotation: .string(value)]]])
  }

  func test() async throws -> MonitoringProfileStatus.PerformanceTest? {
    try await cluster.profile("terway").status?.performanceTest
  }

  @discardableResult
  func waitUntil(
    _ message: String, _ state: MonitoringProfileStatus.PerformanceTest.State
  ) async throws -> MonitoringProfileStatus.PerformanceTest {
    let profile = try await cluster.waitUntil("\(state): \(message)", "terway") { status in
      status.performanceTest?.state == state && status.performanceTest?.message.contains(message) == true
    }
    return try #require(profile.status?.performanceTest)
  }

  func events(_ reason: String) async throws -> [String] {
    try await cluster.events(reason, about: cluster.profile("terway"))
  }

  func expectToldOnce(_ process: OperatorProcess) async throws {
    try await eventually("an event tells the result") { try await events("PerformanceTestSucceeded").count == 1 }
    let nodes = #"client_node="node-a""#
    let ends = #"profile="terway",server_node="node-b"}"#
    let expected: [(String, Double)] = [
      (#"throughput_bits_per_second{\#(nodes),direction="send",\#(ends)"#, 9.41e9),
      (#"throughput_bits_per_second{\#(nodes),direction="receive",\#(ends)"#, 8e9),
      (#"retransmits{\#(nodes),direction="send",\#(ends)"#, 12),
      (#"loss_ratio{\#(nodes),method="ping",\#(ends)"#, 0.05),
      (#"success{profile="terway"}"#, 1),
    ]
    try await eventually("the metrics tell the result") {
      try await process.metric("terway_network_test_\(expected[4].0)") == 1
    }
    let exposition = try await process.get("/metrics").text
    for (series, value) in expected {
      #expect(try await process.metric("terway_network_test_\(series)") == value, "\(series) in \(exposition)")
    }
  }
}
