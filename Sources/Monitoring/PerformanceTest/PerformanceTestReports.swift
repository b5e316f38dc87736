import Serialization
import TerwayModel

/// The JSON report of one iperf3 run, as far as it matters.
struct IperfReport {
  /// Payload that arrived.
  var bitsPerSecond: Int64
  /// `nil` where the sender's kernel does not tell.
  var retransmits: Int64?
  var serverAddress: String?

  init(_ text: String) throws(UnreadableReport) {
    let document = try IperfDocument(in: text)
    if let error = document.error { throw UnreadableReport("iperf3: \(error)") }
    guard let rate = Self.plausible(document.received) else {
      throw UnreadableReport("iperf3's report has no end.sum_received.bits_per_second that could be one")
    }
    guard rate > 0 else { throw UnreadableReport("no byte arrived") }
    bitsPerSecond = rate
    retransmits = Self.plausible(document.retransmits)
    serverAddress = document.serverAddress.map { UnreadableReport.oneLine($0) }
  }

  /// What a run that failed says about it.
  static func failure(in text: String) -> UnreadableReport {
    do throws(UnreadableReport) {
      return UnreadableReport("iperf3: \(try IperfDocument(in: text).error ?? "failed without saying why")")
    } catch {
      return text.allSatisfy(\.isWhitespace) ? UnreadableReport("iperf3 printed nothing") : UnreadableReport(text)
    }
  }

  /// No link carries more, and no run sends as many segments; a value above is not one that was measured.
  private static func plausible(_ number: Double?) -> Int64? {
    number.flatMap { 0...1e15 ~= $0 ? Int64($0.rounded()) : nil }
  }
}

/// The members that are read of iperf3's report. It writes some others twice, which makes no difference here.
private struct IperfDocument: JSONDecodable {
  var error: String?
  var serverAddress: String?
  /// Bits per second.
  var received: Double?
  var retransmits: Double?

  /// Reads the object in a text: warnings may stand before and after it.
  init(in text: String) throws(UnreadableReport) {
    guard let first = text.firstIndex(of: "{"), let last = text.lastIndex(of: "}"), first < last else {
      throw UnreadableReport("iperf3 printed no report")
    }
    do throws(JSONError) {
      try self.init(jsonText: String(text[first...last]))
    } catch {
      throw UnreadableReport("iperf3's report is not JSON")
    }
  }

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "error": error = try Self.text(&reader)
      case "start":
        try Self.members(of: &reader) { (key, reader) throws(JSONError) in
          guard key == "connected", try reader.peekType() == .array else { return }
          try reader.readArray { (reader) throws(JSONError) in
            try Self.members(of: &reader) { (key, reader) throws(JSONError) in
              if key == "remote_host", serverAddress == nil { serverAddress = try Self.text(&reader) }
            }
          }
        }
      case "end":
        try Self.members(of: &reader) { (sum, reader) throws(JSONError) in
          try Self.members(of: &reader) { (key, reader) throws(JSONError) in
            switch (sum, key) {
            case ("sum_received", "bits_per_second"): received = try Self.number(&reader)
            case ("sum_sent", "retransmits"): retransmits = try Self.number(&reader)
            default: break
            }
          }
        }
      default: break
      }
    }
  }

  /// Values of another type than is expected are passed over.
  private static func members(
    of reader: inout JSONReader, _ body: (JSONKey, inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    if try reader.peekType() == .object { try reader.readObject(body) }
  }

  private static func text(_ reader: inout JSONReader) throws(JSONError) -> String? {
    try reader.peekType() == .string ? reader.readString() : nil
  }

  private static func number(_ reader: inout JSONReader) throws(JSONError) -> Double? {
    try reader.peekType() == .number ? Double(json: &reader) : nil
  }
}

/// The summary of `ping -q`, of iputils or busybox.
enum PingReport {
  static func roundTrips(in text: String) throws(UnreadableReport) -> PerformanceTestLog.Status.RoundTrips {
    guard let counts = text.firstMatch(of: /([0-9]{1,6}) packets transmitted, ([0-9]{1,6}) (packets )?received/),
      let attempts = Int64(counts.1), let answers = Int64(counts.2), attempts > 0, answers <= attempts
    else { throw UnreadableReport(text.allSatisfy(\.isWhitespace) ? "ping printed nothing" : text[...]) }
    guard answers > 0 else { throw UnreadableReport("none of \(attempts) echo requests was answered") }
    let times = text.firstMatch(of: /= ([0-9.]{1,12})\/([0-9.]{1,12})\/([0-9.]{1,12})(\/([0-9.]{1,12}))? ms/)
    guard let times, let minimum = microseconds(times.1), let average = microseconds(times.2),
      let maximum = microseconds(times.3), minimum <= average, average <= maximum
    else { throw UnreadableReport("ping's summary has no times") }
    return .init(
      attempts: attempts, answers: answers, minimum: minimum, average: average, maximum: maximum,
      deviation: times.5.flatMap(microseconds))
  }

  private static func microseconds(_ milliseconds: Substring) -> Int64? {
    Double(milliseconds).flatMap { 0...1e7 ~= $0 ? Int64(($0 * 1_000).rounded()) : nil }
  }
}

/// The lines of `connect_once`: seconds until the name was known, and until the connection stood; 0 for one that never did.
enum ConnectReport {
  static func roundTrips(in text: String) throws(UnreadableReport) -> PerformanceTestLog.Status.RoundTrips {
    let lines = text.matches(of: /(?m)^([0-9]{1,3}\.[0-9]{1,9}) ([0-9]{1,3}\.[0-9]{1,9})$/).prefix(1_000)
    let times = lines.compactMap { line -> Int64? in
      guard let lookup = Double(line.1), let connect = Double(line.2), connect > 0, connect >= lookup else {
        return nil
      }
      return Int64(((connect - lookup) * 1e6).rounded())
    }.sorted()
    guard let minimum = times.first, let maximum = times.last else {
      throw UnreadableReport(lines.isEmpty ? "curl printed no times" : "none of \(lines.count) connections was made")
    }
    let average = times.reduce(0, +) / Int64(times.count)
    // The nearest rank: the smallest time that 95 % do not exceed.
    let rank = (times.count * 95 + 99) / 100
    return .init(
      attempts: Int64(lines.count), answers: Int64(times.count), minimum: minimum, average: average, maximum: maximum,
      p95: times[rank - 1])
  }
}
