import ControllerRuntime
import Prometheus
import TerwayModel

extension ValueSyntax<DurationText> {
  /// A length of time that is not zero.
  static let duration = ValueSyntax(placeholder: "DURATION", expectation: "a duration above zero, such as 15s or 1m30s")
  {
    text in DurationText(text).flatMap { $0.duration > .zero ? $0 : nil }
  }
}

extension ValueSyntax<Duration> {
  /// How far back to look, in the units of Prometheus, which knows days and weeks.
  static let lookBack = ValueSyntax(
    placeholder: "DURATION", expectation: "a duration of an hour to two years, such as 36h, 14d or 8w"
  ) { text in
    PromDuration.parse(text).flatMap { (.seconds(3600) ... .seconds(2 * 365 * 86_400)).contains($0) ? $0 : nil }
  }
}

extension ValueSyntax<String> {
  /// The name of a namespace.
  static let namespace = ValueSyntax(
    placeholder: "NAMESPACE", expectation: "a name of at most 63 lower-case letters, digits and dashes"
  ) { text in
    text.count <= 63 && text.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) != nil ? text : nil
  }
}

extension ValueSyntax<PrometheusVersion> {
  static let prometheusVersion = ValueSyntax(placeholder: "VERSION", expectation: "a version such as 2.42 or v3.1.0") {
    text in text.wholeMatch(of: /v?[0-9]+\.[0-9]+(\.[0-9A-Za-z.+-]+)?/) != nil ? PrometheusVersion(text) : nil
  }
}

extension ValueSyntax<ListenAddress?> {
  /// Where to listen; `0` = nowhere.
  static let bindAddress = ValueSyntax(
    placeholder: "ADDRESS", expectation: "an address such as :8080, 127.0.0.1:8080 or [::1]:8080, or 0 for none"
  ) { text in
    // The reason that the error gives is in the expectation.
    do { return .some(try ListenAddress.parse(text)) } catch { return nil }
  }
}
