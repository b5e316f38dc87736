import Insights
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

extension SnapshotObjects {
  static let prometheuses = ResourceType(
    "monitoring.coreos.com/v1", "Prometheus", plural: "prometheuses", namespaced: true)

  /// Profiles, scrape objects with what they select, and who selects them.
  func monitoring() throws -> [StagedObject] {
    let profiles = try snapshot.profiles.elements.map {
      StagedObject(
        MonitoringProfile.resource, $0.metadata, ["spec": [:]],
        status: try $0.status.map { try JSONValue.encoding($0) })
    }
    let scrapeObjects = snapshot.scrapeObjects.elements.map { object in
      StagedObject(
        object.kind, object.metadata,
        [
          "spec": [
            "selector": selector(object.selector),
            "namespaceSelector": object.namespaces.map { ["matchNames": JSONValue($0)] } ?? ["any": true],
            "endpoints": .array(object.ports.map { ["port": .string($0)] }),
          ]
        ])
    }
    let services = snapshot.services.elements.map { service in
      StagedObject(
        ServiceView.resource, service.metadata,
        ["spec": ["ports": .array(service.ports.sorted().map { ["name": .string($0), "port": 8080] })]])
    }
    let prometheuses = snapshot.prometheuses.elements.map { prometheus in
      var spec: JSONValue = [:]
      if let labels = prometheus.serviceMonitors.objects { spec["serviceMonitorSelector"] = selector(labels) }
      if let labels = prometheus.serviceMonitors.namespaces {
        spec["serviceMonitorNamespaceSelector"] = selector(labels)
      }
      return StagedObject(
        Self.prometheuses, ObjectMeta(name: prometheus.name, namespace: prometheus.namespace), ["spec": spec])
    }
    return profiles + scrapeObjects + services + prometheuses
  }

  private func selector(_ selector: LabelSelector) -> JSONValue { ["matchLabels": JSONValue(selector.matchLabels)] }
}
