import KubernetesModel
import Monitoring
import TerwayModel

/// What is due for the performance test of one profile. Pure: equal observations give equal steps.
///
/// # Guarantees
/// - A run that is over is looked into once: afterwards its status stands until another run begins.
/// - What the last successful run measured stays until another one succeeds.
struct PerformanceTestRun {
  typealias Status = MonitoringProfileStatus.PerformanceTest

  enum Step: Equatable {
    /// Let the status say this; `nil` when there is no test.
    case report(Status?)
    /// Read the log of this Pod and pass it to `finished`.
    case read(TestPodView, TestJobView)
    /// Ask the server for the Pods of this Job, which is over and has none of its end: Jobs and Pods are watched apart.
    case search(TestJobView)
    /// Let the status say this, and delete the Job.
    case restart(TestJobView, Status)
    /// Make a Job of the schedule's template now, and then let the status say this.
    case start(job: String, Status)
  }

  /// Name of the profile.
  var profile: String
  var test: MonitoringProfileSpec.PerformanceTest
  /// The profile's annotation; empty when there is none.
  var rerun: String
  /// What the status says.
  var former: Status?
  /// Of this profile.
  var jobs: [TestJobView]
  var pods: [TestPodView]

  var next: Step {
    guard test.enabled else { return .report(nil) }
    guard let job = newestJob else { return startedOutOfSchedule(after: nil) ?? .report(withoutJob) }
    if test.schedule.isEmpty, let former {
      let isAsked = !rerun.isEmpty && rerun != former.rerun
      if isAsked || (former.state == .restarting && former.run == job.metadata.uid) {
        return .restart(job, restarting(job, former))
      }
    }
    if let former, former.run == job.metadata.uid, former.state.isFinal || isAwaited(former, after: job) {
      return startedOutOfSchedule(after: job) ?? .report(former)
    }
    guard job.end != nil else { return .report(underWay(job)) }
    return endedClient(of: job).map { .read($0, job) } ?? .search(job)
  }

  /// The Pod whose log tells how the Job ended.
  func endedClient(of job: TestJobView) -> TestPodView? {
    guard let end = job.end else { return nil }
    let phase = end.isSuccess ? "Succeeded" : "Failed"
    return clients(of: job).first { $0.phase == phase }
  }

  // MARK: Before the end

  /// The run that another value of the annotation asks for beside the schedule, once no other run is under way, which it would
  /// measure along.
  ///
  /// - Parameter job: the newest there is.
  private func startedOutOfSchedule(after job: TestJobView?) -> Step? {
    guard !test.schedule.isEmpty, let former, !rerun.isEmpty, rerun != former.rerun else { return nil }
    let name = startedJobName(former)
    // It was made, and whoever made it was gone before the status said so.
    if let job, job.metadata.name == name { return nil }
    var status = Status()
    status.message = "waits for its Pod to be made, out of schedule, as the annotation asks"
    (status.job, status.run) = (name, job?.metadata.uid ?? "")
    status.result = former.result
    status.rerun = rerun
    return .start(job: name, status)
  }

  /// Whether another Job was made after one whose result is known, and is not seen yet.
  private func isAwaited(_ status: Status, after job: TestJobView) -> Bool {
    status.state == .pending && !status.job.isEmpty && status.job != job.metadata.name
  }

  private func startedJobName(_ former: Status) -> String {
    PerformanceTest.jobName(of: profile, rerun: rerun, after: former.rerun)
  }

  /// What the status says while the CronJob is missing of which a Job is to be made.
  func withoutSchedule() -> Status {
    var status = former ?? Status()
    if status.state.isFinal { return status }
    (status.state, status.message) = (.pending, "is asked for by the annotation, and waits for its CronJob to be made")
    return status
  }

  private var newestJob: TestJobView? {
    jobs.filter { !$0.metadata.isBeingDeleted }.max {
      ($0.metadata.creationTimestamp, $0.metadata.name) < ($1.metadata.creationTimestamp, $1.metadata.name)
    }
  }

  private var withoutJob: Status {
    if var former, former.state == .reading {
      former.state = .failed
      former.message = "its Job is gone, and its log was never read; what it measured is not known"
      return former
    }
    // The Jobs of a schedule go after a while; what came of the last one does not.
    if !test.schedule.isEmpty, let former, former.state.isFinal { return former }
    var status = Status()
    status.message =
      test.schedule.isEmpty ? "waits for its Job to be made" : "waits for its time, by the schedule \(test.schedule)"
    status.result = former?.result
    // A test without a schedule begins by itself.
    status.rerun = former.map { rerun.isEmpty || !test.schedule.isEmpty ? $0.rerun : rerun } ?? rerun
    return status
  }

  private func restarting(_ job: TestJobView, _ former: Status) -> Status {
    var status = base(job)
    status.state = .restarting
    status.message = "its Job is deleted, as the annotation asks; another run follows"
    status.rerun = rerun.isEmpty ? former.rerun : rerun
    return status
  }

