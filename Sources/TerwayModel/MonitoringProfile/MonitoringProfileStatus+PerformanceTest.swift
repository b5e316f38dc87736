extension MonitoringProfileStatus {
  /// The newest run of the performance test, and what the last one that succeeded measured.
  public struct PerformanceTest: Codable, Hashable, Sendable {
    public var state = State.pending
    /// Why it is in this state, for people.
    public var message = ""
    /// Name of the run's Job; empty before there is one.
    public var job = ""
    /// The Job's uid: tells runs of one name apart.
    public var run = ""
    /// RFC 3339.
    public var startTime: String?
    public var completionTime: String?
    /// What the run did, one after another, and how each ended.
    public var steps: [Step] = []
    /// The value of the rerun annotation that was acted on last.
    public var rerun = ""
    public var result: Measurement?

    public init() {}

    public enum State: String, Codable, Hashable, Sendable, CaseIterable {
      /// Waits for a Job, a Pod, a node, an image or its schedule.
      case pending = "Pending"
      case running = "Running"
      /// Ended; its log could not be read yet.
      case reading = "Reading"
      case succeeded = "Succeeded"
      case failed = "Failed"
      /// Its Job is deleted, so that another run begins.
      case restarting = "Restarting"

      /// True when the run is over and its result is known.
      public var isFinal: Bool { self == .succeeded || self == .failed }
    }

    public struct Step: Codable, Hashable, Sendable {
      public var name: String
      /// `nil` for a step that did not come to its end.
      public var exitStatus: Int?
      /// What went wrong; empty when nothing did.
      public var message: String

      public init(name: String, exitStatus: Int?, message: String = "") {
        self.name = name
        self.exitStatus = exitStatus
        self.message = message
      }
    }

    /// What one run measured between two nodes.
    public struct Measurement: Codable, Hashable, Sendable {
      /// RFC 3339.
      public var completionTime: String
      /// Empty when it could not be told.
      public var clientNode: String
      public var serverNode: String
      public var throughputBitsPerSecond: Directions
      public var retransmits: Directions
      /// `nil` when it could not be measured, as where ICMP is filtered.
      public var ping: RoundTrips?
      public var tcpConnect: RoundTrips?

      public init(
        completionTime: String = "", clientNode: String = "", serverNode: String = "",
        throughputBitsPerSecond: Directions = Directions(), retransmits: Directions = Directions(),
        ping: RoundTrips? = nil, tcpConnect: RoundTrips? = nil
      ) {
        (self.completionTime, self.clientNode, self.serverNode) = (completionTime, clientNode, serverNode)
        (self.throughputBitsPerSecond, self.retransmits) = (throughputBitsPerSecond, retransmits)
        (self.ping, self.tcpConnect) = (ping, tcpConnect)
      }
    }

    /// One number for each direction; `nil` where it is not known.
    public struct Directions: Codable, Hashable, Sendable {
      /// From client to server.
      public var send: Int64?
      /// From server to client.
      public var receive: Int64?

      public init(send: Int64? = nil, receive: Int64? = nil) { (self.send, self.receive) = (send, receive) }
    }

    /// Attempts to reach the server, and how long the answers took.
    public struct RoundTrips: Codable, Hashable, Sendable {
      public var attempts: Int64
      public var answers: Int64
      public var minimumMicroseconds: Int64
      public var averageMicroseconds: Int64
      public var maximumMicroseconds: Int64
      /// `nil` where the tool does not tell single answers.
      public var p95Microseconds: Int64?
      /// Mean deviation as ping reports it.
      public var deviationMicroseconds: Int64?

      public init(
        attempts: Int64, answers: Int64, minimum: Int64, average: Int64, maximum: Int64, p95: Int64? = nil,
        deviation: Int64? = nil
      ) {
        (self.attempts, self.answers) = (attempts, answers)
        (minimumMicroseconds, averageMicroseconds, maximumMicroseconds) = (minimum, average, maximum)
        (p95Microseconds, deviationMicroseconds) = (p95, deviation)
      }

      /// The share of attempts without an answer, 0 to 1.
      public var lossRatio: Double { attempts > 0 ? Double(attempts - answers) / Double(attempts) : 0 }
    }
  }
}
