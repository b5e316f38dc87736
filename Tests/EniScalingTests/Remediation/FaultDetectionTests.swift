import KubernetesModel
import Serialization
import TerwayModel
import Testing

@testable import EniScaling

struct `Faults of a node` {
  private static let now = 1_800_000_000.0

  private static func interface(_ change: (inout TerwayNode.Interface) -> Void = { _ in }) -> TerwayNode.Interface {
    var interface = TerwayNode.Interface()
    (interface.id, interface.type, interface.status, interface.vSwitch) = ("eni-1", "Secondary", "InUse", "vsw-1")
    interface.securityGroups = ["sg-1"]
    interface.addresses = .init(valid: 5, used: 1, validUsed: 1)
    interface.pods = [PodFingerprint(uid: "uid-p")]
    change(&interface)
    return interface
  }

  private static func pod(
    _ name: String = "p", hasAddress: Bool = true, age: Double = 3600, change: (inout ClusterPod) -> Void = { _ in }
  ) -> ClusterPod {
    var pod = ClusterPod()
    pod.metadata = ObjectMeta(name: name, namespace: "ns")
    pod.metadata.uid = "uid-\(name)"
    // 2027-01-15T08:00:00Z is `now`.
    pod.metadata.creationTimestamp = age < 120 ? "2027-01-15T07:59:00Z" : "2027-01-15T07:00:00Z"
    (pod.node, pod.phase, pod.hasAddress) = ("a", "Running", hasAddress)
    change(&pod)
    return pod
  }

  private static let daemon = pod("terway-eniip-x") {
    ($0.isTerwayDaemon, $0.usesHostNetwork, $0.metadata.namespace) = (true, true, "kube-system")
  }

  private static func sightings(of view: NodeView) -> [FaultSighting] {
    let detection = FaultDetection(at: now)
    return detection.sightings(of: view) + detection.sightings(ofVSwitchesOf: [view])
  }

  private static func view(
    _ interfaces: [TerwayNode.Interface] = [interface()], pods: [ClusterPod]? = [pod()],
    _ change: (inout NodeView) -> Void = { _ in }
  ) -> NodeView {
    var resource = TerwayNode()
    resource.metadata = ObjectMeta(name: "a")
    resource.interfaces = interfaces
    resource.configuration.securityGroups = ["sg-1"]
    resource.nextSync = now + 60
    var node = ClusterNode()
    node.metadata = ObjectMeta(name: "a")
    node.isReady = true
    var view = NodeView(resource, node: node, pods: pods, podsWithoutNetwork: [])
    change(&view)
    return view
  }

  @Test func `a sound node has none`() {
    #expect(Self.sightings(of: Self.view()).isEmpty)
    #expect(Self.sightings(of: Self.view(pods: [Self.pod(), Self.daemon])).isEmpty)
  }

  @Test(arguments: [
    (
      view([interface { $0.insufficientIP = now - 600 }]), Fault.vSwitchExhausted, false,
      "a had no address 10 min ago"
    ),
    (
      view([interface { $0.insufficientIP = now - 600 }]) { $0.node?.hasSufficientIPs = false }, .vSwitchExhausted,
      true,
      "SufficientIP"
    ),
    (
      view(pods: [pod(), pod("w", hasAddress: false), daemon]) { $0.podsWithoutNetwork = ["uid-w"] }, .daemonWedged,
      true, "ns/w has no address since 2027-01-15T07:00:00Z"
    ),
    (
      view(pods: [pod(), pod("w", hasAddress: false)]) { $0.podsWithoutNetwork = ["uid-w"] }, .daemonWedged, false,
      "FailedCreatePodSandBox of ns/w"
    ),
    (
      view([interface(), interface { ($0.id, $0.status, $0.pods) = ("eni-2", "Attaching", []) }]), .eniStuck, false,
      "eni-2 is Attaching"
    ),
    (
      view(
        [interface(), interface { ($0.id, $0.status, $0.pods) = ("eni-2", "Attaching", []) }], pods: [pod(), daemon]),
      .eniStuck, true, "kube-system/terway-eniip-x runs"
    ),
    (
      view([interface { ($0.operationError, $0.isThrottled) = (now, true) }]), .cloudThrottled, false,
      "refused to do more for eni-1"
    ),
    (view { $0.resource.nextSync = now - 900 }, .staleCloudView, true, "passed 15 min ago"),
    (view(pods: []), .leakedIP, true, "1 of eni-1"),
    (view(pods: [pod { $0.phase = "Succeeded" }]), .leakedIP, true, "1 of eni-1"),
    (
      view([interface { $0.securityGroups = ["sg-0"] }]), .securityGroupDrift, false,
      "eni-1 has sg-0; new ENIs get sg-1"
    ),
  ])
  func `each is seen, and from where`(view: NodeView, fault: Fault, isCertain: Bool, text: String) throws {
    let seen = Self.sightings(of: view)
    try #require(seen.map(\.fault) == [fault])
    #expect(seen.map(\.isCertain) == [isCertain])
    #expect(seen[0].evidence.contains { $0.text.contains(text) }, "\(seen[0].evidence)")
  }

  /// A pod whose kubelet said that it gets no network.
  private static func wait(_ pod: ClusterPod, _ interfaces: [TerwayNode.Interface] = [interface()]) -> NodeView {
    view(interfaces, pods: [Self.pod(), pod, daemon]) { $0.podsWithoutNetwork = [pod.metadata.uid] }
  }

