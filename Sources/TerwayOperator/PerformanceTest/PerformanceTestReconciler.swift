import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

/// Follows the performance test of each profile, and tells what it measured: in the status, as an event and as metrics.
///
/// # Guarantees
/// - A run's log is read until it could be read, and then never again: a new process finds the result in the status.
/// - The event is written after the status, at most once for each run.
/// - A status is written only when it says something new, under a field manager of its own.
/// - A profile whose spec is invalid keeps what it has.
struct PerformanceTestReconciler: Sendable {
  static let fieldManager = FieldManager("terway-operator-performance-test")
  /// How long until a log that could not be read is asked for again.
  static let readingPeriod: Duration = .seconds(15)

  let client: KubernetesClient
  let profiles: Store<MonitoringProfile>
  let jobs: Store<TestJobView>
  let pods: Store<TestPodView>
  let logs: PerformanceTestLogReader
  let events: ProfileEvents
  let metrics: PerformanceTestMetrics

  func reconcile(_ key: ObjectKey, _ context: ReconcileContext) async throws -> Outcome {
    guard let profile = profiles[key], !profile.metadata.isBeingDeleted else {
      metrics.publish(nil, of: key.name)
      return .done
    }
    guard case .success(let spec) = profile.spec else { return .done }
    let run = observation(of: profile, spec)
    let confirmation = OwnerConfirmation(profile.metadata, of: MonitoringProfile.resource, client: client)
    do {
      switch run.next {
      case .report(let status):
        try await write(status, to: profile, confirmation, context)
        return .done
      case .restart(let job, let status):
        // The status first: after a crash in between, the Job to delete is known.
        try await write(status, to: profile, confirmation, context)
        return try await delete(job, context)
      case .read(let pod, let job):
        let status = try await outcome(run, pod, job)
        try await write(status, to: profile, confirmation, context)
        return status.state == .reading ? .after(Self.readingPeriod) : .done
      }
    } catch is OutdatedOwner {
      return .after(ProfileReconciler.obstaclePeriod)
    }
  }

  private func observation(of profile: MonitoringProfile, _ spec: MonitoringProfileSpec) -> PerformanceTestRun {
    let name = PerformanceTest.clientName(of: profile.metadata.name)
    let uid = profile.metadata.uid
    let mine = jobs.objects.filter { job in
      job.metadata.namespace == spec.namespace
        && job.metadata.ownerReferences.contains {
          $0.uid == uid || ($0.kind == GeneratedResource.cronJob.kind.kind && $0.name == name)
        }
    }
    let label = ObjectName.labelValue(profile.metadata.name)
    return PerformanceTestRun(
      test: spec.performanceTest,
      rerun: LogText.oneLine(profile.metadata.annotations[MonitoringProfileSchema.rerunAnnotation] ?? "")
        .truncated(to: 256),
      former: profile.status?.performanceTest, jobs: mine,
      pods: pods.objects.filter {
        $0.metadata.namespace == spec.namespace && $0.metadata.labels["ops.terway.io/profile"] == label
      })
  }

  private func outcome(
    _ run: PerformanceTestRun, _ pod: TestPodView, _ job: TestJobView
  ) async throws -> PerformanceTestRun.Status {
    switch try await logs.read(pod.key) {
    case .log(let log): run.finished(log, of: pod, job)
    case .unreadable(let reason): run.unreadable(reason, job)
    }
  }

  private func delete(_ job: TestJobView, _ context: ReconcileContext) async throws -> Outcome {
    do {
      let deleted = try await client.delete(
        TestJobView.resource, job.key, preconditions: Preconditions(uid: job.metadata.uid))
      if deleted { context.deleted(job.key, uid: job.metadata.uid, seenBy: jobs) }
    } catch let error as StatusError where error.reason == .conflict {
      // Another Job of the name: the one that was meant is gone.
    }
    return .done
  }

  private func write(
    _ status: PerformanceTestRun.Status?, to profile: MonitoringProfile, _ confirmation: OwnerConfirmation,
    _ context: ReconcileContext
  ) async throws {
    let former = profile.status?.performanceTest
    guard status != former else { return metrics.publish(status, of: profile.metadata.name) }
    try await confirmation.confirm()
    let patch = JSONValue.mergePatch(from: try json(former) ?? [:], to: try json(status) ?? [:])
    let written = try await client.patch(
      MonitoringProfile.resource, profile.key, subresource: "status", .merge,
      // The uid keeps the status off a profile that was deleted and made anew in the meantime.
      [
        "metadata": ["uid": .string(profile.metadata.uid)],
        "status": ["performanceTest": status == nil ? .null : patch],
      ], fieldManager: Self.fieldManager, as: MetadataOnly.self)
    context.wrote(profile.key, written.metadata.resourceVersion, seenBy: profiles)
    metrics.publish(status, of: profile.metadata.name)
    guard let status, status.state.isFinal, status.run != former?.run || status.state != former?.state else { return }
    context.logger.info("a performance test ended", ["state": status.state.rawValue, "message": status.message])
    events.testEnded(profile, status)
  }

  /// As it is written.
  private func json(_ status: PerformanceTestRun.Status?) throws -> JSONValue? {
    var whole = MonitoringProfileStatus()
    whole.performanceTest = status
    return try whole.json()["performanceTest"]
  }
}
