import KubernetesModel
import Serialization

/// One object as it should be in the cluster. Owner references are not in it: whoever applies it adds them.
public struct Manifest: Hashable, Sendable {
  public var reference: ObjectReference
  /// The whole object: `apiVersion`, `kind`, `metadata` and what the kind has besides.
  public var content: JSONValue
  /// Whose pods it makes Prometheus scrape; `nil` for what scrapes nothing.
  public var scrapeTarget: ScrapeTarget?

  init(
    _ resource: ResourceType, namespace: String, name: String, labels: [String: String],
    annotations: [String: String] = [:], _ members: [String: JSONValue], scraping target: ScrapeTarget? = nil
  ) {
    scrapeTarget = target
    reference = ObjectReference(resource, ObjectKey(namespace: namespace, name: name))
    var metadata: JSONValue = ["name": .string(name), "namespace": .string(namespace), "labels": JSONValue(labels)]
    if !annotations.isEmpty { metadata["annotations"] = JSONValue(annotations) }
    content = .object(
      members.merging([
        "apiVersion": .string(resource.kind.apiVersion), "kind": .string(resource.kind.kind), "metadata": metadata,
      ]) { $1 })
  }
}

/// The kinds of objects that a profile can generate.
public enum GeneratedResource {
  public static let configMap = ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true)
  public static let service = ResourceType("v1", "Service", plural: "services", namespaced: true)
  public static let deployment = ResourceType("apps/v1", "Deployment", plural: "deployments", namespaced: true)
  public static let job = ResourceType("batch/v1", "Job", plural: "jobs", namespaced: true)
  public static let cronJob = ResourceType("batch/v1", "CronJob", plural: "cronjobs", namespaced: true)
  public static let serviceMonitor = ResourceType(
    "monitoring.coreos.com/v1", "ServiceMonitor", plural: "servicemonitors", namespaced: true)
  public static let podMonitor = ResourceType(
    "monitoring.coreos.com/v1", "PodMonitor", plural: "podmonitors", namespaced: true)
  public static let scrapeConfig = ResourceType(
    "monitoring.coreos.com/v1alpha1", "ScrapeConfig", plural: "scrapeconfigs", namespaced: true)
  public static let prometheusRule = ResourceType(
    "monitoring.coreos.com/v1", "PrometheusRule", plural: "prometheusrules", namespaced: true)
  public static let alertmanagerConfig = ResourceType(
    "monitoring.coreos.com/v1alpha1", "AlertmanagerConfig", plural: "alertmanagerconfigs", namespaced: true)
  public static let grafanaDashboard = ResourceType(
    "grafana.integreatly.org/v1beta1", "GrafanaDashboard", plural: "grafanadashboards", namespaced: true)

  /// All of them: what whoever removes objects that are no longer wanted has to look at.
  public static let all = [configMap, service, deployment, job, cronJob] + optional
  /// Those whose CustomResourceDefinition may be absent.
  public static let optional = [
    serviceMonitor, podMonitor, scrapeConfig, prometheusRule, alertmanagerConfig, grafanaDashboard,
  ]
}
