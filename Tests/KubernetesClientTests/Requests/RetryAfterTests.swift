import Foundation
import HTTPTransport
import Testing

@testable import KubernetesClient

struct `Retry-After` {
  /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
  static let example = Date(timeIntervalSince1970: 784_111_777)

  @Test(arguments: [
    ("0", Duration.seconds(0)), ("7", .seconds(7)), (" 12 ", .seconds(12)), ("300", .seconds(300)),
    ("301", .seconds(300)), ("86400", .seconds(300)), ("99999999999999999999", .seconds(300)),
    ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(7)), ("Sunday, 06-Nov-94 08:49:37 GMT", .seconds(300)),
    ("Sun Nov  6 08:49:37 1994", .seconds(7)), ("Sun, 06 Nov 1994 08:49:00 GMT", .zero),
    ("Mon, 07 Nov 1994 08:49:37 GMT", .seconds(300)),
  ])
  func `asks for`(text: String, pause: Duration) {
    #expect(RetryAfter.read(["Retry-After": text], now: Self.example - 7) == pause)
  }

  @Test(arguments: [
    "", " ", "-1", "1.5", "soon", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 25:49:37 GMT", "Nov", "a b c d e f g", "١٢",
  ])
  func `that cannot be understood asks for nothing:`(text: String) {
    #expect(RetryAfter.read(["Retry-After": text], now: Self.example) == nil)
  }

  @Test func `a date counts from that of the answer, for clocks may differ`() {
    let headers: HTTPHeaders = [
      "Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT", "Date": "Sun, 06 Nov 1994 08:49:30 GMT",
    ]
    #expect(RetryAfter.read(headers, now: Self.example + 100_000) == .seconds(7))
  }
}
