import Monitoring
import Serialization
import TerwayModel
import Testing

/// Logs as a client, a kubelet or an enemy may write them.
struct `The log of a performance test` {
  private static let mark = "## terway-performance-test"

  private static func section(_ name: String, _ text: String, end status: String? = "0") -> String {
    "\(mark) begin \(name)\n\(text)\n" + (status.map { "\(mark) end \(name) \($0)\n" } ?? "")
  }

  private static func report(_ rate: String = "9.41e9", _ rest: String = "") -> String {
    """
    {"start": {"connected": [{"remote_host": "10.1.2.3"}]},
     "end": {"sum_sent": {"retransmits": 12}, "sum_received": {"bits_per_second": \(rate)}\(rest)}}
    """
  }

  private static let both = section("send", report()) + section("receive", report("8e9"))

  private static func read(_ text: String, isCut: Bool = false) -> PerformanceTestLog {
    PerformanceTestLog(Array(text.utf8), isCut: isCut)
  }

  @Test func `gives what iperf3 reports for each direction`() throws {
    let log = Self.read(Self.both)
    #expect(log.problem == nil)
    #expect(log.serverAddress == "10.1.2.3")
    #expect(log.measurement?.throughputBitsPerSecond == .init(send: 9_410_000_000, receive: 8_000_000_000))
    #expect(log.measurement?.retransmits == .init(send: 12, receive: 12))
    #expect(log.measurement?.ping == nil && log.measurement?.tcpConnect == nil)
  }

  @Test func `bears line ends of other systems, warnings around a report, and lines outside of steps`() {
    let text =
      "hello\n"
      + Self.section("send", "iperf3: getsockopt - Bad file descriptor\n" + Self.report() + "\nwarning: slow")
      + "between\n" + Self.section("receive", Self.report("8e9")) + "bye"
    #expect(Self.read(text.replacing("\n", with: "\r\n")).measurement?.throughputBitsPerSecond.receive == 8_000_000_000)
    #expect(Self.read(text).measurement?.throughputBitsPerSecond.send == 9_410_000_000)
  }

  @Test func `bears members that iperf3 writes twice, and those of other types than they should be`() {
    let text = """
      {"start": {"connected": [{"socket": 5}, {"remote_host": "::1"}], "sock_bufsize": 0, "sock_bufsize": 0},
       "intervals": null, "start": 5, "end": {"sum_sent": {"retransmits": "7"}, "streams": [{}], "cpu": 1,
       "sum_received": {"bits_per_second": 5, "bits_per_second": 6}}}
      """
    let log = Self.read(Self.section("send", text) + Self.section("receive", Self.report()))
    #expect(log.measurement?.throughputBitsPerSecond.send == 6)
    #expect(log.measurement?.retransmits.send == nil)
    #expect(log.serverAddress == "::1")
  }

