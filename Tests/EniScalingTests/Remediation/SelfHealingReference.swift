import EniScaling
import Foundation
import TerwayModel
import TestSupport
import Testing

/// `UPDATE_GOLDENS=1 swift test --filter EniScalingTests` writes the page anew.
struct `The page on self-healing` {
  @Test func `is what the table says`() throws {
    let file = Repository.file("docs/reference/self-healing.md")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil { try Data(Self.page.utf8).write(to: file) }
    let committed = try String(contentsOf: file, encoding: .utf8)
    #expect(committed == Self.page, "docs/reference/self-healing.md is not current; if that is meant: UPDATE_GOLDENS=1")
  }

  private static var page: String {
    """
    # Self-healing

    <!-- Generated from Sources/EniScaling/Remediation; edits are lost: UPDATE_GOLDENS=1 swift test --filter EniScalingTests -->

    At each evaluation of an `EniAutoscalePolicy` the operator looks for faults of the policy's nodes, in what it has cached
    of Terway's resources, Nodes, Pods and the events of kubelets. `spec.remediation.mode` says what comes of them:

    | mode | what is done |
    |---|---|
    | `Off` | nobody looks |
    | `Report` | a fault that has lasted is told |
    | `Act` | and healed, where the policy's own `mode` is `Apply`; in the mode `Recommend` it is only told |

    Each step is an entry of `status.remediations` (the latest 20, newest first), an event on the policy, a line in the log and
    the counter `terway_operator_autoscale_remediations_total`, with the evidence. The conditions `NoFaults` and
    `AddressesSuffice` say what is wrong now, and what waits for what.

    ## Faults

    \(table(
      ["fault", "is seen when", "lasts at least", "then, one after another"],
      Fault.allCases.map { fault in
        let remedy = Remedy.of(fault)
        return [
          code(fault.rawValue), sign(remedy), duration(remedy.persistence),
          remedy.rungs.isEmpty ? "is told" : remedy.rungs.map(rung).joined(separator: ", then "),
        ]
      }))

    What does not help is told as `Failed`, and the next action is taken; after the last one a person is told what is left to do:

    \(table(
      ["fault", "left to a person"],
      Fault.allCases.map { [code($0.rawValue), Remedy.of($0).escalation] }))

    ## Actions

    | action | what it writes | how it is verified |
    |---|---|---|
    | `RestartDaemon` | deletes the Pod of Terway's daemon on the node, by its uid; the DaemonSet makes a new one, and pods that run keep their network | the pods that waited have addresses |
    | `ForceResync` | sets `status.nextSyncOpenAPITime` of Terway's Node resource to a time that is past, which makes the controlplane compare the node with the cloud | what was wrong is not seen any more |
    | `EnterScarcityMode` | nothing by itself: the policy gives all nodes on the vSwitch a pool without idle addresses, until the vSwitch has some again | the vSwitch has addresses |
    | `DeleteLeakedPodENI` | deletes the PodENI, by its uid and version, after its pod was looked for once more | it is gone |

    Healed is what has not been seen for a minute. What is going to be done is in the status before it is done: a process that
    ends in between leaves it to the next one, which does it to the same object or not at all, and counts it.

    While the cloud refuses calls (`CloudThrottled`) no node's pool grows until the next whole minute.

    ## What keeps an action waiting

    The reasons are those of the metric `terway_operator_autoscale_waiting_remedies` and, in words, of the condition `NoFaults`.

    \(table(
      ["reason", "it waits because"],
      RemediationPlan.Obstacle.allCases.map { [code($0.rawValue), $0.sentence] }))

    Nothing is done, and nothing is taken to be healed, while what is cached is older than `spec.signal.maxStaleness`, or, of
    one node, while its resource contradicts its pods.

    ## Approval

    `DeleteLeakedPodENI` must be named in `spec.remediation.actions`, and each PodENI must be approved of:

    <!-- not run: which PodENI it is depends on the fault -->
    ```console
    $ kubectl -n NAMESPACE annotate podeni NAME \(PodENI.approvalAnnotation)=DeleteLeakedPodENI
    ```

    """
  }

  private static func sign(_ remedy: Remedy) -> String {
    let words = remedy.witnesses.map(\.rawValue).sorted().joined(separator: ", ")
    return words.isEmpty ? remedy.sign : "\(remedy.sign); acted on only when these say so: \(words)"
  }

  private static func rung(_ rung: Remedy.Rung) -> String {
    let approval = rung.needsApproval ? " when approved" : ""
    return "\(code(rung.action.rawValue))\(approval), which has \(duration(rung.verification)) to help"
  }

  private static func duration(_ seconds: Double) -> String {
    seconds == 60 ? "a minute" : "\(Int(seconds / 60)) minutes"
  }

  private static func code(_ text: String) -> String { "`\(text)`" }

  private static func table(_ header: [String], _ rows: [[String]]) -> String {
    ([header, header.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
      .replacing("| --- |", with: "|---|").replacing(" --- |", with: "---|")
  }
}