  private func underWay(_ job: TestJobView) -> Status {
    var status = base(job)
    guard let pod = clients(of: job).first else {
      status.message = "waits for its Pod to be made"
      return status
    }
    switch pod.phase {
    case "Running":
      status.state = .running
      status.message = "measures from \(pod.node)"
    case "Succeeded", "Failed":
      status.state = .running
      status.message = "a Pod of it \(pod.phase == "Failed" ? "failed" : "succeeded"); the Job goes on"
    default:
      let place = pod.node.isEmpty ? "waits for a node" : "starts on \(pod.node)"
      status.message = pod.obstacle.isEmpty ? place : "\(place): \(LogText.oneLine(pod.obstacle))"
    }
    return status
  }

  /// What every status of a run holds.
  private func base(_ job: TestJobView) -> Status {
    var status = Status()
    status.job = job.metadata.name
    status.run = job.metadata.uid
    status.startTime = job.startTime
    status.result = former?.result
    status.rerun = former.map { job.metadata.name == startedJobName($0) ? rerun : $0.rerun } ?? rerun
    return status
  }

  /// The client's Pods, the newest first.
  private func clients(of job: TestJobView) -> [TestPodView] {
    pods.filter { !$0.isServer && $0.belongs(to: job) }.sorted {
      ($1.metadata.creationTimestamp, $1.metadata.name) < ($0.metadata.creationTimestamp, $0.metadata.name)
    }
  }
}

// MARK: After the end

extension PerformanceTestRun {
  /// What the log of a run that is over says of it.
  func finished(_ log: PerformanceTestLog, of pod: TestPodView, _ job: TestJobView) -> Status {
    var status = ended(job)
    status.steps = log.steps
    guard job.end?.isSuccess == true, var measurement = log.measurement else {
      status.state = .failed
      status.message = [endText(job), log.problem ?? "its client did not succeed"].filter { !$0.isEmpty }
        .joined(separator: "; ")
      return status
    }
    let servers = pods.filter { $0.isServer && !$0.node.isEmpty }
    let server =
      servers.first { log.serverAddress.map($0.addresses.contains) ?? false } ?? (servers.count == 1 ? servers[0] : nil)
    measurement.completionTime = status.completionTime ?? status.startTime ?? pod.metadata.creationTimestamp
    measurement.clientNode = pod.node
    measurement.serverNode = server?.node ?? ""
    status.state = .succeeded
    status.result = measurement
    status.message = measurement.summary
    return status
  }

  /// A run that is over, and whose log cannot be had for now.
  func unreadable(_ reason: String, _ job: TestJobView) -> Status {
    var status = ended(job)
    status.state = .reading
    status.message = "its log cannot be read yet: \(LogText.oneLine(reason))"
    return status
  }

  /// A run that is over, and whose log is gone.
  func vanished(_ job: TestJobView) -> Status {
    var status = ended(job)
    status.state = .failed
    let gone = "its Pod is gone, and the log with it; what it measured is not known"
    status.message = [endText(job), gone].filter { !$0.isEmpty }.joined(separator: "; ")
    return status
  }

  private func ended(_ job: TestJobView) -> Status {
    var status = base(job)
    status.completionTime = job.completionTime ?? job.end?.time
    return status
  }

  /// Why the Job failed; empty for one that did not.
  private func endText(_ job: TestJobView) -> String {
    guard let end = job.end, !end.isSuccess else { return "" }
    return LogText.oneLine([end.reason, end.message].filter { !$0.isEmpty }.joined(separator: ": "))
  }
}

extension PerformanceTestRun.Status.Measurement {
  /// For people: `2.41 Gbit/s from a to b, 2.38 Gbit/s back; TCP connect 210 µs (p95 340 µs); ping 180 µs, 0 of 20 lost`.
  var summary: String {
    func rate(_ value: Int64?) -> String {
      guard let value else { return "?" }
      let megabits = Double(value) / 1e6
      return megabits >= 1_000 ? "\(Self.rounded(megabits / 1_000)) Gbit/s" : "\(Self.rounded(megabits)) Mbit/s"
    }
    let from = clientNode.isEmpty ? "a node" : clientNode
    let to = serverNode.isEmpty ? "another" : serverNode
    var parts = [
      "\(rate(throughputBitsPerSecond.send)) from \(from) to \(to), \(rate(throughputBitsPerSecond.receive)) back"
    ]
    parts.append(
      tcpConnect.map {
        "TCP connect \($0.averageMicroseconds) µs on average, \($0.answers) of \($0.attempts) made"
      } ?? "TCP connect not measured")
    parts.append(
      ping.map { "ping \($0.averageMicroseconds) µs on average, \($0.answers) of \($0.attempts) answered" }
        ?? "ping not measured")
    return parts.joined(separator: "; ")
  }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

/// Text that others wrote, fit for a status and an event.
enum LogText {
  static func oneLine(_ text: String) -> String {
    let words = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : String($0) }.joined()
      .split(separator: " ").joined(separator: " ")
    return words.truncated(to: 1_024)
  }
}
