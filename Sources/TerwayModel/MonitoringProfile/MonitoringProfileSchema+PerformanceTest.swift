import KubernetesModel
import Serialization

extension MonitoringProfileSchema {
  private typealias Test = MonitoringProfileStatus.PerformanceTest

  /// Measuring anew is asked for by another value of this annotation: the Job of a test that runs once is made again, and one
  /// is made beside those of a schedule.
  public static let rerunAnnotation = "ops.terway.io/rerun-performance-test"

  static let performanceTest: StructuralSchema = .object(
    "An iperf3 measurement between two nodes. It loads the network while it runs.",
    [
      .field("enabled", .boolean, default: false, "Whether the test exists."),
      .field(
        "duration", .duration(.seconds(5)...(.hours(1))), default: "60s",
        "Length of one measurement, 5s to 1h. There are two, one for each direction."),
      .field("parallelStreams", .integer(1...128), default: 4, "Parallel TCP streams, 1 to 128."),
      .field(
        "schedule", .optionalSchedule, default: "",
        """
        When to measure, as a cron expression in the controller manager's time zone. Empty: once, and again when the test \
        changes. Another value of the annotation \(rerunAnnotation) measures now, with or without a schedule. \
        Example: "0 3 * * *".
        """),
      .field(
        "image", .string(image, length: 1...512), default: .string(MonitoringProfileSpec.PerformanceTest().image),
        """
        Image with sh, iperf3, socat, curl, ping and timeout, pinned by a tag or a digest, because what is measured must \
        not change with it. Name a mirror where the default cannot be pulled.
        """),
      .field(
        "topologyKey", .string(topologyKey, length: 1...317), default: "kubernetes.io/hostname",
        """
        Label of nodes whose values differ between client and server. Example: topology.kubernetes.io/zone measures \
        between zones.
        """),
    ])

  private static let image = SchemaPattern(
    "^[a-z0-9][-a-z0-9._]*(:[0-9]+)?(/[a-z0-9][-a-z0-9._]*)*(:[A-Za-z0-9_][-A-Za-z0-9_.]*|(:[A-Za-z0-9_][-A-Za-z0-9_.]*)?@sha256:[a-f0-9]{64})$",
    "the name of an image with a tag or a digest",
    examples: ["docker.io/nicolaka/netshoot:v0.13", "registry.example.com/netshoot:v0.13"])
  private static let topologyKey = SchemaPattern(
    "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
    "a label name such as kubernetes.io/hostname", examples: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"])

  static let performanceTestStatus: StructuralSchema = .object(
    "The newest run of the performance test, and what the last run that succeeded measured.",
    [
      .required(
        "state", .choice(Test.State.self),
        """
        Pending: waits for a Pod, a node, an image or its schedule. Running. Reading: ended, its log is yet to be read. \
        Succeeded. Failed. Restarting: its Job is deleted so that another run begins.
        """),
      .status("message", .string(length: 0...4096), default: "", "Why, in a sentence."),
      .status("job", .string(length: 0...253), default: "", "Name of the Job."),
      .status("run", .string(length: 0...128), default: "", "The uid of the Job, which tells runs apart."),
      .optional("startTime", .timestamp, "When the run began."),
      .optional("completionTime", .timestamp, "When the run ended."),
      .status("steps", .list(of: step, count: 0...16), default: [], "What the run did, and how each step ended."),
      .status(
        "rerun", .string(length: 0...256), default: "",
        "The value of the annotation \(rerunAnnotation) that was acted on last."),
      .optional("result", measurement, "What the last run that succeeded measured."),
    ])

  private static let step: StructuralSchema = .object(
    "A step of the run.",
    [
      .required("name", .string(length: 1...63), "Name of the step: wait, ping, connect, send or receive."),
      .optional("exitStatus", .integer(0...255), "How its program ended; absent when it did not come to its end."),
      .status("message", .string(length: 0...1024), default: "", "What went wrong; empty when nothing did."),
    ])

  private static let measurement: StructuralSchema = .object(
    "A measurement between two nodes.",
    [
      .required("completionTime", .timestamp, "When the run ended."),
      .status("clientNode", .string(length: 0...253), default: "", "Node of the client."),
      .status("serverNode", .string(length: 0...253), default: "", "Node of the server; empty when it is not known."),
      .required(
        "throughputBitsPerSecond", directions("TCP payload that arrived, in bits per second."),
        "TCP payload that arrived, in bits per second."),
      .required(
        "retransmits", directions("TCP segments that were sent again."), "TCP segments that were sent again."),
      .optional("ping", roundTrips, "ICMP echo requests; absent when they could not be measured."),
      .optional("tcpConnect", roundTrips, "Opening of TCP connections; absent when it could not be measured."),
    ])

  private static func directions(_ description: String) -> StructuralSchema {
    .object(
      description,
      [
        .optional("send", .integer(0...Int64.max), "From client to server."),
        .optional("receive", .integer(0...Int64.max), "From server to client."),
      ])
  }

  private static let roundTrips: StructuralSchema = .object(
    "Attempts to reach the server.",
    [
      .required("attempts", .integer(0...Int64.max), "How often it was tried."),
      .required("answers", .integer(0...Int64.max), "How often the server answered."),
      .required("minimumMicroseconds", .integer(0...Int64.max), "The quickest answer."),
      .required("averageMicroseconds", .integer(0...Int64.max), "The mean of the answers."),
      .required("maximumMicroseconds", .integer(0...Int64.max), "The slowest answer."),
      .optional("p95Microseconds", .integer(0...Int64.max), "95 % of the answers took no longer."),
      .optional("deviationMicroseconds", .integer(0...Int64.max), "Mean deviation, as ping reports it."),
    ])
}
