import Monitoring
import Prometheus
import TerwayModel
import Testing

@testable import TerwayOperator

struct `What is exported of Terway's resources` {
  private static let start = 1_000_000.0

  private func node(_ name: String, _ interfaces: TerwayNode.Interface..., zone: String = "h") -> TerwayNode {
    var node = TerwayNode()
    node.metadata.name = name
    (node.zone, node.instanceType) = (zone, "ecs.g7.xlarge")
    (node.capacity.adapters, node.capacity.addressesPerAdapter) = (4, 10)
    node.configuration.securityGroups = ["sg-1"]
    node.interfaces = interfaces
    return node
  }

  private func interface(
    _ id: String, used: Int = 0, valid: Int = 10, status: String = "InUse", pods: [String] = [],
    insufficientSince: Double? = nil
  ) -> TerwayNode.Interface {
    var interface = TerwayNode.Interface()
    (interface.id, interface.type, interface.status) = (id, "Secondary", status)
    (interface.vSwitch, interface.cidr, interface.securityGroups) = ("vsw-1", "10.0.0.0/24", ["sg-1"])
    (interface.addresses.valid, interface.addresses.used, interface.addresses.validUsed) = (valid, used, used)
    interface.pods = pods.map { PodFingerprint(uid: $0) }
    interface.insufficientIP = insufficientSince
    return interface
  }

  private func pod(_ name: String, uid: String = "u", phase: String = "Running") -> ClusterPod {
    var pod = ClusterPod()
    (pod.metadata.name, pod.metadata.namespace, pod.metadata.uid, pod.phase) = (name, "d", uid, phase)
    pod.node = "n1"
    return pod
  }

  /// The samples of a metric, without its name.
  private func samples(
    _ exposition: TerwayExposition, _ metric: ContractMetric, podENIs: PodENISightings = .init(), now: Double = start
  ) -> [String] {
    let registry = MetricRegistry()
    let families = exposition.families(now: now, podENIs: podENIs)
    registry.collectWritten { families }
    return registry.exposition().split(separator: "\n").compactMap {
      $0.hasPrefix(metric.name + "{") ? String($0.dropFirst(metric.name.count)) : nil
    }
  }

