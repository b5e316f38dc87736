import EniScaling
import KubernetesModel
import TerwayModel

/// What a person reads of faults, in conditions. Pure.
extension PolicyReport {
  var noFaults: Condition {
    if spec.remediation.mode == .off {
      return Condition(
        type: "NoFaults", status: .unknown, reason: "Off", message: "spec.remediation.mode is Off: nobody looks")
    }
    guard !openCases.isEmpty else {
      return Condition(type: "NoFaults", status: .yes, reason: "NoneFound", message: "no fault has lasted")
    }
    let kinds = Set(openCases.map(\.fault))
    let texts = openCases.map { "\($0.fault.rawValue) of \($0.subject.text) (\(sentence($0)))" }
    return Condition(
      type: "NoFaults", status: .no, reason: kinds.count == 1 ? openCases[0].fault.rawValue : "SeveralFaults",
      message: "\(Self.some(of: texts, upTo: 10))")
  }

  var addressesSuffice: Condition {
    let exhausted = openCases.filter { $0.fault == .vSwitchExhausted }.map(\.subject.object)
    guard !exhausted.isEmpty else {
      return Condition(
        type: "AddressesSuffice", status: .yes, reason: "Sufficient", message: "no vSwitch has run out of addresses")
    }
    let spared = exhausted.filter(scarceVSwitches.contains)
    let mode =
      spared.isEmpty ? "" : "; nodes on \(Self.some(of: spared, upTo: 5)) keep no idle ones until there are some again"
    return Condition(
      type: "AddressesSuffice", status: .no, reason: Fault.vSwitchExhausted.rawValue,
      message: "no addresses are left in \(Self.some(of: exhausted, upTo: 5))\(mode)")
  }

  private func sentence(_ open: RemediationPlan.OpenCase) -> String {
    switch open.state {
    case .reported:
      spec.remediation.mode == .act && spec.mode != .apply ? "reported: spec.mode is Recommend" : "reported"
    case .verifying: "acted on"
    case .givenUp: "left to a person"
    case .waiting: "waits: \(open.obstacle?.sentence ?? "")"
    }
  }
}
