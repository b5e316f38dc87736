import KubernetesModel

/// The kinds of strings and maps that the fields of our resources are made of.
extension StructuralSchema {
  /// An RFC 1123 label, as namespaces have.
  static let namespaceName: StructuralSchema = .string(
    SchemaPattern(
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a namespace name: lower-case letters, digits and dashes",
      examples: ["monitoring", "kube-system"]),
    length: 1...63)

  /// The name of a Secret, or empty.
  static let optionalSecretName: StructuralSchema = .string(
    SchemaPattern(
      "^([a-z0-9]([-.a-z0-9]*[a-z0-9])?)?$", "the name of a Secret, or empty", examples: ["elasticsearch-credentials"]),
    length: 0...253)

  /// Labels of Kubernetes objects.
  static func labels(atLeast minimum: Int = 0) -> StructuralSchema {
    .map(
      of: .string(
        SchemaPattern(
          "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$",
          "a label value: at most 63 letters, digits, dashes, underscores and dots", examples: ["terway", "1"]),
        length: 0...63),
      keys: SchemaPattern(
        "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
        "a label name such as app or app.kubernetes.io/name", examples: ["app", "app.kubernetes.io/name"]),
      count: minimum...32)
  }

  /// A label of Prometheus.
  static let labelName: StructuralSchema = .string(
    SchemaPattern(
      "^[a-zA-Z_][a-zA-Z0-9_]*$", "a Prometheus label name: letters, digits and underscores",
      examples: ["node", "eni_id"]),
    length: 1...64)

  static let optionalLabelName: StructuralSchema = .string(
    SchemaPattern(
      "^([a-zA-Z_][a-zA-Z0-9_]*)?$", "a Prometheus label name (letters, digits and underscores), or empty",
      examples: ["cluster"]),
    length: 0...64)

  /// A regular expression that Prometheus anchors at both ends.
  static let regularExpression: StructuralSchema = .string(length: 1...1024)

  static let promQL: StructuralSchema = .string(length: 1...4096)

  static let optionalPromQL: StructuralSchema = .string(length: 0...4096)

  static let url: StructuralSchema = .string(
    SchemaPattern(
      "^https?://[^\\s/?#]+[^\\s]*$", "a URL that starts with http:// or https://",
      examples: ["https://example.com/runbooks"]),
    length: 8...1024)

  static let optionalURL: StructuralSchema = .string(
    SchemaPattern(
      "^(https?://[^\\s/?#]+[^\\s]*)?$", "a URL that starts with http:// or https://, or empty",
      examples: ["http://prometheus-k8s.monitoring:9090"]),
    length: 0...1024)

  /// Five fields, or one of cron's names; empty where that is allowed.
  static let optionalSchedule: StructuralSchema = .string(
    SchemaPattern(
      "^(\(cron))?$", "a cron expression such as \"0 3 * * *\" or @daily, or empty", examples: ["0 3 * * *", "@daily"]),
    length: 0...128)

  static let schedule: StructuralSchema = .string(
    SchemaPattern(
      "^(\(cron))$", "a cron expression such as \"0 3 * * *\" or @daily", examples: ["0 3 * * *", "@daily"]),
    length: 1...128)

  private static let cron =
    "@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[-0-9A-Za-z*/,?]+( +[-0-9A-Za-z*/,?]+){4}"

  /// One line for people.
  static func text(_ length: ClosedRange<Int>) -> StructuralSchema { .string(length: length) }
}
