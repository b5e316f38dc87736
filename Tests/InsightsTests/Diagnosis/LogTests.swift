import KubernetesModel
import Testing

@testable import Insights

struct `Errors of logs` {
  @Test(arguments: [
    ("E0829 14:45:54.233267       1 daemon.go:152] no address", "no address", false),
    ("F0829 14:45:54.233267       1 main.go:10] gone", "gone", true),
    (#"{"level":"error","ts":"2026-07-01T00:00:00Z","msg":"sync","error":"boom"}"#, "sync: boom", false),
    (#"{"level":"FATAL","message":"over"}"#, "over", true),
    ("panic: runtime error", "panic: runtime error", true),
    (#"time="2026-07-01" level=error msg="no way""#, #""no way""#, false),
  ])
  func `are read in every form`(line: String, message: String, isFatal: Bool) throws {
    let record = try #require(LogLine(line))
    #expect(record.message == message)
    #expect(record.isFatal == isFatal)
  }

  @Test(arguments: [
    "", "I0829 14:45:54.233267       1 daemon.go:152] error in a text", "Error: something", "E08 14:45] x", "{",
    #"{"level":"info","msg":"error"}"#, #"{"level":7}"#, "level=info msg=\"error\"", "\u{1B}[31mE", "E0829",
  ])
  func `are told from other lines`(line: String) { #expect(LogLine(line) == nil) }

  @Test func `are counted by what they have in common`() {
    let lines = (0..<30).map {
      "E0829 14:45:54.233267       1 daemon.go:\($0)] pod default/web-\($0) has no address 10.0.0.\($0) of eni-\($0)a"
    }
    let digest = LogDigest(
      pod: ObjectKey(namespace: "kube-system", name: "t"), node: "n", container: "terway",
      Array((lines + ["E0829 14:45:54.2 1 a.go:1] another"]).joined(separator: "\n").utf8))
    #expect(digest.entries.map(\.count) == [30, 1])
    #expect(digest.entries.first?.template == "pod default/… has no address … of …")
  }

  @Test func `are bounded, whatever comes`() {
    let words = ["alpha", "beta", "gamma", "delta", "epsilon"]
    var lines: [String] = []
    for first in words {
      for second in words { for third in words { lines.append("E0101 1] \(first) \(second) \(third)") } }
    }
    let huge = "E0101 1] " + String(repeating: "x y ", count: 100_000)
    let digest = LogDigest(
      pod: ObjectKey(name: "t"), node: "n", container: "terway",
      Array((lines + [huge]).joined(separator: "\n").utf8) + [0xFF, 0xFE, 0x0A])
    #expect(digest.entries.count == LogDigest.entryLimit)
    #expect(digest.entries.allSatisfy { $0.template.count <= LogTemplate.longest + 1 })
  }
}

struct `Text of others` {
  @Test(arguments: [
    ("web-1", "web-1"), ("\u{1B}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"), ("a\nb\tc", "a\\u{a}b\\u{9}c"),
    ("abc\u{202E}fdp", "abc\\u{202e}fdp"), ("\u{9B}2J", "\\u{9b}2J"), ("节点", "节点"), ("a\u{200B}b", "a\\u{200b}b"),
  ])
  func `cannot move a cursor or turn around`(text: String, expected: String) {
    #expect(PlainText.neutral(text) == expected)
  }

  @Test(arguments: [
    ("access_key=LTAI5tSecretSecret", "access_key=(hidden)"),
    ("key LTAI5tAbcdefgh1 refused", "key (hidden) refused"),
    (#"{"access_secret": "geheim99"}"#, #"{"access_secret": "(hidden)"}"#),
    ("Signature=abc%3D&x=1", "Signature=(hidden)&x=1"), ("token STS.NUabcdefgh", "token (hidden)"),
    ("Authorization: Bearer eyJhbGci.x", "Authorization: Bearer (hidden)"), ("no secret here", "no secret here"),
    ("AccessKeyId=abcd1234", "AccessKeyId=(hidden)"),
  ])
  func `shows no credential`(text: String, expected: String) { #expect(PlainText.redacted(text) == expected) }

  @Test(arguments: [
    ("node-1", "node-1"), ("a b", "'a b'"), ("$(reboot)", "'$(reboot)'"), ("it's", "'it'\\''s'"), ("-rf", "'-rf'"),
    ("", "''"), ("a\nb", "'a\\u{a}b'"),
  ])
  func `is one word of a shell`(text: String, expected: String) { #expect(PlainText.shellWord(text) == expected) }
}
