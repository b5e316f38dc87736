import Serialization
import TerwayModel

/// What the client's log says, read with as little trust as anything that a container writes.
///
/// # Guarantees
/// - Whatever the bytes, there is an answer: either a measurement, or a problem in words.
/// - Messages are short, of one line, and hold no control characters.
public struct PerformanceTestLog: Hashable, Sendable {
  public typealias Status = MonitoringProfileStatus.PerformanceTest

  /// Each step that began, in the order of the log, the first of each name.
  public private(set) var steps: [Status.Step] = []
  /// Without times and nodes; `nil` when a direction was not measured.
  public private(set) var measurement: Status.Measurement?
  /// The address that iperf3 was connected to.
  public private(set) var serverAddress: String?
  /// Why there is no measurement.
  public private(set) var problem: String?

  /// - Parameter isCut: the log goes on beyond these bytes.
  public init(_ bytes: [UInt8], isCut: Bool = false) {
    let sections = LogSection.sections(in: String(decoding: bytes, as: UTF8.self))
    var found = Status.Measurement()
    var problems: [PerformanceTestScript.Step: String] = [:]
    for section in sections {
      var message = ""
      do throws(UnreadableReport) {
        try read(section, into: &found)
      } catch {
        message = error.message
      }
      if message.isEmpty, let status = section.exitStatus, status != 0 { message = "ended with \(status)" }
      if section.exitStatus == nil {
        message = isCut ? "the log is cut off in it" : "it did not come to its end"
      }
      if !message.isEmpty { problems[section.step] = message }
      steps.append(Status.Step(name: section.step.rawValue, exitStatus: section.exitStatus, message: message))
    }
    problem = problem(sections, problems, isCut: isCut)
    if problem == nil { measurement = found }
  }

  private mutating func read(
    _ section: LogSection, into found: inout Status.Measurement
  ) throws(UnreadableReport) {
    switch section.step {
    case .wait:
      if section.exitStatus != 0 { throw UnreadableReport(section.text) }
    case .ping: found.ping = try PingReport.roundTrips(in: section.text)
    case .connect: found.tcpConnect = try ConnectReport.roundTrips(in: section.text)
    case .send, .receive:
      // What a failed or cut run printed is no measurement, even where it looks like one.
      guard section.exitStatus == 0 else { throw IperfReport.failure(in: section.text) }
      let report = try IperfReport(section.text)
      serverAddress = serverAddress ?? report.serverAddress
      if section.step == .send {
        found.throughputBitsPerSecond.send = report.bitsPerSecond
        found.retransmits.send = report.retransmits
      } else {
        found.throughputBitsPerSecond.receive = report.bitsPerSecond
        found.retransmits.receive = report.retransmits
      }
    }
  }

  private func problem(
    _ sections: [LogSection], _ problems: [PerformanceTestScript.Step: String], isCut: Bool
  ) -> String? {
    let cut = isCut ? "; the log is longer than what is read of it" : ""
    if sections.isEmpty { return "the log holds no step of a test" + cut }
    if let problem = problems[.wait] { return "wait: \(problem)" }
    for step in PerformanceTestScript.Step.allCases where step.isRequired {
      if let problem = problems[step] { return "\(step.rawValue): \(problem)" }
      if !sections.contains(where: { $0.step == step }) {
        return "the log does not reach the step \(step.rawValue)" + cut
      }
    }
    return nil
  }
}

/// What one step printed, between its lines.
struct LogSection: Hashable {
  var step: PerformanceTestScript.Step
  var text: String
  /// `nil` when the line of its end is missing.
  var exitStatus: Int?

  /// The first section of each step. Lines outside of sections, and steps that are not ours, are passed over.
  static func sections(in log: String) -> [LogSection] {
    var sections: [LogSection] = []
    var open: LogSection?
    func close(_ status: Int?) {
      guard var section = open else { return }
      section.exitStatus = status
      if !sections.contains(where: { $0.step == section.step }) { sections.append(section) }
      open = nil
    }
    for line in log.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      guard let words = words(of: line) else {
        if open != nil { open?.text += line + "\n" }
        continue
      }
      if words.count == 2, words[0] == "begin" {
        close(nil)
        open = PerformanceTestScript.Step(rawValue: words[1]).map { LogSection(step: $0, text: "") }
      } else if words.count == 3, words[0] == "end", words[1] == open?.step.rawValue,
        let status = Int(words[2]), 0...255 ~= status
      {
        close(status)
      }
    }
    close(nil)
    return sections
  }

  /// What follows the mark; `nil` for a line without it.
  private static func words(of line: Substring) -> [String]? {
    guard line.hasPrefix(PerformanceTestScript.mark + " ") else { return nil }
    return line.dropFirst(PerformanceTestScript.mark.count).split(separator: " ").map(String.init)
  }
}

/// What a program printed is not what it prints when it measured something.
struct UnreadableReport: Error {
  let message: String

  init(_ text: some StringProtocol) { message = Self.oneLine(text) }

  /// At most 300 characters, without line breaks and other controls.
  static func oneLine(_ text: some StringProtocol) -> String {
    let words = text.unicodeScalars.prefix(2_000).map { scalar in
      scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        || scalar.properties.generalCategory == .lineSeparator
        || scalar.properties.generalCategory == .paragraphSeparator ? " " : String(scalar)
    }.joined().split(separator: " ").joined(separator: " ")
    return words.count <= 300 ? words : String(words.prefix(299)) + "…"
  }
}
