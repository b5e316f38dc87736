import Foundation
import Testing

@testable import ControllerRuntime

struct `Timestamps` {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000Z"), (951_782_399_999_999, "2000-02-28T23:59:59.999999Z"),
    (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"), (1_709_251_199_000_001, "2024-02-29T23:59:59.000001Z"),
    (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
  ])
  func `prints what the API server accepts as micro time`(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).rfc3339Microseconds == text)
  }

  @Test func `prints whole seconds and milliseconds by cutting off`() {
    let timestamp = Timestamp(microseconds: 1_709_251_199_999_999)
    #expect(timestamp.rfc3339 == "2024-02-29T23:59:59Z")
    #expect(timestamp.rfc3339Milliseconds == "2024-02-29T23:59:59.999Z")
  }

  @Test func `agrees with Foundation on days of 250 years`() {
    let style = Date.ISO8601FormatStyle()
    for day in stride(from: Int64(-36_500), to: 54_000, by: 7) {
      let seconds = day * 86_400 + day.magnitude.hashValueModulo(86_400)
      let date = Date(timeIntervalSince1970: Double(seconds))
      let text = Timestamp(microseconds: seconds * 1_000_000).rfc3339
      if text != date.formatted(style) { Issue.record("\(text) is \(date.formatted(style))") }
    }
  }
}

extension UInt64 {
  fileprivate func hashValueModulo(_ limit: UInt64) -> Int64 { Int64((self &* 2_654_435_761) % limit) }
}
