import Serialization

/// The `AlertmanagerConfig` with which alerts silence others that follow from them.
///
/// # Caveats
/// prometheus-operator restricts what an AlertmanagerConfig does to alerts whose label `namespace` is the object's own: to
/// the source and to the target of an inhibition alike. Alerts on nodes have no such label, and those on pods name the pod's.
/// So the rules take effect where the Alertmanager says `alertmanagerConfigMatcherStrategy: {type: None}`, or where the
/// Prometheus sets `enforcedNamespaceLabel: namespace`, which gives every alert the namespace of its rule: the one that this
/// object is in too. Anywhere else they do nothing; no alert is lost.
enum InhibitionObjects {
  static func manifests(_ context: RenderContext) -> [Manifest] {
    guard context.spec.alerts.inhibition.enabled else { return [] }
    return [
      Manifest(
        GeneratedResource.alertmanagerConfig, namespace: context.spec.namespace,
        name: ObjectName.subdomain(context.profile, "-inhibition"),
        labels: context.spec.selectorLabels.merging(context.labels) { $1 },
        // No route and no receiver: who is told of an alert is not ours to say.
        [
          "spec": [
            "inhibitRules": .array(InhibitionRule.all.map { $0.json(cluster: context.spec.metrics.clusterLabel) })
          ]
        ])
    ]
  }
}

extension InhibitionRule {
  fileprivate func json(cluster: String) -> JSONValue {
    let equal = (cluster.isEmpty ? [] : [cluster]) + [subject.label].compactMap(\.self)
    var json: JSONValue = ["sourceMatch": [Self.matcher(sources)], "targetMatch": [Self.matcher(targets)]]
    if !equal.isEmpty { json["equal"] = JSONValue(equal) }
    return json
  }

  private static func matcher(_ alerts: [String]) -> JSONValue {
    [
      "name": "alertname", "matchType": alerts.count == 1 ? "=" : "=~",
      "value": .string(alerts.joined(separator: "|")),
    ]
  }
}
