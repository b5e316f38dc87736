/// Everything we alert on, by section.
enum AlertCatalogue {
  static let sections = [
    AlertSection(name: "performance", isEnabled: { $0.performance.enabled }, alerts: performance),
    AlertSection(name: "qos", isEnabled: { $0.qos.enabled }, alerts: qos),
    AlertSection(name: "security", isEnabled: { $0.security.enabled }, alerts: security),
    AlertSection(
      name: "availability", isEnabled: { $0.availability.enabled }, alerts: availability + allocation + cloud),
    AlertSection(name: "capacity", isEnabled: { $0.capacity.enabled }, alerts: capacity),
    AlertSection(name: "operator", isEnabled: { $0.availability.enabled }, alerts: ownOperator),
    AlertSection(name: "anomaly", isEnabled: { $0.anomaly.enabled }, alerts: anomaly),
    AlertSection(name: "slo", isEnabled: { $0.slo.enabled }, alerts: objectives),
  ]

  static let alerts = sections.flatMap(\.alerts)
}
