import KubernetesModel
import Serialization

extension MonitoringProfileSchema {
  static let status: StructuralSchema = .object(
    "What the operator found and did.",
    [
      .observedGeneration,
      .status(
        "conditions", .conditions, default: [],
        """
        Ready: everything that the spec asks for is there. Reconciling: the operator is at work. Stalled: the spec cannot \
        be carried out until somebody changes it; the message names the field, and what was generated before stays. \
        KindsInstalled: the API server knows all kinds that are wanted. SignalsAvailable: everything that there are rules \
        and dashboards for is served by something. TargetsFound: every scrape object finds what it selects. Selected: some \
        Prometheus resource selects each monitor and rule; Unknown where there is none. Distinct: no Prometheus evaluates \
        the rules of an older profile besides these, which would record each series and raise each alert twice.
        """),
      .statusSection("detected", detected),
      .status(
        "objects", .string(length: 0...32), default: "",
        "Objects that are as they should be, of all generated. Example: 14/16."),
      .status(
        "resources", .list(of: resource, count: 0...1000), default: [], "Every generated object and its state."),
      .optional(
        "performanceTest", performanceTestStatus, "The newest run of the performance test; absent without one."),
    ])

  private static let detected: StructuralSchema = .object(
    "What the cluster showed. Empty fields are not known yet.",
    [
      .status("ipam", .string(length: 0...32), default: "", "Who owns the IP pools: CRD or Legacy."),
      .status("terwayVersion", .string(length: 0...128), default: "", "Version of Terway's daemon. Example: v1.16.7."),
      .status(
        "metricsSource", .string(length: 0...32), default: "",
        "Whose series the rules use: Contract, Upstream, or both as \"Contract, Upstream\"."),
      .status(
        "exporters", .list(of: .string(length: 1...63), count: 0...32), default: [],
        """
        What serves metrics that are scraped, as far as it shows. In a cluster without ServiceMonitors of others the usual \
        exporters are taken for granted; the condition SignalsAvailable says so.
        """),
      .status(
        "missingSignals", .list(of: missingSignal, count: 0...100), default: [],
        "What is not watched, because nothing serves the metrics for it. Rules and panels about it are left out."),
      .status(
        "alertsLeftOut", .list(of: alertLeftOut, count: 0...200), default: [],
        "Alerts that the spec asks for and that do not exist, because nothing serves the metrics for them."),
      .status(
        "customMetricsFrom", .string(length: 0...317), default: "",
        """
        ConfigMap, as namespace/name, that somebody else made in the place of the generated list of custom metrics, and whose \
        metrics are recorded besides those of metrics.custom. Empty: the list is generated.
        """),
      .status(
        "prometheuses", .list(of: .string(length: 1...317), count: 0...100), default: [],
        "Prometheus resources, each as namespace/name."),
    ])

  private static let missingSignal: StructuralSchema = .object(
    "Something that is not watched.",
    [
      .required("name", .string(length: 1...63), "Name of the signal. Example: latencyP95."),
      .required("reason", .string(length: 1...1024), "What would have to be there."),
    ])

  private static let alertLeftOut: StructuralSchema = .object(
    "An alert that does not exist.",
    [
      .required("name", .string(length: 1...128), "Name of the alert. Example: TerwayHighLatency."),
      .required("reason", .string(length: 1...1024), "The signals that it lacks, and what would have to be there."),
    ])

  private static let resource: StructuralSchema = .object(
    "A generated object.",
    [
      .required("apiVersion", .string(length: 1...317), "Group and version of the object."),
      .required("kind", .string(length: 1...63), "Kind of the object."),
      .required("namespace", .string(length: 1...63), "Namespace of the object."),
      .required("name", .string(length: 1...253), "Name of the object."),
      .required(
        "state", .choice(MonitoringProfileStatus.Resource.State.self),
        """
        Synced: as it should be. CRDMissing: the API server does not know the kind yet. NamespaceMissing: its namespace does \
        not exist. Conflict: it belongs to somebody else. Forbidden: the operator lacks the permission. Rejected: the API \
        server found it invalid. Failed: it will be tried again.
        """),
      .status("message", .string(length: 0...4096), default: "", "Why it is not in sync."),
      .status(
        "selectedBy", .list(of: .string(length: 1...317), count: 0...16), default: [],
        "Prometheus resources that select the object, each as namespace/name; of monitors, scrape configurations and rules."
      ),
    ])
}

extension SchemaField {
  /// A field of a status: what an older operator left out is filled in when the status is read, never by the server.
  static func status(
    _ name: String, _ schema: StructuralSchema, default value: JSONValue, _ description: String
  ) -> SchemaField {
    .field(name, schema, default: value, filledBy: .reader, description)
  }

  /// A group of fields of a status.
  static func statusSection(_ name: String, _ schema: StructuralSchema) -> SchemaField {
    .field(name, schema, default: [:], filledBy: .reader, schema.description)
  }

  static let observedGeneration = SchemaField.status(
    "observedGeneration", .integer(0...Int64.max), default: 0,
    "The metadata.generation that this status is about. Smaller than the resource's: the operator has yet to see the change."
  )
}
