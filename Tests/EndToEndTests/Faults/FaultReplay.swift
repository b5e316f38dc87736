import Foundation
import Serialization
import TestSupport

/// Runs a scenario, undisturbed or with the operator in trouble, and tells what came of it.
///
/// The operator reaches the API server through a proxy only, so that its writes can be counted and it can be killed
/// between two of them. One that ended is started anew, as a kubelet does.
struct FaultReplay {
  enum Trouble: Sendable, CustomStringConvertible {
    case none
    /// Killed when the server has accepted its n-th write (1 is the first), before it hears of it.
    case crash(afterWrite: Int)
    /// From this step on no watch brings an event, until the step is over for everybody else.
    case frozenCache(step: Int)
    /// Killed at this step; the next one is told by every list what was before the step.
    case rewoundCache(step: Int)

    var description: String {
      switch self {
      case .none: "undisturbed"
      case .crash(let write): "killed after write \(write)"
      case .frozenCache(let step): "with a frozen cache at step \(step)"
      case .rewoundCache(let step): "restarted with a rewound cache at step \(step)"
      }
    }
  }

  struct Outcome: Sendable {
    var crashes: Int
    var state: [String: JSONValue]
    /// What the operator wrote, bookkeeping aside.
    var writes: [FaultProxy.Exchange]

    /// Objects that were made more often than the other outcome made them, with their uids.
    func made(moreOftenThan other: Outcome) -> [String: Set<String>] {
      let theirs = other.uids
      return uids.filter { $0.value.count > max(theirs[$0.key]?.count ?? 0, 1) }
    }

    private var uids: [String: Set<String>] {
      writes.reduce(into: [:]) { uids, write in
        guard write.method != "DELETE", let uid = write.uid else { return }
        uids[write.path, default: []].insert(uid)
      }
    }
  }

  /// Reconciles follow what causes them at once, and what failed first is tried again within milliseconds.
  private static let pause: Duration = .milliseconds(400)

  let cluster: Cluster
  let scenario: Scenario
  let arguments: [String]

  init(_ scenario: Scenario, on cluster: Cluster, arguments: [String] = []) {
    (self.scenario, self.cluster, self.arguments) = (scenario, cluster, arguments)
  }

  /// Begins with an empty cluster, and ends when the operator has nothing left to do.
  func run(_ trouble: Trouble) async throws -> Outcome {
    try await cluster.clear()
    let proxy = try await FaultProxy(before: cluster.plane)
    var process = try await start(proxy)
    try await proxy.forget()
    if case .crash(let count) = trouble { try await proxy.crash(process, afterWrites: count) }
    var crashes = 0
    for (index, step) in scenario.steps.enumerated() {
      switch trouble {
      case .frozenCache(index):
        try await proxy.add([.frozen.on(query: "watch=true")])
        try await proxy.hangUp()
      case .rewoundCache(index): try await record(proxy, &process)
      default: break
      }
      try await step.action(cluster)
      switch trouble {
      case .frozenCache(index):
        try await letItAct(process)
        try await proxy.lift()
      case .rewoundCache(index):
        process = try await restart(process, proxy)
        try await letItAct(process)
        try await proxy.lift()
      default: break
      }
      crashes += try await settle(step, proxy, &process, trouble)
    }
    // The write in question may be the very last one, after which the step was settled already: a new process then says for
    // a moment what it knows so far.
    try await eventually("\(scenario), \(trouble): the operator has nothing left to do") {
      if try await startAgainAfterCrash(proxy, &process) { crashes += 1 }
      let (isQuiet, isSettled) = (try await process.isQuiet(for: Self.pause), try await isSettled())
      return isQuiet && isSettled
    }
    let outcome = Outcome(
      crashes: crashes, state: try await Scenario.finalState(of: cluster),
      writes: try await proxy.journal().filter { $0.isWrite && $0.isAccepted && !$0.isBookkeeping })
    try await process.stop()
    return outcome
  }

  private func isSettled() async throws -> Bool { try await scenario.steps.last?.isSettled(cluster) ?? true }

  private func start(_ proxy: FaultProxy) async throws -> OperatorProcess {
    let process = try OperatorProcess(kubeconfig: proxy.kubeconfig, arguments: arguments)
    try await process.waitUntilReady()
    return process
  }

  private func restart(_ process: OperatorProcess, _ proxy: FaultProxy) async throws -> OperatorProcess {
    process.send(signal: SIGKILL)
    try await process.exit()
    return try await start(proxy)
  }

  /// A new process lists everything as it is now; the one after it is told the same again.
  private func record(_ proxy: FaultProxy, _ process: inout OperatorProcess) async throws {
    try await proxy.set(recording: true)
    process = try await restart(process, proxy)
    try await proxy.set(recording: false)
    try await proxy.add([.rewound.on(query: Fault.lists), .frozen.on(query: "watch=true")])
  }

  /// Time for what it does by mistake.
  private func letItAct(_ process: OperatorProcess) async throws {
    try await process.waitUntilQuiet(for: Self.pause)
  }

  /// - Returns: how often the operator was killed meanwhile.
  private func settle(
    _ step: Scenario.Step, _ proxy: FaultProxy, _ process: inout OperatorProcess, _ trouble: Trouble
  ) async throws -> Int {
    var crashes = 0
    do {
      try await eventually("\(scenario), \(trouble): the step is done") {
        if try await startAgainAfterCrash(proxy, &process) { crashes += 1 }
        return try await step.isSettled(cluster)
      }
    } catch {
      throw NeverHappened(description: "\(error)\n\(process.logText.suffix(4_000))")
    }
    return crashes
  }

  /// - Returns: whether there was a crash.
  private func startAgainAfterCrash(_ proxy: FaultProxy, _ process: inout OperatorProcess) async throws -> Bool {
    guard try await proxy.hasCrashed() else { return false }
    try await process.exit()
    try await proxy.survive()
    process = try await start(proxy)
    return true
  }
}

extension Cluster {
  /// Deletes all profiles and policies, and waits until their objects are collected.
  func clear() async throws {
    try await clearPolicies()
    for profile in try await profiles() { try await delete(profile.metadata.name) }
    try await eventually("nothing is left") { try await generated().isEmpty }
  }
}
