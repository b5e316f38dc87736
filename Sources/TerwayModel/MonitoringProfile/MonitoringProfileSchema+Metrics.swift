import KubernetesModel
import Serialization

extension MonitoringProfileSchema {
  typealias Metrics = MonitoringProfileSpec.Metrics

  static let metrics: StructuralSchema = .object(
    "What is scraped and recorded.",
    rules: [
      SchemaRule(
        .duration("scrapeTimeout") <= .duration("interval"), at: "scrapeTimeout",
        message: "must not exceed metrics.interval")
    ],
    [
      .field(
        "clusterLabel", .optionalLabelName, default: "",
        """
        External label that tells clusters apart in a Prometheus that holds several. Rules and dashboards aggregate by it. \
        Empty: a single cluster. Example: cluster.
        """),
      .field(
        "prometheusVersion", .string(version, length: 0...32), default: "",
        """
        Version of the Prometheus that loads the rules; newer rule fields are used only where it knows them. \
        Empty: read off the Prometheus resources, else 2.42. Example: "2.53".
        """),
      .field(
        "source", .choice(Metrics.Source.self), default: "Auto",
        """
        Whose series the rules use. Contract: the terway_* names that this operator and its node agent export. \
        Upstream: those of Terway, cAdvisor and node_exporter. Auto: whichever of both exists, signal by signal.
        """),
      .field("interval", .duration(.seconds(1)...(.hours(1))), default: "15s", "Time between two scrapes, 1s to 1h."),
      .field(
        "scrapeTimeout", .duration(.milliseconds(100)...(.hours(1))), default: "10s",
        "Time after which a scrape fails. At most the interval."),
      .field(
        "keep", .list(of: .regularExpression, count: 0...64, .set),
        default: ["terway_(eni|network|qos|security)_.*"],
        """
        Regular expressions (RE2, anchored at both ends) of the metric names that are kept besides those that the generated \
        rules and dashboards read; everything else is dropped. Empty: everything is kept.
        """),
      .field(
        "relabelings", .list(of: relabeling, count: 0...32), default: [],
        "Relabeling of targets, after the built-in steps that set the labels node and pod."),
      .field(
        "metricRelabelings", .list(of: relabeling, count: 0...32), default: [],
        "Relabeling of samples, after the step that is made of keep."),
      .field(
        "custom", .list(of: custom, count: 0...64, .map(keys: ["name"])), default: [],
        """
        Metrics derived from others. Each becomes a recording rule and an entry of the ConfigMap <profile>-custom-metrics \
        in terway.namespace. One with the name of a built-in metric replaces it. Where somebody else made a ConfigMap of \
        that name with metrics under metrics_config, it stays as it is, and what it lists is recorded besides these.
        """),
    ])

  static let relabeling: StructuralSchema = .object(
    "A relabeling step as Prometheus defines it.",
    rules: [
      SchemaRule(
        !.text("action", isOneOf: ["replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"])
          || .text("targetLabel") != "",
        at: "targetLabel", message: "is required by this action: give a label name"),
      SchemaRule(
        .text("action") != "hashmod" || .integer("modulus") > 0,
        at: "modulus", message: "must be greater than 0 for the action hashmod"),
      SchemaRule(
        !.text("action", isOneOf: ["labeldrop", "labelkeep"])
          || .count("sourceLabels") == 0 && .text("targetLabel") == "" && .integer("modulus") == 0
            && .text("separator") == ";" && .text("replacement") == "$1",
        message: "must give regex alone for the actions labeldrop and labelkeep, which look at label names only"),
      SchemaRule(
        !.text("action", isOneOf: ["keepequal", "dropequal"])
          || .text("regex") == "(.*)" && .integer("modulus") == 0 && .text("separator") == ";"
            && .text("replacement") == "$1",
        message: "must give sourceLabels and targetLabel alone for the actions keepequal and dropequal"),
    ],
    [
      .field(
        "action", .choice(Metrics.Relabeling.Action.self), default: "replace",
        """
        What is done: replace, keep, drop, hashmod, labelmap, labeldrop, labelkeep; lowercase and uppercase \
        (Prometheus 2.36), keepequal and dropequal (2.41).
        """),
      .field(
        "sourceLabels", .list(of: .labelName, count: 0...16), default: [],
        "Labels whose values are joined with the separator and matched. Example: [__meta_kubernetes_pod_node_name]."),
      .field("separator", .text(0...16), default: ";", "What stands between the joined values."),
      .field(
        "targetLabel", .string(targetLabel, length: 0...128), default: "",
        "Label that is written. Capture groups such as ${1} may be used by replace."),
      .field(
        "regex", .text(0...1024), default: "(.*)",
        "Regular expression (RE2, anchored at both ends) for the joined values."),
      .field(
        "modulus", .integer(0...4_294_967_295), default: 0,
        "Number that the hash is taken modulo, for hashmod. 0: none."),
      .field(
        "replacement", .text(0...1024), default: "$1",
        "What is written when the expression matches; may use capture groups."),
    ])

  static let custom: StructuralSchema = .object(
    "A metric derived from others by a PromQL query.",
    [
      .required(
        "name", .string(metricName, length: 1...128), "Name of the metric. Example: terway_eni_utilization_ratio."),
      .field("help", .text(0...256), default: "", "What the metric means, in one line."),
      .field(
        "type", .choice(Metrics.Custom.Kind.self), default: "gauge",
        "Type of the result. counter: the query adds counters up without taking a rate."),
      .field(
        "labels", .list(of: .labelName, count: 0...16, .set), default: [],
        "Labels that the result carries, for documentation and dashboards. Example: [node, eni_id]."),
      .required(
        "query", .promQL, "PromQL expression. Example: terway_eni_allocated_ips / terway_eni_total_ips."),
    ])

  private static let version = SchemaPattern(
    "^(v?[0-9]+\\.[0-9]+(\\.[0-9]+)?)?$", "a version such as 2.53 or v3.1.0, or empty", examples: ["2.53", "v3.1.0"])
  private static let targetLabel = SchemaPattern(
    "^([a-zA-Z_$][a-zA-Z0-9_${}]*)?$", "a Prometheus label name, or empty", examples: ["node", "${1}"])
  private static let metricName = SchemaPattern(
    "^[a-zA-Z_:][a-zA-Z0-9_:]*$", "a Prometheus metric name: letters, digits, underscores and colons",
    examples: ["terway_eni_utilization_ratio", "node:terway_eni_used:ratio"])
}
