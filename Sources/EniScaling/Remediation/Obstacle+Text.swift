import TerwayModel

extension RemediationPlan.Obstacle {
  /// Why an action waits, for people, after "waits:".
  public var sentence: String {
    switch self {
    case .notAllowed: "spec.remediation.actions does not allow what is next"
    case .paused: "the policy is paused"
    case .outsideWindow: "it is outside of spec.maintenanceWindows"
    case .oneSource: "nothing else confirms it"
    case .storm: "so many nodes have it that its cause must be elsewhere"
    case .needsApproval: "it needs the annotation \(PodENI.approvalAnnotation)"
    case .breakerOpen: "what would be done did not help three times in a row"
    case .cloudUnhealthy: "the cloud's API refuses calls, or terway-controlplane is degraded"
    case .nodeBusy: "another fault of the node is acted on"
    case .tooManyNodes: "as many nodes are acted on as spec.budget.maxConcurrentNodes allows"
    case .tooSoon: "the same was done to the node a short time ago"
    case .overBudget: "spec.remediation.maxActionsPerHour is used up"
    }
  }
}
