import Prometheus

/// Fills the placeholders of an alert's sentences with what Prometheus puts in when the alert fires.
struct AnnotationText {
  let alert: Alert
  let threshold: Double
  let context: RenderContext

  func filled(_ text: Alert.Text) -> String {
    let isChinese = context.spec.alerts.language == .zh
    var values = [
      "value": value, "threshold": thresholdText,
      "horizon": alert.condition.horizon(context.spec.alerts).map(PromDuration.text) ?? "",
    ]
    for label in alert.condition.subject.map({ context.labels(of: $0) }) ?? [] {
      values[label] = isChinese && label == "direction" ? Self.chineseDirection : "{{ $labels.\(label) }}"
    }
    let filled = (isChinese ? text.zh : text.en).filled(with: values)
    let cluster = context.spec.metrics.clusterLabel
    return cluster.isEmpty ? filled : "[{{ $labels.\(cluster) }}] \(filled)"
  }

  private static let chineseDirection = #"{{ if eq $labels.direction "receive" }}接收{{ else }}发送{{ end }}"#

  /// The value with its unit, formatted by Prometheus.
  private var value: String {
    switch alert.condition.unit {
    case .ratio: "{{ $value | humanizePercentage }}"
    case .seconds: "{{ $value | humanizeDuration }}"
    case .bytesPerSecond: "{{ $value | humanize }}B/s"
    case .bytes: "{{ $value | humanize1024 }}B"
    case .perSecond, .count, .boolean, .cores: "{{ $value | humanize }}"
    }
  }

  private var thresholdText: String {
    switch alert.condition.thresholdUnit {
    case .ratio: "\(PromQL.number((threshold * 1e6).rounded() / 1e4).text) %"
    case .seconds: PromDuration.text(.milliseconds(Int64((threshold * 1000).rounded())))
    case .bytesPerSecond: "\(scaled(threshold))B/s"
    case .bytes: "\(scaled(threshold))B"
    case .perSecond, .count, .boolean, .cores: PromQL.number(threshold).text
    }
  }

  private func scaled(_ number: Double) -> String {
    let (factor, prefix) =
      [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")].first { number >= $0.0 } ?? (1, "")
    return "\(PromQL.number((number / factor * 100).rounded() / 100).text) \(prefix)"
  }
}
