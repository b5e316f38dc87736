import Serialization
import Testing

@testable import KubernetesModel

struct `Durations and quantities` {
  @Test(
    arguments: [
      ("15s", .seconds(15)), ("1h30m", .seconds(5_400)), ("250ms", .milliseconds(250)), ("1.5h", .seconds(5_400)),
      ("7d", .seconds(604_800)), ("0", .zero), ("0s", .zero), ("", nil), ("15", nil), ("-5s", nil), ("5 s", nil),
      ("s", nil), ("1h-30m", nil), ("99999999999999y", nil), ("1..5s", nil),
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
    ] as [(String, Double?)])
  func `quantities are read as the API server reads them`(text: String, value: Double?) {
    #expect(Quantity(text)?.value == value)
  }

  @Test func `resource versions are ordered only where both are numbers`() {
    #expect(ResourceVersion("10").isAtLeast(ResourceVersion("9")) == true)
    #expect(ResourceVersion("9").isAtLeast(ResourceVersion("10")) == false)
    #expect(ResourceVersion("x").isAtLeast(ResourceVersion("x")) == true)
    #expect(ResourceVersion("x").isAtLeast(ResourceVersion("9")) == nil)
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
