/// What Terway's logs look like, and how they are told apart: the same for every collector.
///
/// Terway writes klog lines to stderr, nothing under /var/log/terway. Expressions hold no spaces and only what Onigmo
/// (Fluentd, Fluent Bit) and RE2 (Loki) both understand; repetitions that a line could stretch are bounded.
enum TerwayLogs {
  /// Daemon and controlplane, as the container runtime lays their logs out.
  static func path(_ context: RenderContext) -> String {
    "/var/log/containers/terway-*_\(context.spec.terway.namespace)_*.log"
  }

  /// Where the node's disk keeps positions and buffers of a collector.
  static func state(of collector: String, _ context: RenderContext) -> String {
    "/var/log/\(collector)-\(context.profile)"
  }

  /// A line of containerd or CRI-O. `P` marks one that goes on in the next.
  static let cri = #"^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[FP])(?::[^ ]*)? (?<message>.*)$"#
  static let criTime = "%Y-%m-%dT%H:%M:%S.%N%z"

  /// `I0829 14:45:54.233267       1 daemon.go:152] message`, with the lines that follow it.
  static let klog =
    #"^(?<severity>[IWEF])(?<logged_at>\d{4} \d{2}:\d{2}:\d{2}\.\d+)\s+(?<thread>\d+)\s+(?<source>[^ \]]+)\] (?<message>(?m:.*))$"#

  /// Where an event begins: klog, JSON, logfmt, or Go's last words.
  static let firstLine = #"^([IWEF]\d{4}\s\d{2}:\d{2}:\d{2}|\{|time=|level=|panic:|fatal\serror:)"#
  /// What belongs to the event before it: what is indented, and the lines of a stack trace.
  static let continuation =
    #"^(\s|$|goroutine\s\d|created\sby\s|\[signal\s|exit\sstatus\s|runtime\.|[\w.\/*()-]{1,300}\()"#

  /// Of klog, and the initials of the levels of JSON lines.
  static let errorSeverity = "^[EFP]$"
  static let errorLevel = "^(?i:error|fatal|panic|dpanic|critical)$"
  static let crash = #"(^|[^a-z])(panic:|fatal\serror:|SIGSEGV|goroutine\s\d{1,9}\s\[)"#
  /// What a policy denies. A call that the cloud throttles is "denied" too, and nothing of the kind.
  static let denial =
    #"(?i:(access|permission|polic(y|ies)|verdict|traffic|packet).{0,80}\bden(y|ied)\b|\bden(y|ied)\b.{0,80}(access|polic(y|ies)|traffic|packet))"#
  /// Who may do what: security groups, network policies, permissions and credentials.
  static let audit =
    #"(?i:security.?group|network.?polic|forbidden|unauthori[sz]ed|nopermission|access.?key|security.?token|signaturedoesnotmatch|assume.?role)|"#
    + denial
}

/// The kinds of logs that are kept apart: each has its own tag, label, index and buffers.
enum LogStream: String, CaseIterable, Sendable {
  /// First, because what concerns security is sought there whatever its severity.
  case audit
  case error
  case network

  var description: String {
    switch self {
    case .audit: "security audit: security groups, policies, permissions, credentials"
    case .error: "errors and crashes"
    case .network: "everything else"
    }
  }

  /// The most that waits on the disk for a store that does not answer.
  var bufferLimit: String { self == .error ? "512M" : "1G" }
}
