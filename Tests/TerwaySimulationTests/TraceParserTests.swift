import Testing

@testable import TerwaySimulation

struct `Reading a trace` {
  /// In pieces of so many bytes.
  static func parse(_ text: String, pieces: Int = 7) throws -> [PodRecord] {
    var parser = TraceParser(file: "t.csv")
    var pods: [PodRecord] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      try bytes[start..<min(start + pieces, bytes.count)].withUnsafeBytes { try parser.parse($0, into: &pods) }
    }
    try parser.finish(into: &pods)
    return pods
  }

  @Test(arguments: [1, 2, 3, 1000])
  func `does not depend on how the bytes arrive`(pieces: Int) throws {
    let text = "start_s,end_s,group\r\n0,75,a\n0,,b\n\n12.5,1e2,a"
    let expected = [
      PodRecord(start: 0, end: 75, group: GroupID("a")), PodRecord(start: 0, end: nil, group: GroupID("b")),
      PodRecord(start: 12.5, end: 100, group: GroupID("a")),
    ]
    #expect(try Self.parse(text, pieces: pieces) == expected)
  }

  @Test(arguments: [
    ("", 1, "is empty"), ("start,end\n", 1, "first line must be"), ("\u{1F}\u{8B}", 1, "first line must be"),
    ("start_s,end_s,group\n", 2, "no pods"), ("start_s,end_s,group\n1,2\n", 2, "3 columns"),
    ("start_s,end_s,group\n1,2,a,b\n", 2, "3 columns"), ("start_s,end_s,group\n-1,2,a\n", 2, "start_s \"-1\""),
    ("start_s,end_s,group\n1,x,a\n", 2, "end_s \"x\""), ("start_s,end_s,group\n5,2,a\n", 2, "before start_s"),
    ("start_s,end_s,group\n5,6,a\n4,6,a\n", 3, "sort the trace"),
    ("start_s,end_s,group\nnan,6,a\n", 2, "start_s \"nan\""),
    ("start_s,end_s,group\n1,inf,a\n", 2, "end_s \"inf\""), ("start_s,end_s,group\n1,1e300,a\n", 2, "end_s \"1e300\""),
    ("start_s,end_s,group\n0x10,,a\n", 2, "start_s \"0x10\""), ("start_s,end_s,group\n1,2,\n", 2, "group is empty"),
    ("start_s,end_s,group\n1," + String(repeating: "9", count: 9000), 2, "longer than"),
  ])
  func `names file, line and reason of what is wrong`(text: String, line: Int, reason: String) {
    do {
      _ = try Self.parse(text)
      Issue.record("nothing was found")
    } catch {
      #expect("\(error)".hasPrefix("t.csv:\(line): ") && "\(error)".contains(reason), "\(error)")
    }
  }

  @Test(
    arguments: [
      ([0x1F, 0x8B, 0x08, 0x0A], "a short first line"), ([0x1F, 0x8B] + [UInt8](repeating: 1, count: 9000), "no line"),
      ([0x1F, 0x8B] + [UInt8](repeating: 1, count: 9000) + [0x0A], "a long first line"),
    ] as [([UInt8], String)])
  func `refuses gzip and says what to do`(bytes: [UInt8], name: String) {
    var parser = TraceParser(file: "t.csv.gz")
    var pods: [PodRecord] = []
    #expect("\(name)") {
      try bytes.withUnsafeBytes { try parser.parse($0, into: &pods) }
    } throws: {
      "\($0)".contains("gunzip")
    }
  }

  @Test func `survives any bytes`() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      var text = Array("start_s,end_s,group\n1,2,a\n3,4,b\n".utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      var parser = TraceParser(file: "t")
      var pods: [PodRecord] = []
      do {
        try text.withUnsafeBytes { try parser.parse($0, into: &pods) }
        try parser.finish(into: &pods)
      } catch {
        #expect(error is TraceError)
      }
    }
  }
}
