import KubernetesModel

/// Terway's daemon on a node, and what the DaemonSet controller does about its pod.
struct PlayedDaemon: Sendable {
  struct Pod: Hashable, Sendable {
    var key: ObjectKey
    var uid: String
  }

  var pod: Pod?
  /// Names a pod that was asked for and is not there yet.
  var requested: String?
  /// When its containers run; infinite = they do, or there is no pod.
  var startsAt = Double.infinity
  var isRunning = false
  var isWedged = false

  static let startDelay = 3.0

  /// True while it answers.
  var works: Bool { isRunning && !isWedged }

  /// Its pod is gone, or going.
  mutating func end() {
    startsAt = .infinity
    isRunning = false
  }
}
