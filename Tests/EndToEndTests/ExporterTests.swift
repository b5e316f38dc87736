import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// What the operator serves of Terway's resources, under exactly the shipped permissions.
  struct `The exporter` {
    private static let definitions = ResourceType(
      "apiextensions.k8s.io/v1", "CustomResourceDefinition", plural: "customresourcedefinitions", namespaced: false)

    @Test func `tells what Terway's resources say, for as long as they are there`() async throws {
      let cluster = try await Cluster.clean()
      let kubeconfig = try await cluster.applyShippedPermissions()
      let process = try OperatorProcess(kubeconfig: kubeconfig.path)
      try await process.waitUntilReady()
      #expect(try await !process.get("/metrics").text.contains("\nterway_eni_"), "nothing is known")

      // Installed after the operator.
      for resource in [TerwayNode.resource, PodENI.resource] { try await Self.install(resource, in: cluster) }
      try await cluster.put(Self.node("n1"), Self.content(used: 1))
      try await cluster.put(Self.node("n2"), Self.content(used: 0))
      let used = #"terway_eni_allocated_ips{node="n1",eni_id="eni-1"}"#
      try await eventually("the nodes are exported") {
        let capacity = try await process.metric(#"terway_eni_capacity_ips{node="n2"}"#)
        return try await process.metric(used) == 1 && capacity == 30
      }
      #expect(try await process.metric(#"terway_eni_total_ips{node="n1",eni_id="eni-1"}"#) == 2)
      #expect(try await process.metric(#"terway_eni_vswitch_used_ips{vswitch_id="vsw-1",zone="h"}"#) == 4)
      #expect(try await process.metric(#"terway_eni_podeni_stuck{phase="Detaching"}"#) == 0)

      try await cluster.put(Self.node("n1"), Self.content(used: 2))
      try await eventually("a change is exported") { try await process.metric(used) == 2 }
      try await Self.expectDrift(of: "n2", cluster, process)
      try await cluster.client.delete(TerwayNode.resource, ObjectKey(name: "n1"))
      try await eventually("a node that is gone is not exported") { try await process.metric(used) == nil }
      #expect(try await process.metric(#"terway_eni_limit{node="n2"}"#) == 3)

      for resource in [TerwayNode.resource, PodENI.resource] {
        try await cluster.client.delete(Self.definitions, ObjectKey(name: resource.qualifiedName))
      }
      try await eventually("nothing is exported of what is not installed") {
        try await !process.get("/metrics").text.contains("\nterway_eni_")
      }
      #expect(try await process.stop() == 0)
    }

    /// A pool that is not what the node's ConfigMaps say, until one of them is corrected.
    private static func expectDrift(of node: String, _ cluster: Cluster, _ process: OperatorProcess) async throws {
      let drift = #"terway_eni_config_drift{node="\#(node)"}"#
      try await cluster.put(ObjectReference(Cluster.kubernetesNodes, ObjectKey(name: node)), [:])
      try await cluster.putConfiguration("eni-config", ["ipam_type": "crd", "max_pool_size": 5])
      try await eventually("the pool is as configured") { try await process.metric(drift) == 0 }
      try await cluster.putConfiguration("eni-config", ["ipam_type": "crd", "max_pool_size": 7])
      try await eventually("the configuration is ahead of the pool") { try await process.metric(drift) == 1 }
      // A configuration of the node's own says otherwise.
      try await cluster.putConfiguration("mine", ["max_pool_size": 5])
      let label: JSONValue = ["metadata": ["labels": ["terway-config": "mine"]]]
      let _: JSONValue = try await cluster.client.patch(
        Cluster.kubernetesNodes, ObjectKey(name: node), .merge, label)
      try await eventually("the node's own configuration counts") { try await process.metric(drift) == 0 }
      try await cluster.client.delete(Cluster.kubernetesNodes, ObjectKey(name: node))
      for name in ["eni-config", "mine"] {
        try await cluster.client.delete(Cluster.configMaps, ObjectKey(namespace: "kube-system", name: name))
      }
    }

    private static func node(_ name: String) -> ObjectReference {
      ObjectReference(TerwayNode.resource, ObjectKey(name: name))
    }

    /// One ENI with two addresses, of which pods hold so many.
    private static func content(used: Int) -> JSONValue {
      let addresses = (0..<2).map { index -> (String, JSONValue) in
        let address = "10.0.0.\(index + 1)"
        let pod = index < used ? "default/pod-\(index)" : ""
        return (
          address, ["ip": .string(address), "primary": .bool(index == 0), "status": "Valid", "podID": .string(pod)]
        )
      }
      return [
        "spec": [
          "nodeMetadata": ["instanceType": "ecs.g7.xlarge", "zoneID": "h"],
          "nodeCap": ["adapters": 4, "ipv4PerAdapter": 10], "pool": ["minPoolSize": 0, "maxPoolSize": 5],
        ],
        "status": [
          "networkInterfaces": [
            "eni-1": [
              "id": "eni-1", "status": "InUse", "networkInterfaceType": "Secondary", "vSwitchID": "vsw-1",
              "ipv4": .object(Dictionary(uniqueKeysWithValues: addresses)),
            ]
          ]
        ],
      ]
    }

    /// The definition of one of Terway's kinds, with a schema that takes whatever comes.
    private static func install(_ resource: ResourceType, in cluster: Cluster) async throws {
      let anything: JSONValue = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
      let kind = resource.kind.kind
      try await cluster.put(
        ObjectReference(definitions, ObjectKey(name: resource.qualifiedName)),
        [
          "spec": [
            "group": .string(resource.kind.group), "scope": .string(resource.isNamespaced ? "Namespaced" : "Cluster"),
            "names": [
              "kind": .string(kind), "listKind": .string("\(kind)List"), "plural": .string(resource.plural),
              "singular": .string(kind.lowercased()),
            ],
            "versions": [
              [
                "name": .string(resource.kind.version), "served": true, "storage": true,
                "schema": [
                  "openAPIV3Schema": ["type": "object", "properties": ["spec": anything, "status": anything]]
                ],
              ]
            ],
          ]
        ])
      try await eventually("the server serves \(kind)") {
        try await cluster.client.resources(inGroupVersion: resource.kind.apiVersion).contains(resource)
      }
    }
  }
}
