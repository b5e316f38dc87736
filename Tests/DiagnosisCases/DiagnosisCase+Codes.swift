import Insights
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

extension DiagnosisCase {
  private static let ownClock = "the server's clock is its machine's, and the program's is set by the stage"

  /// Of what events and logs say.
  package static let codes: [DiagnosisCase] = [
    DiagnosisCase("allocations fail", .ipAllocationFailing) {
      $0.useAllAddresses()
      $0.addWaitingPod()
      $0.addEvent("AllocIPFailed", "Pod", "waits", "no address")
    },
    DiagnosisCase("an allocation failed, and the pod has its address now", nil, not: .ipAllocationFailing) {
      $0.addEvent("AllocIPFailed", "Pod", "web-node-1", "no address")
    },
    DiagnosisCase("the old name of a reason counts", .eniOperationErrors) {
      $0.addEvent("CniCreateENIError", "Node", "node-1", "failed")
    },
    DiagnosisCase("a reason that nobody knows does not", nil) { $0.addEvent("Rebooted", "Node", "node-1") },
    DiagnosisCase("an event is older than was asked for", nil, not: .eniOperationErrors) {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "failed", ago: 7200)
    },
    DiagnosisCase("the cloud throttles", .cloudThrottled) {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "Throttling.User: too many")
    },
    DiagnosisCase("the cloud rejects the credentials, as an event says", .credentialRejected) {
      $0.addEvent("SyncOpenAPIFailed", "Node", "node-1", "ErrorCode: InvalidAccessKeyId.NotFound")
    },
    DiagnosisCase("the cloud rejects the credentials, as the log says", .credentialRejected) {
      $0.addLog("E0829 14:45:54.233267       1 daemon.go:152] SignatureDoesNotMatch")
    },
    DiagnosisCase("the cloud refuses for another reason than too many calls", .eniOperationErrors, not: .cloudThrottled)
    {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "Operation.Conflict")
    },
    DiagnosisCase("the cloud rejected the credentials, which is over", nil, not: .credentialRejected) {
      $0.addEvent("SyncOpenAPIFailed", "Node", "node-1", "InvalidAccessKeyId.NotFound", ago: 7200)
    },
    DiagnosisCase("a vSwitch exists and is empty", .vSwitchExhausted, not: .vSwitchGone) {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "InvalidVSwitchId.IpNotEnough vsw-a")
    },
    DiagnosisCase("a failure names a security group", .eniOperationErrors, not: .securityGroupRejected) {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "internal error with group sg-9")
    },
    DiagnosisCase("an ENI is there and does not detach", .eniOperationErrors, not: .eniGone) {
      $0.addEvent("DetachENIFailed", "Node", "node-1", "internal error with eni-1")
    },
    DiagnosisCase("the cloud's API failed, which is over", nil, not: .cloudAPIErrors) {
      $0.addEvent("SyncOpenAPIFailed", "Node", "node-1", "ServiceUnavailable", ago: 7200)
    },
    DiagnosisCase("a vSwitch does not exist", .vSwitchGone) {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "InvalidVSwitchId.NotFound vsw-a")
    },
    DiagnosisCase("a security group does not exist", .securityGroupRejected) {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "InvalidSecurityGroupId.NotFound sg-9")
    },
    DiagnosisCase("somebody deleted an ENI", .eniGone) {
      $0.addEvent("DetachENIFailed", "Node", "node-1", "InvalidEniId.NotFound")
    },
    DiagnosisCase("the cloud's API fails", .cloudAPIErrors) {
      $0.addEvent("SyncOpenAPIFailed", "Node", "node-1", "ServiceUnavailable")
    },
    DiagnosisCase("an error of the log that nobody knows is good to know", .logErrors) {
      $0.addLog("E0829 14:45:54.233267       1 daemon.go:152] something odd")
    },
    DiagnosisCase("a line of the log is no error", nil, not: .logErrors) {
      $0.addLog("I0829 14:45:54.233267       1 daemon.go:152] Throttling is configured")
    },
    DiagnosisCase("clocks are apart", .clocksApart) { $0.addEvent("AllocIPFailed", "Pod", "web-node-1", ago: -600) },
    DiagnosisCase("this machine's clock is ahead, and nothing is old for that", .clocksApart, not: .nodeNotSynced) {
      $0.serverTime = $0.time
      $0.time += 2 * 3600
    }.unitOnly(because: ownClock),
    DiagnosisCase("the server's clock differs by seconds", nil, not: .clocksApart) { $0.serverTime = $0.time - 20 }
      .unitOnly(because: ownClock),
    DiagnosisCase("clocks differ by seconds", nil, not: .clocksApart) {
      $0.addEvent("AllocIPFailed", "Pod", "web-node-1", ago: -5)
    },
  ]
}