  @Test func `tells the addresses of each ENI`() {
    var exposition = TerwayExposition()
    exposition.update(.init(node: node("n1", interface("e1", used: 3), interface("e2", valid: 4))), now: Self.start)
    #expect(
      samples(exposition, .allocatedIPs) == [#"{node="n1",eni_id="e1"} 3"#, #"{node="n1",eni_id="e2"} 0"#])
    #expect(samples(exposition, .totalIPs) == [#"{node="n1",eni_id="e1"} 10"#, #"{node="n1",eni_id="e2"} 4"#])
    #expect(samples(exposition, .capacityIPs) == [#"{node="n1"} 30"#])
    #expect(samples(exposition, .eniLimit) == [#"{node="n1"} 3"#])
  }

  @Test func `leaves out a node that is gone`() {
    var exposition = TerwayExposition()
    exposition.update(.init(node: node("n1", interface("e1"))), now: Self.start)
    exposition.update(.init(node: node("n2", interface("e2"))), now: Self.start)
    exposition.remove("n1")
    #expect(samples(exposition, .totalIPs) == [#"{node="n2",eni_id="e2"} 10"#])
    #expect(samples(exposition, .vSwitchUsedIPs) == [#"{vswitch_id="vsw-1",zone="h"} 10"#])
  }

  @Test func `adds up a vSwitch over nodes, and calls it exhausted for as long as Terway leaves it alone`() {
    var exposition = TerwayExposition()
    exposition.update(.init(node: node("n1", interface("e1"))), now: Self.start)
    let block = interface("e2", insufficientSince: Self.start - 600)
    exposition.update(.init(node: node("n2", block)), now: Self.start)
    #expect(samples(exposition, .vSwitchUsedIPs) == [#"{vswitch_id="vsw-1",zone="h"} 20"#])
    #expect(samples(exposition, .vSwitchSizeIPs) == [#"{vswitch_id="vsw-1",zone="h"} 252"#])
    #expect(samples(exposition, .vSwitchExhausted) == [#"{vswitch_id="vsw-1",zone="h"} 1"#])
    let later = Self.start + 601
    #expect(exposition.expired(now: Self.start) == [])
    #expect(exposition.expired(now: later) == ["n2"])
    exposition.update(.init(node: node("n2", block)), now: later)
    #expect(samples(exposition, .vSwitchExhausted, now: later) == [#"{vswitch_id="vsw-1",zone="h"} 0"#])
  }

  @Test func `calls an ENI stuck after ten minutes in one state, counted anew for another`() {
    var exposition = TerwayExposition()
    func see(_ status: String, after seconds: Double) -> [String] {
      exposition.update(
        .init(node: node("n1", interface("e1", status: status))), now: Self.start + seconds)
      return samples(exposition, .stuckENIs, now: Self.start + seconds)
    }
    let none = [#"{node="n1",status="Attaching"} 0"#, #"{node="n1",status="Deleting"} 0"#]
    #expect(see("Attaching", after: 0) == none)
    #expect(exposition.expired(now: Self.start + 599).isEmpty)
    #expect(exposition.expired(now: Self.start + 600) == ["n1"])
    #expect(
      see("Attaching", after: 600) == [#"{node="n1",status="Attaching"} 1"#, #"{node="n1",status="Deleting"} 0"#])
    #expect(see("Deleting", after: 700) == none)
    #expect(see("InUse", after: 2000) == none)
  }

  @Test func `calls an address leaked when its pod has been gone for ten minutes`() {
    var exposition = TerwayExposition()
    let holder = node("n1", interface("e1", used: 2, pods: ["alive", "gone"]))
    func see(_ pods: [ClusterPod]?, after seconds: Double) -> [String] {
      exposition.update(.init(node: holder, pods: pods), now: Self.start + seconds)
      return samples(exposition, .leakedIPs, now: Self.start + seconds)
    }
    #expect(see(nil, after: 0) == [#"{node="n1"} 0"#], "pods are not known")
    #expect(see(nil, after: 900) == [#"{node="n1"} 0"#], "still not")
    #expect(see([pod("p", uid: "alive")], after: 1000) == [#"{node="n1"} 0"#])
    #expect(see([pod("p", uid: "alive")], after: 1600) == [#"{node="n1"} 1"#])
    #expect(see([pod("p", uid: "alive"), pod("q", uid: "gone")], after: 1700) == [#"{node="n1"} 0"#])
    #expect(
      see([pod("p", uid: "alive"), pod("q", uid: "gone", phase: "Succeeded")], after: 1800) == [#"{node="n1"} 0"#])
  }

  @Test func `tells what pods are promised, until they end`() {
    var exposition = TerwayExposition()
    var limited = pod("p")
    limited.transmitLimit = 125_000
    exposition.update(.init(node: node("n1", interface("e1")), pods: [limited, pod("q")]), now: Self.start)
    #expect(
      samples(exposition, .allocatedBandwidth)
        == [#"{node="n1",namespace="d",pod="p",direction="transmit"} 125000"#])
    limited.phase = "Failed"
    exposition.update(.init(node: node("n1", interface("e1")), pods: [limited]), now: Self.start)
    #expect(samples(exposition, .allocatedBandwidth).isEmpty)
  }

  @Test func `counts PodENIs that stay in a passing phase`() {
    var podENIs = PodENISightings()
    podENIs.update("d/p", phase: "Detaching", now: Self.start)
    podENIs.update("d/q", phase: "Bind", now: Self.start)
    func stuck(_ seconds: Double) -> [String] {
      samples(TerwayExposition(), .stuckPodENIs, podENIs: podENIs, now: Self.start + seconds)
        .filter { !$0.hasSuffix(" 0") }
    }
    #expect(stuck(599) == [])
    #expect(stuck(600) == [#"{phase="Detaching"} 1"#])
    podENIs.update("d/p", phase: "Unbind", now: Self.start + 700)
    #expect(stuck(2000) == [])
  }

  @Test func `uses no name and no label but those of the contract`() throws {
    var exposition = TerwayExposition()
    var limited = pod("p")
    limited.receiveLimit = 1
    var full = node("n1", interface("e1", used: 1))
    (full.pool.minimum, full.pool.maximum, full.lastSync) = (0, 5, Self.start)
    full.capacity.bandwidthReceive = 8
    exposition.update(.init(node: full, pods: [limited]), now: Self.start)
    for metric in ContractMetric.allCases {
      for sample in samples(exposition, metric) {
        let labels = sample.matches(of: /([a-z_]+)="/).map { String($0.1) }
        #expect(labels == metric.labels, "\(metric.name)")
      }
    }
    #expect(samples(exposition, .lastSync) == [#"{node="n1"} 1000000"#])
    #expect(samples(exposition, .instanceBandwidth) == [#"{node="n1",direction="receive"} 1000"#])
    #expect(samples(exposition, .nodeInfo) == [#"{node="n1",zone="h",instance_type="ecs.g7.xlarge"} 1"#])
  }
}