  @Test(arguments: [
    (view([interface { $0.insufficientIP = now - 1300 }]), "the vSwitch is tried again"),
    (view([interface { ($0.operationError, $0.isThrottled) = (now - 90, true) }]), "the cloud answers again"),
    (view([interface { $0.operationError = now - 30 }]), "another error of the cloud"),
    (wait(pod("w", hasAddress: false, age: 60)), "a pod that came a minute ago"),
    (wait(pod("w", hasAddress: false) { $0.usesHostNetwork = true }), "a pod that needs no address"),
    (
      wait(pod("w", hasAddress: false) { $0.metadata.deletionTimestamp = "2027-01-15T07:00:00Z" }), "a pod that goes"
    ),
    (
      wait(pod("w", hasAddress: false), [interface { $0.addresses = .init(valid: 1, used: 1, validUsed: 1) }]),
      "a pod that waits where there is no address"
    ),
    (view(pods: [pod(), pod("w", hasAddress: false)]), "a pod that may wait for a volume"),
    (view(pods: nil), "pods are not known"),
    (view { $0.resource.nextSync = now - 300 }, "a sync that is a little late"),
    (view { $0.resource.nextSync = nil }, "a sync that never was"),
    (view { $0.resource.configuration.securityGroups = [] }, "no groups are configured"),
  ])
  func `the near misses are none`(view: NodeView, name: String) {
    #expect(Self.sightings(of: view).isEmpty, "\(name)")
  }

  @Test func `where nobody knows what kubelets say, a wedge is one that is not certain`() {
    let view = Self.view(pods: [Self.pod(), Self.pod("w", hasAddress: false), Self.daemon]) {
      $0.podsWithoutNetwork = nil
    }
    let seen = Self.sightings(of: view)
    #expect(seen.map(\.fault) == [.daemonWedged] && seen.map(\.isCertain) == [false])
  }

  @Test func `a node tells of its own vSwitches`() {
    let blocked = Self.view([Self.interface { $0.insufficientIP = Self.now - 600 }]) {
      $0.node?.hasSufficientIPs = false
    }
    let seen = FaultDetection(at: Self.now).exhaustion(of: blocked)
    #expect(
      seen?.text
        == "Node resource: vSwitch vsw-1 had no address 10 min ago; Node: condition SufficientIP is False")
    #expect(seen?.subject.node == "a" && FaultDetection(at: Self.now).exhaustion(of: Self.view()) == nil)
  }

  @Test func `the daemon's Pod is what a restart is of`() {
    let seen = Self.sightings(of: Self.wait(Self.pod("w", hasAddress: false)))
    #expect(seen.map(\.target) == ["kube-system/terway-eniip-x"])
    // An address that it was given is one that Terway has for it.
    let given = Self.interface {
      $0.addresses = .init(valid: 2, used: 2, validUsed: 2)
      $0.pods = ["uid-p", "uid-w"].map { PodFingerprint(uid: $0) }
    }
    #expect(Self.sightings(of: Self.wait(Self.pod("w", hasAddress: false), [given])).map(\.fault) == [.daemonWedged])
  }

  @Test func `a vSwitch is seen once, however many nodes are on it`() {
    let views = (0..<5).map { number in
      Self.view([Self.interface { $0.insufficientIP = Self.now - Double(number) * 60 }]) { view in
        view.resource.metadata.name = "n\(number)"
        view.node?.hasSufficientIPs = number > 0
      }
    }
    let seen = FaultDetection(at: Self.now).sightings(ofVSwitchesOf: views)
    #expect(seen.map(\.subject) == [FaultSighting.Subject(node: "", object: "vsw-1")])
    #expect(
      seen.first?.text
        == "Node resource: n0, n1, n2 and 2 more had no address 0 min ago; Node: condition SufficientIP of n0 is False")
  }

  @Test func `PodENIs get stuck, or outlive their pods`() throws {
    func podENI(_ name: String, _ phase: String, type: String = "Elastic") throws -> PodENI {
      let value: JSONValue = [
        "metadata": ["name": .string(name), "namespace": "ns"],
        "spec": ["allocations": [["allocationType": ["type": .string(type)]]]],
        "status": ["phase": .string(phase), "instanceID": name == "gone" ? "i-b" : "i-c"],
      ]
      return try PodENI(jsonText: value.jsonText())
    }
    let pods = ["p": Self.pod(), "w": Self.pod("w", hasAddress: false)]
    let all = try [
      podENI("p", "Bind"), podENI("w", "Binding"), podENI("gone", "Bind"), podENI("kept", "Unbind", type: "Fixed"),
      podENI("going", "Detaching"),
    ]
    let seen = FaultDetection(at: Self.now).sightings(of: all) {
      pods[$1]
    } node: {
      $0 == "i-b" ? "b" : nil
    }
    #expect(seen.map(\.fault) == [.podENIStuck, .leakedPodENI, .leakedPodENI])
    #expect(seen.map(\.subject.object) == ["ns/w", "ns/gone", "ns/going"])
    #expect(seen.map(\.target) == seen.map(\.subject.object))
    #expect(seen.map(\.subject.node) == ["a", "b", ""] && seen.map(\.isCertain) == [true, true, true])
    // Nothing is left to be deleted of one that goes.
    var going = all[2]
    going.metadata.deletionTimestamp = "2027-01-15T07:00:00Z"
    #expect(
      FaultDetection(at: Self.now).sightings(of: [going]) {
        pods[$1]
      } node: { _ in
        nil
      }.isEmpty)
  }
}
