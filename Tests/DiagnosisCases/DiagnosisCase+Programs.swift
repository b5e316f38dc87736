import Insights
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

extension DiagnosisCase {
  /// Of Terway's own programs.
  package static let programs: [DiagnosisCase] = [
    DiagnosisCase("a node is not ready", .nodeNotReady) { $0.changeNode("node-1") { $0.isNotReady = true } },
    DiagnosisCase("nobody says whether a node is ready", nil, not: .nodeNotReady) {
      $0.changeNode("node-1") { $0.isReady = false }
    },
    DiagnosisCase("a daemon is not ready", .daemonDown) { $0.changeDaemon("node-1") { $0.isReady = false } },
    DiagnosisCase("a daemon has just started", nil, not: .daemonDown) {
      $0.changeDaemon("node-1") {
        $0.isReady = false
        $0.startTime = ClusterSnapshot.played - 20
      }
    },
    DiagnosisCase("a node of Terway has no daemon", .daemonDown) {
      $0.terwayPods = $0.terwayPods.map { $0.filter { $0.node != "node-1" } }
    },
    DiagnosisCase("there is no daemon at all", .daemonDown) {
      $0.terwayPods = $0.terwayPods.map { $0.filter { $0.role != .daemon } }
    },
    DiagnosisCase("a daemon's image cannot be pulled", .imagePullFailing) {
      $0.stop("node-1", waiting: "ImagePullBackOff")
    },
    DiagnosisCase("a daemon was killed for want of memory", .outOfMemory) {
      $0.stop("node-1", waiting: "CrashLoopBackOff", lastEnd: "OOMKilled", restarts: 7)
    },
    DiagnosisCase("a daemon was killed for want of memory long ago", nil, not: .outOfMemory) {
      $0.changeDaemon("node-1") {
        $0.containers[0].lastEnd = "OOMKilled"
        $0.containers[0].lastEndTime = ClusterSnapshot.played - 90_000
        $0.containers[0].restarts = 9
      }
    },
    DiagnosisCase("a daemon restarts again and again", .daemonCrashLooping) {
      $0.stop("node-1", waiting: "CrashLoopBackOff", lastEnd: "Error", restarts: 5)
    },
    DiagnosisCase("a daemon restarted once", nil, not: .daemonCrashLooping) {
      $0.changeDaemon("node-1") {
        $0.containers[0].restarts = 1
        $0.containers[0].lastEndTime = ClusterSnapshot.played - 60
      }
    },
    DiagnosisCase("daemons of two versions run", .versionsMixed) {
      $0.changeDaemon("node-1") { $0.containers[0].image = "terway:v1.15.0" }
    },
    DiagnosisCase("the controlplane is not ready", .controlplaneUnavailable) {
      $0.changeControlplane { $0.isReady = false }
    },
    DiagnosisCase("the controlplane is of another version", nil, not: .versionsMixed) {
      $0.changeControlplane { $0.containers[0].image = "terway-controlplane:v1.15.0" }
    },
    DiagnosisCase("a daemon's container is being made", nil, not: .imagePullFailing) {
      $0.stop("node-1", waiting: "ContainerCreating")
      $0.changeDaemon("node-1") { $0.startTime = ClusterSnapshot.played - 20 }
    },
    DiagnosisCase("the controlplane is elsewhere", .controlplaneAbsent, not: .controlplaneUnavailable) {
      $0.terwayPods = $0.terwayPods.map { $0.filter { $0.role == .daemon } }
    },
    DiagnosisCase("a daemon is at its limit of CPU", .daemonThrottled) { try $0.use(cpu: 0.099, memory: 1e6) },
    DiagnosisCase("a daemon is at its limit of memory", .daemonThrottled) { try $0.use(cpu: 0.01, memory: 2.6e8) },
    DiagnosisCase("a daemon is busy", nil, not: .daemonThrottled) { try $0.use(cpu: 0.08, memory: 2e8) },
    DiagnosisCase("a daemon panicked", .panic) { $0.addLog("panic: runtime error: index out of range [3]") },
    DiagnosisCase("a line of the log names a panic and is none", nil, not: .panic) {
      $0.addLog("I0829 14:45:54.233267       1 daemon.go:152] panic: is what it says when it crashes")
    },
    DiagnosisCase("a daemon has addresses and hands none out", .daemonStuck) { $0.addWaitingPod() },
    DiagnosisCase("a pod waits for its volume", nil, not: .daemonStuck) {
      $0.addWaitingPod()
      $0.addEvent("FailedMount", "Pod", "waits")
    },
  ]
}

extension ClusterSnapshot {
  fileprivate mutating func use(cpu: Double, memory: Double) throws {
    let key = ObjectKey(namespace: "kube-system", name: "terway-eniip-node-1")
    usage = .value([PodUsage(key: key, containers: ["terway": .init(cpu: cpu, memory: memory)])])
  }
}
