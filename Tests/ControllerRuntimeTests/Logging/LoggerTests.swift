import Foundation
import Serialization
import Testing

@testable import ControllerRuntime

struct `Log records` {
  let lines = Recorded<String>()

  @Test func `writes pairs, quoted where they could be misread`() {
    Logger.recording(lines).info(
      "two\nlines", ["plain": "a-b/c:1", "empty": "", "spaced": "a b", "equals": "a=b", "quote": #"say "hi" \o/"#])
    #expect(
      lines.all == [
        #"time=1970-01-01T00:00:00.000Z level=info message="two\nlines" plain=a-b/c:1 empty="" spaced="a b" "#
          + #"equals="a=b" quote="say \"hi\" \\o/""#
      ])
  }

  @Test func `writes one JSON object a line`() throws {
    Logger.recording(lines, format: .json).with(["controller": "profile"]).error(
      "bad\u{2028}\u{0}\r\t\u{7f} 😀", ["key": "a\"b\\c"])
    #expect(lines.all.count == 1)
    #expect(!lines.all[0].unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x2028 })
    let value = try JSONValue(jsonBytes: Array(lines.all[0].utf8))
    #expect(
      value == [
        "time": "1970-01-01T00:00:00.000Z", "level": "error", "message": "bad\u{2028}\u{0}\r\t\u{7f} 😀",
        "controller": "profile", "key": "a\"b\\c",
      ])
  }

  @Test func `bound fields come first, and the value set last wins`() {
    Logger.recording(lines).with(["a": "1", "b": "2"]).with(["a": "3"]).warning("m", ["b": "4", "c": "5"])
    #expect(lines.all == ["time=1970-01-01T00:00:00.000Z level=warning message=m a=3 b=4 c=5"])
  }

  @Test func `a field cannot take the place of time, level or message`() {
    Logger.recording(lines).debug("m", ["message": "x", "level": "y"])
    #expect(lines.all == ["time=1970-01-01T00:00:00.000Z level=debug message=m message_=x level_=y"])
  }

  @Test func `a name cannot break out of its pair`() {
    Logger.recording(lines).debug("m", ["a b=\n\"": "1"])
    #expect(lines.all == ["time=1970-01-01T00:00:00.000Z level=debug message=m a_b___=1"])
  }

  @Test(arguments: Logger.Level.allCases)
  func `writes its own level and above, and does not even make the others up`(level: Logger.Level) {
    let logger = Logger.recording(lines, level: level)
    var made = 0
    func message() -> String {
      made += 1
      return "m"
    }
    for candidate in Logger.Level.allCases { logger.log(candidate, message(), ["number": "\(made)"]) }
    let written = Logger.Level.allCases.filter { $0 >= level }
    #expect(made == written.count)
    #expect(lines.all.count == written.count)
    for (line, level) in zip(lines.all, written) { #expect(line.contains("level=\(level.rawValue) ")) }
  }
}
