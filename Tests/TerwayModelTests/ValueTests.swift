import Foundation
import KubernetesModel
import TerwayModel
import Testing

struct `Durations in a spec` {
  @Test(
    arguments: [
      ("15s", .seconds(15)), ("5m", .seconds(300)), ("168h", .seconds(604_800)), ("1h30m", .seconds(5400)),
      ("50ms", .milliseconds(50)), ("1m0s", .seconds(60)), ("0s", .zero), ("1s5ms", .milliseconds(1005)),
    ] as [(String, Duration)])
  func `keep their spelling`(text: String, duration: Duration) throws {
    let value = try #require(DurationText(text))
    #expect(value.duration == duration)
    #expect(value.text == text)
    #expect(KubernetesDuration.parse(text) == duration)
  }

  @Test(
    arguments: [
      "", "15", "s", "1.5h", "1d", "2w", "1y", "-5s", "+5s", "5S", "5 s", "5s ", "30s5m", "5m5m", "1e3s", "٣s", "5m\n",
      "9223372036854775807h", "99999999999999999999s",
    ])
  func `are refused when Go or Prometheus would refuse them`(text: String) {
    #expect(DurationText(text) == nil)
    #expect(text.isEmpty || text.count > DurationText.maxLength || !DurationText.syntax.matches(text))
  }
}

struct `Decimals in a spec` {
  @Test(arguments: [("0.8", 0.8), ("1e9", 1e9), ("10", 10), ("1.5E+3", 1500), ("2e-2", 0.02), ("007", 7)])
  func `keep their spelling`(text: String, number: Double) throws {
    let value = try #require(DecimalText(text))
    #expect(value.value == number)
    #expect(value.text == text)
  }

  @Test(arguments: ["", ".5", "5.", "-1", "+1", "1,5", "Inf", "NaN", "0x10", "1e", "1_000", "1e999", "٣", " 1", "1\n"])
  func `are refused when they are no finite, unsigned decimal number`(text: String) {
    #expect(DecimalText(text) == nil)
  }
}

struct `A count or a percentage` {
  @Test(
    arguments: [
      ("3", CountOrPercent.count(3), 3), ("\"10%\"", .percent(10), 2), ("\"100%\"", .percent(100), 15),
      ("\"1%\"", .percent(1), 1),
    ])
  func `is resolved against a total, rounded up`(json: String, expected: CountOrPercent, count: Int) throws {
    let value = try JSONDecoder().decode(CountOrPercent.self, from: Data(json.utf8))
    #expect(value == expected)
    #expect(value.count(of: 15) == count)
    #expect(String(decoding: try JSONEncoder().encode(value), as: UTF8.self) == json)
  }

  @Test(arguments: ["\"10\"", "\"101%\"", "\"x%\"", "1.5", "true"])
  func `is refused when it is neither`(json: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(CountOrPercent.self, from: Data(json.utf8)) }
  }
}
