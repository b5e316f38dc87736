import KubernetesModel
import Serialization

/// The schema of `TerwayMonitoringProfile`: what `kubectl explain` says, what a server enforces, what the operator checks.
public enum MonitoringProfileSchema {
  public static let spec: StructuralSchema = .object(
    "What to monitor and where to put it. Every field has a default: `spec: {}` gives complete monitoring.",
    [
      .field(
        "namespace", .namespaceName, default: "monitoring",
        """
        Namespace of the generated monitors, rules and dashboards. It must exist. Changing it moves the objects.
        """),
      .section("terway", terway),
      .field(
        "labels", .labels(), default: [:],
        """
        Labels for every generated object, besides those of the operator. Example: {team: network}.
        """),
      .field(
        "selectorLabels", .labels(), default: [:],
        """
        Labels that make a Prometheus select the generated monitors and rules. Empty: read off the Prometheus resources \
        of the cluster. Example: {release: kube-prometheus-stack}.
        """),
      .section("metrics", metrics),
      .section("alerts", alerts),
      .section("dashboards", dashboards),
      .section("logging", logging),
      .section("performanceTest", performanceTest),
    ])

  static let terway: StructuralSchema = .object(
    "Where Terway itself is found.",
    [
      .field("namespace", .namespaceName, default: "kube-system", "Namespace in which Terway runs."),
      .field(
        "podLabels", .labels(atLeast: 1), default: ["app": "terway-eniip"],
        "Labels of the daemon's pods. All of them must match."),
      .field(
        "ipam", .choice(MonitoringProfileSpec.Terway.IPAM.self), default: "Auto",
        """
        Who owns the IP pools. CRD: the controlplane, through Node resources (ipam_type crd). Legacy: each daemon. \
        Auto: read off Terway's configuration.
        """),
    ])
}
