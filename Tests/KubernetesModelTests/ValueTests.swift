import Serialization
import Testing

@testable import KubernetesModel

struct `Durations and quantities` {
  @Test(
    arguments: [
      ("15s", .seconds(15)), ("1h30m", .seconds(5_400)), ("250ms", .milliseconds(250)), ("1.5h", .seconds(5_400)),
      ("7d", .seconds(604_800)), ("0", .zero), ("0s", .zero), ("", nil), ("15", nil), ("-5s", nil), ("5 s", nil),
      ("s", nil), ("1h-30m", nil), ("99999999999999y", nil), ("1..5s", nil), (".s", nil), ("1e3s", nil), ("+1s", nil),
      ("0x1s", nil), ("1s\0", nil), ("\0", nil), ("١s", nil), ("1s ", nil), ("1ſ", nil), ("1s1", nil),
      ("\u{FEFF}1s", nil),
      ("292y292y", nil), (String(repeating: "9", count: 400) + "s", nil), ("infs", nil), ("nans", nil),
      ("0.0000000001s", .zero), (String(repeating: "0s", count: 1_000), .zero),
    ] as [(String, Duration?)])
  func `durations are read in the syntax of Go and of Prometheus`(text: String, expected: Duration?) {
    #expect(KubernetesDuration.parse(text) == expected)
  }

  @Test(arguments: [("0s", 0), ("1ms", 1), ("1m30s", 90_000), ("1d2h", 93_600_000), ("1h5ms", 3_600_005)])
  func `durations are written in their shortest form and read back`(text: String, milliseconds: Int) {
    let duration = Duration.milliseconds(milliseconds)
    #expect(KubernetesDuration.text(duration) == text)
    #expect(KubernetesDuration.parse(text) == duration)
  }

  @Test(
    arguments: [
      ("10M", 1e7), ("1.5Gi", 1.5 * 1_073_741_824), ("250m", 0.25), ("1e9", 1e9), ("5E3", 5e3), ("1E", 1e18), ("7", 7),
      ("-2k", -2_000), ("", nil), ("M", nil), ("1K", nil), ("1.2.3", nil), ("10 M", nil), ("1e", nil),
      ("1e999", nil), ("-1e999", nil), ("1e-999", 0), (String(repeating: "9", count: 400), nil), ("1e0x1", nil),
      ("inf", nil),
      ("nan", nil), ("0x1p3", nil), ("+-1", nil), ("--1", nil), (".", nil), ("+", nil), ("1\0", nil), ("1Ki\0", nil),
      ("١", nil), ("1é", nil), ("\u{FEFF}1", nil), ("1e99999999999999999999", nil), ("1i", nil), ("1mi", nil),
    ] as [(String, Double?)])
  func `quantities are read as the API server reads them`(text: String, value: Double?) {
    #expect(Quantity(text)?.value == value)
  }

  @Test(
    arguments: [
      ("10", "9", true), ("9", "10", false), ("x", "x", true), ("x", "9", nil), ("", "", true), ("", "9", nil),
      ("18446744073709551615", "9", true), ("18446744073709551616", "9", nil), ("-1", "9", nil), ("1e3", "9", nil),
      ("9\0", "9", nil), (" 9", "8", nil), ("٩", "8", nil),
    ] as [(String, String, Bool?)])
  func `resource versions are ordered only where both are numbers`(one: String, other: String, isAtLeast: Bool?) {
    #expect(ResourceVersion(one).isAtLeast(ResourceVersion(other)) == isAtLeast)
  }

  @Test func `a condition keeps its transition time until its status flips`() {
    let old = [Condition(type: "Ready", status: .no, reason: "A", lastTransitionTime: "then")]
    let same = old.updated(with: [Condition(type: "Ready", status: .no, reason: "B")], now: "now")
    #expect(same["Ready"]?.lastTransitionTime == "then" && same["Ready"]?.reason == "B")
    let flipped = old.updated(with: [Condition(type: "Ready", status: .yes, reason: "B")], now: "now")
    #expect(flipped["Ready"]?.lastTransitionTime == "now")
  }
}

struct `Status error` {
  @Test func `reads reason, causes and when to come back`() throws {
    let error = try StatusError(
      jsonText: #"""
        {"kind":"Status","code":422,"reason":"Invalid","message":"no","details":{"retryAfterSeconds":3,"causes":[
        {"reason":"FieldValueInvalid","message":"bad","field":"spec.x"}]}}
        """#)
    #expect(error.reason == .invalid && error.code == 422 && error.retryAfter == .seconds(3))
    #expect(error.causes == [.init(reason: "FieldValueInvalid", message: "bad", field: "spec.x")])
    #expect("\(error)" == "Invalid: no")
  }

  @Test(
    arguments: [
      (#"{"retryAfterSeconds":9223372036854775807}"#, .seconds(3_600)), (#"{"retryAfterSeconds":-1}"#, nil),
      (#"{"retryAfterSeconds":0}"#, nil), (#"{"retryAfterSeconds":3601}"#, .seconds(3_600)),
    ] as [(String, Duration?)])
  func `no answer keeps us away for more than an hour`(details: String, expected: Duration?) throws {
    #expect(try StatusError(jsonText: #"{"code":429,"details":\#(details)}"#).retryAfter == expected)
  }

  @Test(arguments: [
    "", "[]", "null", "1", #"{"code":"410"}"#, #"{"code":1.5}"#, #"{"code":1e30}"#, #"{"code":null}"#,
    #"{"reason":[]}"#,
    #"{"message":1}"#, #"{"details":[]}"#, #"{"details":{"causes":{}}}"#, #"{"details":{"causes":[1]}}"#,
    #"{"details":{"retryAfterSeconds":"3"}}"#, #"{"details":{"retryAfterSeconds":1e99}}"#, "{\"code\":410}\0",
    "\u{FEFF}{}",
  ])
  func `that is no Status is refused`(text: String) {
    #expect(throws: JSONError.self) { try StatusError(jsonText: text) }
  }

  @Test(
    arguments: [
      (410, "Expired", true, false), (410, "", true, false), (429, "TooManyRequests", false, true),
      (503, "", false, true), (404, "NotFound", false, false), (403, "Forbidden", false, false),
      (418, "Teapot", false, false), (599, "Odd", false, true), (409, "Conflict", false, true),
    ])
  func `knows whether it has expired and whether to try again`(
    code: Int, reason: String, expired: Bool, retryable: Bool
  ) throws {
    let error = try StatusError(jsonText: #"{"code":\#(code),"reason":"\#(reason)","details":null}"#)
    #expect(error.isExpired == expired)
    #expect(error.isRetryable == retryable)
  }
}
