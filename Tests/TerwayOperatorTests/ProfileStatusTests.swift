import KubernetesModel
import Monitoring
import TerwayModel
import Testing

@testable import TerwayOperator

struct `Profile status` {
  private func profile(_ status: MonitoringProfileStatus? = nil) -> MonitoringProfile {
    var metadata = ObjectMeta(name: "terway")
    metadata.generation = 4
    return MonitoringProfile(metadata: metadata, status: status)
  }

  private func status(_ states: Synchronisation.State...) -> MonitoringProfileStatus {
    let results = states.enumerated().map { index, state in
      Synchronisation(
        reference: ObjectReference(
          GeneratedResource.configMap, ObjectKey(namespace: "monitoring", name: "object-\(index)")),
        state: state, message: state == .synced ? "" : "because")
    }
    return ProfileStatus.status(of: profile(), detected: .init(), results: results, now: "now")
  }

  private func summary(_ status: MonitoringProfileStatus) -> [String] {
    status.conditions.map { "\($0.type)=\($0.status.rawValue) \($0.reason)" }
  }

  @Test func `is ready when every object is in sync`() {
    let status = status(.synced, .synced)
    #expect(
      summary(status) == [
        "Ready=True InSync", "Reconciling=False InSync", "Stalled=False InSync", "KindsInstalled=True Installed",
      ])
    #expect(status.objects == "2/2" && status.observedGeneration == 4)
  }

  @Test func `a kind that is not installed is a condition of its own, not a failure`() {
    #expect(
      summary(status(.synced, .crdMissing)) == [
        "Ready=True InSync", "Reconciling=False InSync", "Stalled=False InSync", "KindsInstalled=False CRDMissing",
      ])
  }

  @Test(arguments: [Synchronisation.State.failed, .namespaceMissing])
  func `what passes by itself is reconciling`(state: Synchronisation.State) {
    let status = status(.synced, state)
    #expect(status.conditions["Ready"]?.status == .no && status.conditions["Reconciling"]?.status == .yes)
    #expect(status.conditions["Stalled"]?.status == .no)
    #expect(status.conditions["Ready"]?.message == "ConfigMap monitoring/object-1: because")
  }

  @Test(arguments: [Synchronisation.State.conflict, .forbidden, .rejected])
  func `what waits for a person is stalled, and comes first`(state: Synchronisation.State) {
    let status = status(.failed, state)
    #expect(status.conditions["Ready"]?.reason == state.rawValue)
    #expect(status.conditions["Stalled"]?.status == .yes)
  }

  @Test func `every message says something, because old servers refuse empty ones`() {
    for state in Synchronisation.State.allCases {
      #expect(status(state).conditions.allSatisfy { !$0.message.isEmpty && !$0.reason.isEmpty })
    }
  }

  @Test func `an invalid spec keeps what is known of the objects and names the field`() {
    var former = MonitoringProfileStatus()
    former.resources = [
      .init(apiVersion: "v1", kind: "ConfigMap", namespace: "a", name: "b", state: .synced)
    ]
    former.objects = "1/1"
    let invalid = InvalidSpec(violations: [Violation(at: [.key("spec"), .key("namespace")], "must be a name")])
    let status = ProfileStatus.status(of: profile(former), invalid: invalid, now: "now")
    #expect(status.resources == former.resources && status.objects == "1/1")
    #expect(status.conditions["Stalled"]?.status == .yes && status.conditions["Ready"]?.status == .no)
    #expect(status.conditions["Stalled"]?.message.contains("spec.namespace: must be a name") == true)
  }
}
