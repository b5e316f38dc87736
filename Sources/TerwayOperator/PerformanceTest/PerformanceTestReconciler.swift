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
    guard case .success(let spec) = profile.checkedSpec else { return .done }
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
      case .start(let job, let status):
        // The Job first, whose name tells what it was made for: after a crash in between, it is there already.
        let isStarted = try await start(job, spec, profile, context)
        try await write(isStarted ? status : run.withoutSchedule(), to: profile, confirmation, context)
        return isStarted ? .done : .after(ProfileReconciler.obstaclePeriod)
      case .read(let pod, let job):
        return try await tell(outcome(run, pod, job), of: profile, confirmation, context)
      case .search(let job):
        return try await tell(outcome(run, searching: job), of: profile, confirmation, context)
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
      profile: profile.metadata.name, test: spec.performanceTest,
      rerun: LogText.oneLine(profile.metadata.annotations[MonitoringProfileSchema.rerunAnnotation] ?? "")
        .truncated(to: 256),
      former: profile.status?.performanceTest, jobs: mine,
      pods: pods.objects.filter {
        $0.metadata.namespace == spec.namespace && $0.metadata.labels["ops.terway.io/profile"] == label
      })
  }

  private func tell(
    _ status: PerformanceTestRun.Status, of profile: MonitoringProfile, _ confirmation: OwnerConfirmation,
    _ context: ReconcileContext
  ) async throws -> Outcome {
    try await write(status, to: profile, confirmation, context)
    return status.state == .reading ? .after(Self.readingPeriod) : .done
  }

  private func outcome(
    _ run: PerformanceTestRun, searching job: TestJobView
  ) async throws -> PerformanceTestRun.Status {
    var run = run
    run.pods = try await client.list(
      ResourceSelection(TestPodView.resource, namespace: job.metadata.namespace, labels: PerformanceTest.selector),
      as: TestPodView.self)
    guard let pod = run.endedClient(of: job) else { return run.vanished(job) }
    return try await outcome(run, pod, job)
  }

  private func outcome(
    _ run: PerformanceTestRun, _ pod: TestPodView, _ job: TestJobView
  ) async throws -> PerformanceTestRun.Status {
    switch try await logs.read(pod.key) {
    case .log(let log): run.finished(log, of: pod, job)
    case .unreadable(let reason): run.unreadable(reason, job)
    }
  }

  /// Makes a Job of the CronJob's template, as `kubectl create job --from` does: the CronJob counts it among its own, and
  /// removes it with them.
  ///
  /// - Returns: false when there is no CronJob of the profile's to make it of.
  private func start(
    _ name: String, _ spec: MonitoringProfileSpec, _ profile: MonitoringProfile, _ context: ReconcileContext
  ) async throws -> Bool {
    let key = ObjectKey(
      namespace: spec.namespace, name: PerformanceTest.clientName(of: profile.metadata.name))
    do {
      let cronJob = try await client.get(GeneratedResource.cronJob, key, as: LiveObject.self)
      guard let job = ScheduledJob(cronJob, of: profile.metadata.uid)?.manifest(named: name) else { return false }
      let _: JSONValue = try await client.create(
        GeneratedResource.job, namespace: spec.namespace, job, fieldManager: Self.fieldManager)
      context.logger.info("a performance test was started out of schedule", ["job": name])
    } catch let error as StatusError where error.reason == .alreadyExists {
      // It was made before, and the status does not say so yet.
    } catch let error as StatusError where error.reason == .notFound {
      return false
    }
    return true
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
