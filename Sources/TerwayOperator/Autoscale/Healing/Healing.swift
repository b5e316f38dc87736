import ControllerRuntime
import EniScaling
import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel

/// Looks for faults of the nodes of a policy, and does what the plan says.
///
/// What is going to be done is in the status before it is done, so that a process that comes after a crash does not do
/// something else, and does the same again only to the same object.
struct Healing {
  static let statusManager = FieldManager("terway-operator-remediation")

  let round: AutoscaleRound
  let fleet: Fleet
  let assignment: PolicyAssignment
  let verdicts: [NodeVerdict]

  private var policy: EniAutoscalePolicy { round.policy }
  private var reconciler: AutoscaleReconciler { round.reconciler }
  private var name: String { policy.metadata.name }

  func carryOut(_ memory: inout AutoscaleMemory) async throws {
    let speed = reconciler.speed
    let survey = FaultSurvey(
      policy: policy, spec: round.spec, fleet: fleet, assignment: assignment, verdicts: verdicts, now: round.now,
      speed: speed)
    var own = memory.policies[name]?.healing ?? HealingMemory(policy.status?.remediations ?? [], speed: speed)
    let situation = survey.situation(isInWindow: round.calendar.isOpen(at: round.now), lags: memory.nodes)
    let sightings = situation.mode == .off ? [] : survey.sightings()
    let steps = own.plan.handle(sightings, situation, at: round.now * speed)
    if !steps.isEmpty {
      try await round.confirmation.confirm()
      do {
        try await announce(steps, &own)
      } catch is OutdatedOwner {
        // Somebody else has told something meanwhile: it is read again, and what was seen is seen anew.
        memory.policies[name]?.healing = nil
        throw OutdatedOwner()
      }
      memory.ledger.note(at: round.now)
    }
    memory.policies[name]?.healing = own
    let writer = RemedyWriter(client: reconciler.client, caches: reconciler.caches, speed: speed)
    for step in steps where step.action != nil {
      memory.ledger.note(at: round.now)
      if await carryOut(step, writer) { memory.policies[name]?.healing?.plan.carriedOut(step, at: round.now * speed) }
    }
  }

  /// - Returns: false when it is to be tried again.
  private func carryOut(_ step: RemediationPlan.Step, _ writer: RemedyWriter) async -> Bool {
    do {
      return try await writer.carryOut(step, fleet)
    } catch {
      round.context.logger.warning(
        "an action against a fault failed, and is tried again",
        ["node": step.subject.node, "fault": step.fault.rawValue, "error": "\(error)"])
      return false
    }
  }

  // MARK: Telling

  /// Tells what is going to be done before it is done, and what else is to be said.
  ///
  /// - Throws: `OutdatedOwner` when the status does not tell what we told last.
  private func announce(_ steps: [RemediationPlan.Step], _ own: inout HealingMemory) async throws {
    let live = try await reconciler.client.get(EniAutoscalePolicy.self, policy.key)
    guard live.metadata.uid == policy.metadata.uid, (live.status?.remediations ?? []) == own.told else {
      throw OutdatedOwner()
    }
    let news = steps.filter { !$0.isRepeated }
    guard !news.isEmpty else { return }
    var status = EniAutoscalePolicyStatus()
    status.remediations = HealingMemory.latest(news.reversed().map(entry) + own.told, now: round.now)
    do {
      let written = try await reconciler.client.apply(
        EniAutoscalePolicy.resource, policy.key, subresource: "status",
        [
          "apiVersion": .string(EniAutoscalePolicy.resource.kind.apiVersion),
          "kind": .string(EniAutoscalePolicy.resource.kind.kind),
          "metadata": [
            "name": .string(name), "uid": .string(live.metadata.uid),
            "resourceVersion": .string(live.metadata.resourceVersion.text),
          ],
          "status": ["remediations": try status.json()["remediations"] ?? []],
        ], fieldManager: Self.statusManager, as: EniAutoscalePolicy.self)
      round.context.wrote(policy.key, written.metadata.resourceVersion, seenBy: reconciler.caches.policies.store)
      // As the server keeps it: an older definition knows fewer fields.
      own.told = written.status?.remediations ?? []
    } catch let error as StatusError where error.reason == .conflict {
      throw OutdatedOwner()
    }
    for step in news { tell(step) }
  }

  private func entry(_ step: RemediationPlan.Step) -> EniAutoscalePolicyStatus.Remediation {
    EniAutoscalePolicyStatus.Remediation(
      time: reconciler.text(round.now), node: step.subject.node, object: step.subject.object,
      fault: step.fault.rawValue, action: step.taken?.rawValue ?? "", target: step.target, outcome: step.outcome,
      message: step.message.truncated(to: 1_024))
  }

  private func tell(_ step: RemediationPlan.Step) {
    reconciler.events.remediation(step, of: policy)
    reconciler.metrics.count(step, of: name)
    let fields: KeyValuePairs<String, String> = [
      "node": step.subject.node, "object": step.subject.object, "fault": step.fault.rawValue,
      "action": step.taken?.rawValue ?? "none", "target": step.target, "outcome": step.outcome.rawValue,
      "evidence": step.message,
    ]
    if step.outcome == .healed {
      round.context.logger.info("a fault of a node", fields)
    } else {
      round.context.logger.warning("a fault of a node", fields)
    }
  }
}
