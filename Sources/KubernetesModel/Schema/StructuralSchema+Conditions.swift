extension StructuralSchema {
  /// `status.conditions` as the Kubernetes API conventions have it.
  public static let conditions: StructuralSchema = .list(
    of: .object(
      "One aspect of the resource's state.",
      [
        .required("type", .string(conditionType, length: 1...316), "Which aspect."),
        .required(
          "status", StructuralSchema(.choice(["True", "False", "Unknown"])), "Whether it holds: True, False or Unknown."
        ),
        .required(
          "reason", .string(conditionReason, length: 1...1024), "Why, as one word in CamelCase for programs."),
        .required("message", .string(length: 0...32768), "Why, as a sentence for people."),
        .required("lastTransitionTime", .timestamp, "When the status changed last."),
        .optional(
          "observedGeneration", .integer(0...Int64.max),
          "The metadata.generation that the condition was computed from; an older one than the resource's is outdated."),
      ]),
    count: 0...32, .map(keys: ["type"]))

  private static let conditionType = SchemaPattern(
    "^([a-z0-9A-Z.-]+/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$", "a condition type such as Ready",
    examples: ["Ready"])
  private static let conditionReason = SchemaPattern(
    "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$", "a reason such as Reconciled", examples: ["Reconciled"])
}
