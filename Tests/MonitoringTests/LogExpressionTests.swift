import Foundation
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

/// `nil` where the machine has none.
private let ruby = ["/usr/bin/ruby", "/usr/local/bin/ruby"].first { FileManager.default.isExecutableFile(atPath: $0) }

/// The expressions of Fluentd's configuration, run by Ruby's own engine, on lines of klog, JSON, the container runtime, and
/// of those who mean harm. Fluent Bit has the same expressions and the same engine.
@Suite(.enabled(if: ruby != nil))
struct `Expressions for log lines` {
  /// Reads [[expression, text], …], writes what each matched: the named groups, `{}` where there are none, or null.
  private static let program = #"""
    require "json"
    pairs = JSON.parse($stdin.read)
    puts JSON.generate(pairs.map { |expression, text|
      match = Regexp.new(expression).match(text)
      match && match.named_captures
    })
    """#

  private static func match(_ expression: String, _ texts: [String]) async throws -> [JSONValue] {
    let pairs = JSONValue.array(texts.map { [.string(expression), .string($0)] })
    let answer = try await Command.succeed(ruby ?? "ruby", ["-e", program], input: pairs.jsonText())
    return try #require(try JSONValue(jsonText: answer).array)
  }

  /// The expressions after a word of the configuration, in order.
  private static func expressions(after word: String) throws -> [String] {
    let lines = try RenderedProfile.terway.logFile("fluentd-*-config", "fluent.conf").split(separator: "\n")
    return lines.compactMap { line in
      let line = line.drop { $0 == " " }
      guard line.hasPrefix("\(word) /"), line.hasSuffix("/") else { return nil }
      return String(line.dropFirst(word.count + 2).dropLast())
    }
  }

  @Test func `read the lines of a container runtime, whole and in parts`() async throws {
    let expression = try #require(Self.expressions(after: "expression").first)
    let time = "2026-08-29T14:45:54.233267123Z"
    let lines: [(line: String, parts: [String]?)] = [
      ("\(time) stderr F I0829 14:45:54.233267 1 a.go:1] b", ["stderr", "F", "I0829 14:45:54.233267 1 a.go:1] b"]),
      ("\(time) stdout P half of a", ["stdout", "P", "half of a"]),
      ("\(time) stderr P:tag half", ["stderr", "P", "half"]),
      ("\(time) stderr F ", ["stderr", "F", ""]),
      ("\(time) stderr F  indented", ["stderr", "F", " indented"]),
      ("2026-08-29T22:45:54.233267+08:00 stderr F x", ["stderr", "F", "x"]),
      ("\(time) stderr X x", nil), ("\(time) stdin F x", nil), ("", nil), (#"{"log":"docker's"}"#, nil),
      ("\(time) stderr F " + String(repeating: "x F ", count: 10_000), nil),
    ]
    let found = try await Self.match(expression, lines.map(\.line))
    for (line, match) in zip(lines, found) {
      if line.line.utf8.count > 10_000 {
        #expect(!match.isNull)
      } else {
        let parts = ["stream", "logtag", "message"].compactMap { match[$0]?.string }
        #expect(parts == line.parts ?? [], "\(line.line)")
      }
    }
  }

  @Test func `read the time of a container runtime`() async throws {
    let text = try RenderedProfile.terway.logFile("fluentd-*-config", "fluent.conf")
    let format = try #require(text.firstMatch(of: /time_format ([^\n]+)/)?.1)
    let program = #"require "time"; ARGV[1..].each { |t| puts Time.strptime(t, ARGV[0]).utc.strftime("%FT%T.%N") }"#
    let answer = try await Command.succeed(
      ruby ?? "ruby",
      [
        "-e", program, String(format), "2026-08-29T14:45:54.233267123Z", "2026-08-29T22:45:54.233267+08:00",
        "2026-08-29T14:45:54Z".replacing("54Z", with: "54.0Z"),
      ])
    #expect(
      answer.split(separator: "\n") == [
        "2026-08-29T14:45:54.233267123", "2026-08-29T14:45:54.233267000", "2026-08-29T14:45:54.000000000",
      ])
  }

  @Test func `read klog with the lines that belong to it`() async throws {
    let expression = try #require(Self.expressions(after: "expression").dropFirst().first)
    let lines: [(line: String, parts: [String]?)] = [
      (
        "I0829 14:45:54.233267       1 daemon.go:152] started, mode: ENIMultiIP",
        ["I", "0829 14:45:54.233267", "1", "daemon.go:152", "started, mode: ENIMultiIP"]
      ),
      ("E1231 23:59:59.000001 123456 eni.go:1] a] b", ["E", "1231 23:59:59.000001", "123456", "eni.go:1", "a] b"]),
      ("W0829 14:45:54.2 1 a.go:1] ", ["W", "0829 14:45:54.2", "1", "a.go:1", ""]),
      (
        "F0829 14:45:54.2 1 a.go:1] x\ngoroutine 1 [running]:\n\tmain()",
        [
          "F", "0829 14:45:54.2", "1", "a.go:1", "x\ngoroutine 1 [running]:\n\tmain()",
        ]
      ),
      ("D0829 14:45:54.2 1 a.go:1] x", nil), ("I0829 14:45:54 1 a.go:1] x", nil), ("I0829 14:45:54.2 1 a.go:1 x", nil),
      (" I0829 14:45:54.2 1 a.go:1] x", nil), ("", nil),
      ("I0829 14:45:54.2 1 " + String(repeating: "a", count: 50_000), nil),
      ("I0829 14:45:54.2 " + String(repeating: "1 ", count: 50_000), nil),
    ]
    let found = try await Self.match(expression, lines.map(\.line))
    for (line, match) in zip(lines, found) {
      let parts = ["severity", "logged_at", "thread", "source", "message"].compactMap { match[$0]?.string }
      #expect(parts == line.parts ?? [], "\(line.line.prefix(80))")
    }
    let bit = try RenderedProfile.blue.logFile("fluent-bit-*-config", "parsers.conf")
    #expect(bit.contains("Regex       \(expression)\n"), "the collectors read different things")
  }

  @Test func `tell where an event begins, and what goes on`() async throws {
    let first = try #require(Self.expressions(after: "multiline_start_regexp").first)
    let next = try #require(Self.expressions(after: "continuous_line_regexp").first)
    let events = [
      "I0829 14:45:54.233267       1 daemon.go:152] started", #"{"level":"info"}"#, "time=2026 level=info msg=x",
      "level=error msg=x", "panic: runtime error: index out of range [1]", "fatal error: all goroutines are asleep",
    ]
    let continued = [
      "\tmain.go:10 +0x1d", "", "    indented", "goroutine 1 [running]:", "main.main()", "created by main.run",
      "github.com/AliyunContainerService/terway/daemon.(*server).AllocIP(0xc000)", "[signal SIGSEGV: segmentation]",
      "exit status 2", "runtime.gopanic",
    ]
    let alone = [
      "2026-08-29 14:45:54.233 [INFO][12] felix/x.go 1: a", "I am a sentence", "Panic at the disco",
      String(repeating: "a", count: 50_000), String(repeating: "x.", count: 400) + "(",
    ]
    for (texts, isFirst, isNext) in [(events, true, false), (continued, false, true), (alone, false, false)] {
      for (text, match) in zip(texts, try await Self.match(first, texts)) {
        #expect(match.isNull != isFirst, "\(text)")
      }
      for (text, match) in zip(texts, try await Self.match(next, texts)) where !isFirst {
        #expect(match.isNull != isNext, "\(text.prefix(80))")
      }
    }
  }

  @Test func `tell audit, error and network apart`() async throws {
    let patterns = try Self.expressions(after: "pattern")
    #expect(patterns.count == 5)
    let audit = [
      "create ENI: InvalidSecurityGroupId.NotFound", "update security group sg-1", "NetworkPolicy default/x added",
      "policy verdict DENIED", "Forbidden.RAM: x", "Unauthorized", "NoPermission", "InvalidAccessKeyId",
      "packet denied", "deny by policy x",
    ]
    let other = [
      "identity allocated", "allocIP done", "no company", "academy", "hidden denyhosts_x",
      "Throttling: Request was denied due to request throttling", "authorized", "accessible",
    ]
    for (text, match) in zip(audit, try await Self.match(patterns[0], audit)) { #expect(!match.isNull, "\(text)") }
    for (text, match) in zip(other, try await Self.match(patterns[0], other)) { #expect(match.isNull, "\(text)") }
    #expect(
      try await Self.match(patterns[2], ["E", "F", "P", "I", "W", "", "EE"]).map(\.isNull) == [
        false, false, false, true, true, true, true,
      ])
    let crashes = ["panic: x", "I0829] recovered\ngoroutine 12 [running]:", "fatal error: x", "got SIGSEGV"]
    for (text, match) in zip(crashes, try await Self.match(patterns[3], crashes)) { #expect(!match.isNull, "\(text)") }
    #expect(try await Self.match(patterns[3], ["no panic", "goroutines: 12", "hispanic: x"]).allSatisfy(\.isNull))
    #expect(try await Self.match(patterns[4], ["", "anything"]).allSatisfy { !$0.isNull })
  }
}
