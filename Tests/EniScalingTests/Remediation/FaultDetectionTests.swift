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
    var view = NodeView(resource, node: node, pods: pods)
    change(&view)
    return view
  }

  @Test func `a sound node has none`() {
    #expect(FaultSighting.sightings(of: Self.view(), at: Self.now).isEmpty)
  }

  @Test(arguments: [
    (
      view([interface { $0.insufficientIP = now - 600 }]), Fault.vSwitchExhausted, false,
      "vSwitch vsw-1 had no address 10 min ago"
    ),
    (
      view([interface { $0.insufficientIP = now - 600 }]) { $0.node?.hasSufficientIPs = false }, .vSwitchExhausted,
      true,
      "SufficientIP"
    ),
    (
      view(pods: [pod(), pod("w", hasAddress: false)]), .daemonWedged, true,
      "ns/w has no address since 2027-01-15T07:00:00Z"
    ),
    (
      view([interface(), interface { ($0.id, $0.status, $0.pods) = ("eni-2", "Attaching", []) }]), .eniStuck, false,
      "eni-2 is Attaching"
    ),
    (view { $0.resource.nextSync = now - 900 }, .staleCloudView, true, "passed 15 min ago"),
    (view(pods: []), .leakedIP, true, "1 of eni-1"),
    (view(pods: [pod { $0.phase = "Succeeded" }]), .leakedIP, true, "1 of eni-1"),
    (
      view([interface { $0.securityGroups = ["sg-0"] }]), .securityGroupDrift, false,
      "eni-1 has sg-0; new ENIs get sg-1"
    ),
  ])
  func `each is seen, and from where`(view: NodeView, fault: Fault, isCertain: Bool, text: String) {
    let seen = FaultSighting.sightings(of: view, at: Self.now)
    #expect(seen.map(\.fault) == [fault] && seen.map(\.hasTwoSources) == [isCertain])
    #expect(seen[0].evidence.contains { $0.text.contains(text) }, "\(seen[0].evidence)")
  }

  @Test(arguments: [
    (view([interface { $0.insufficientIP = now - 1300 }]), "the vSwitch is tried again"),
    (view(pods: [pod(), pod("w", hasAddress: false, age: 60)]), "a pod that came a minute ago"),
    (view(pods: [pod(), pod("w", hasAddress: false) { $0.usesHostNetwork = true }]), "a pod that needs no address"),
    (
      view(pods: [pod(), pod("w", hasAddress: false) { $0.metadata.deletionTimestamp = "2027-01-15T07:00:00Z" }]),
      "a pod that goes"
    ),
    (
      view(
        [interface { $0.addresses = .init(valid: 1, used: 1, validUsed: 1) }],
        pods: [pod(), pod("w", hasAddress: false)]),
      "a pod that waits where there is no address"
    ),
    (view(pods: nil), "pods are not known"),
    (view { $0.resource.nextSync = now - 300 }, "a sync that is a little late"),
    (view { $0.resource.nextSync = nil }, "a sync that never was"),
    (view { $0.resource.configuration.securityGroups = [] }, "no groups are configured"),
  ])
  func `the near misses are none`(view: NodeView, name: String) {
    #expect(FaultSighting.sightings(of: view, at: Self.now).isEmpty, "\(name)")
  }

  @Test func `PodENIs get stuck, or outlive their pods`() throws {
    func podENI(_ name: String, _ phase: String, type: String = "Elastic") throws -> PodENI {
      let value: JSONValue = [
        "metadata": ["name": .string(name), "namespace": "ns"],
        "spec": ["allocations": [["allocationType": ["type": .string(type)]]]], "status": ["phase": .string(phase)],
      ]
      return try PodENI(jsonText: value.jsonText())
    }
    let pods = ["p": Self.pod(), "w": Self.pod("w", hasAddress: false)]
    let all = try [
      podENI("p", "Bind"), podENI("w", "Binding"), podENI("gone", "Bind"), podENI("kept", "Unbind", type: "Fixed"),
      podENI("going", "Deleting"),
    ]
    let seen = FaultSighting.sightings(of: all, at: Self.now) { pods[$1] }
    #expect(seen.map(\.fault) == [.podENIStuck, .leakedPodENI, .podENIStuck])
    #expect(seen.map(\.subject.object) == ["ns/w", "ns/gone", "ns/going"])
    #expect(seen.map(\.subject.node) == ["a", "", ""] && seen.map(\.hasTwoSources) == [true, true, false])
  }
}