  /// A log, and the problem with it.
  static let unusable: [(text: String, problem: String)] = [
    ("", "the log holds no step of a test"),
    ("OCI runtime exec failed\n", "the log holds no step of a test"),
    (section("wait", "no connection to s:5202", end: "1"), "wait: no connection to s:5202"),
    (section("wait", "", end: "1"), "wait: ended with 1"),
    (section("wait", "", end: nil), "wait: it did not come to its end"),
    (section("send", report()), "the log does not reach the step receive"),
    (section("receive", report()), "the log does not reach the step send"),
    (section("send", report(), end: nil), "send: it did not come to its end"),
    (section("send", "", end: "1"), "send: iperf3 printed nothing"),
    (section("send", "sh: iperf3: not found", end: "127"), "send: sh: iperf3: not found"),
    (section("send", "", end: "0"), "send: iperf3 printed no report"),
    (section("send", "{\"end\": {", end: "0"), "send: iperf3 printed no report"),
    (section("send", "{\"end\": {]}", end: "0"), "send: iperf3's report is not JSON"),
    (section("send", "}{"), "send: iperf3 printed no report"),
    (section("send", String(repeating: "{", count: 100_000) + "}"), "send: iperf3's report is not JSON"),
    (section("send", #"{"error": "unable to connect"}"#), "send: iperf3: unable to connect"),
    (section("send", #"{"error": "a\u0000b\nc\u001b[31m"}"#), "send: iperf3: a b c [31m"),
    (section("send", #"{"error": 7}"#, end: "1"), "send: iperf3: failed without saying why"),
    (section("send", report("0")), "send: no byte arrived"),
    (
      section("send", report("-5")), "send: iperf3's report has no end.sum_received.bits_per_second that could be one"
    ),
    (
      section("send", report("1e300")),
      "send: iperf3's report has no end.sum_received.bits_per_second that could be one"
    ),
    (
      section("send", report("null")),
      "send: iperf3's report has no end.sum_received.bits_per_second that could be one"
    ),
    (
      section("send", #"{"end": []}"#),
      "send: iperf3's report has no end.sum_received.bits_per_second that could be one"
    ),
    // A report that looks whole and a program that failed: what was measured is not what was asked for.
    (section("send", report(), end: "1"), "send: iperf3: failed without saying why"),
  ]

  @Test(arguments: unusable)
  func `that holds no result has a problem in words`(text: String, problem: String) {
    let log = Self.read(text)
    #expect(log.measurement == nil)
    #expect(log.problem == problem)
  }

  @Test func `that is cut off says so, and is used as far as it goes`() {
    #expect(Self.read(Self.section("send", "{", end: nil), isCut: true).problem == "send: the log is cut off in it")
    #expect(
      Self.read(Self.section("send", Self.report()), isCut: true).problem
        == "the log does not reach the step receive; the log is longer than what is read of it")
    #expect(
      Self.read("", isCut: true).problem
        == "the log holds no step of a test; the log is longer than what is read of it")
    #expect(Self.read(Self.both + "endless", isCut: true).problem == nil)
  }

  @Test func `cannot forge steps, statuses or a second result`() {
    let hostile = [
      Self.both + Self.section("send", Self.report("1")) + Self.section("receive", Self.report("1")),
      "\(Self.mark) begin format-disk\n\(Self.mark) end format-disk 0\n" + Self.both,
      "\(Self.mark) begin\n\(Self.mark)\n\(Self.mark) end send 0\n" + Self.both,
    ]
    for text in hostile {
      let log = Self.read(text)
      #expect(log.measurement?.throughputBitsPerSecond.send == 9_410_000_000)
      #expect(log.steps.map(\.name) == ["send", "receive"])
    }
    for status in ["-1", "256", "0x0", "zero", "0 0", "99999999999999999999"] {
      let log = Self.read(Self.section("send", Self.report(), end: status))
      #expect(log.measurement == nil && log.steps.first?.exitStatus == nil, "\(status)")
    }
  }

  @Test func `never makes a long or broken message`() {
    let noise = String(repeating: "\u{1b}[2J\u{202e}\u{2028}x ", count: 50_000)
    for text in [Self.section("send", noise, end: "1"), Self.section("send", #"{"error": "\#(noise)"}"#, end: "1")] {
      let log = Self.read(text)
      for message in log.steps.map(\.message) + [log.problem ?? ""] {
        #expect(message.count <= 400)
        #expect(!message.unicodeScalars.contains { $0.value < 32 || [0x202e, 0x2028].contains($0.value) })
      }
    }
  }

  @Test func `may be any bytes`() {
    for seed in UInt8(0)..<64 {
      let bytes = (0..<4_096).map { UInt8(truncatingIfNeeded: ($0 &* 31 &+ Int(seed) &* 97) ^ ($0 >> 3)) }
      #expect(PerformanceTestLog(Array("\(Self.mark) begin send\n".utf8) + bytes).measurement == nil)
    }
  }

  /// What ping prints, and what is read of it; `nil` for nothing.
  static let pings: [(text: String, expected: MonitoringProfileStatus.PerformanceTest.RoundTrips?)] = [
    (
      """
      20 packets transmitted, 19 received, 5% packet loss, time 3801ms
      rtt min/avg/max/mdev = 0.031/0.129/12.5/0.135 ms
      """, .init(attempts: 20, answers: 19, minimum: 31, average: 129, maximum: 12_500, deviation: 135)
    ),
    (
      """
      20 packets transmitted, 20 packets received, 0% packet loss
      round-trip min/avg/max = 0.1/0.2/0.3 ms
      """, .init(attempts: 20, answers: 20, minimum: 100, average: 200, maximum: 300)
    ),
    (
      """
      20 packets transmitted, 20 received, +2 duplicates, 0% packet loss, time 1ms
      rtt min/avg/max/mdev = 0.1/0.2/0.3/0.4 ms, pipe 2
      """, .init(attempts: 20, answers: 20, minimum: 100, average: 200, maximum: 300, deviation: 400)
    ),
    ("20 packets transmitted, 0 received, 100% packet loss, time 19000ms", nil),
    ("20 packets transmitted, 21 received\nrtt min/avg/max/mdev = 0.1/0.2/0.3/0.4 ms", nil),
    ("20 packets transmitted, 20 received\nrtt min/avg/max/mdev = 0.3/0.2/0.1/0.4 ms", nil),
    ("20 packets transmitted, 20 received\nrtt min/avg/max/mdev = ./././. ms", nil),
    ("99999999999999999999 packets transmitted, 1 received", nil),
    ("ping: socket: Operation not permitted", nil),
    ("", nil),
  ]

  @Test(arguments: pings)
  func `is read for what ping prints`(text: String, expected: MonitoringProfileStatus.PerformanceTest.RoundTrips?) {
    let log = Self.read(Self.section("ping", text, end: expected == nil ? "1" : "0") + Self.both)
    #expect(log.measurement?.ping == expected)
    #expect(log.problem == nil, "latency by ping is not what a result stands on")
    #expect((log.steps.first { $0.name == "ping" }?.message.isEmpty == true) == (expected != nil))
  }

  @Test func `gives the quantile of the times that connections took`() {
    // 20 ms down to 1 ms, the time for the name left out, and one that was never made.
    let lines = (1...20).reversed().map { "0.000500 0.0\($0 < 10 ? "0" : "")\($0)500" }
    let log = Self.read(Self.section("connect", (lines + ["0.000500 0.000000"]).joined(separator: "\n")) + Self.both)
    #expect(
      log.measurement?.tcpConnect
        == .init(attempts: 21, answers: 20, minimum: 1_000, average: 10_500, maximum: 20_000, p95: 19_000))
    let none = Self.read(Self.section("connect", "0.000500 0.000000\n-1 5\nnan nan", end: "1") + Self.both)
    #expect(none.measurement?.tcpConnect == nil)
    #expect(none.steps.first?.message == "none of 1 connections was made")
  }
}
