import Insights
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

extension DiagnosisCase {
  /// Of what Terway is told.
  package static let configurations: [DiagnosisCase] = [
    DiagnosisCase("there is no configuration", .configMissing) { $0.configurations = .value([:]) },
    DiagnosisCase("the configuration says only who owns the pools", nil, not: .configMissing) {
      $0.configurations = .value([:])
      try $0.configure(["ipam_type": "crd"])
    },
    DiagnosisCase("eni_conf holds objects within lists", nil, not: .configMalformed) {
      try $0.configure(["extra_routes": [["dst": "10.0.0.0/8"]]])
    },
    DiagnosisCase("eni_conf is no object", .configMalformed) { try $0.configure("{") },
    DiagnosisCase("the least pool is above the largest", .poolBoundsInverted) {
      try $0.configure(["min_pool_size": 9])
      $0.changeResources { $0.pool.minimum = 9 }
    },
    DiagnosisCase("the least pool is the largest", nil, not: .poolBoundsInverted) {
      try $0.configure(["min_pool_size": 5])
      $0.changeResources { $0.pool.minimum = 5 }
    },
    DiagnosisCase("a zone has no vSwitch", .zoneWithoutVSwitch) {
      $0.changeNode("node-1") { $0.metadata.labels["topology.kubernetes.io/zone"] = "zone-c" }
    },
    DiagnosisCase("a zone's list of vSwitches is empty", .zoneWithoutVSwitch) {
      try $0.configure(["vswitches": ["zone-a": [], "zone-b": ["vsw-b"]]])
    },
    DiagnosisCase("no vSwitches are named, so that Terway takes those of the instances", nil, not: .zoneWithoutVSwitch)
    {
      try $0.configure(["vswitches": [:]])
    },
    DiagnosisCase("a key is mistyped", .configUnknownKey) { try $0.configure(["max_pol_size": 10]) },
    DiagnosisCase("a key is of the datapath", nil, not: .configUnknownKey) { try $0.configure(["cilium_args": "x"]) },
    DiagnosisCase("a key is deprecated", .configDeprecatedKey) { try $0.configure(["hot_plug": "true"]) },
    DiagnosisCase("a key has taken the place of another", nil, not: .configDeprecatedKey) {
      try $0.configure(["enable_eni_trunking": false])
    },
    DiagnosisCase("eni_conf holds keys", .credentialsInConfig) { try $0.configure(["access_secret": "geheim"]) },
    DiagnosisCase("the text of a key is empty", nil, not: .credentialsInConfig) {
      try $0.configure(["access_secret": ""])
    },
    DiagnosisCase("a node names a ConfigMap that is not there", .nodeConfigMissing) {
      $0.changeNode("node-1") { $0.metadata.labels["terway-config"] = "wide" }
    },
    DiagnosisCase("a node names a ConfigMap that is there", nil, not: .nodeConfigMissing) {
      try $0.configure(["max_pool_size": 8], of: "wide")
      $0.changeNode("node-1") { $0.metadata.labels["terway-config"] = "wide" }
      $0.changeResource("node-1") { $0.pool.maximum = 8 }
    },
    DiagnosisCase("a node has another pool than it should", .configDrift) {
      $0.changeResource("node-1") { $0.pool.maximum = 50 }
    },
    DiagnosisCase("a configuration changed just now", nil, not: .configDrift) {
      try $0.configure(["max_pool_size": 8], changed: 30)
    },
    DiagnosisCase("the controlplane is degraded", .controlplaneDegraded) {
      var map = TerwayConfigMap()
      map.degradation = "l1"
      let file = ConfigurationFile(map)
      $0.configurations = $0.configurations.map { $0.merging(["terway-controlplane": file]) { $1 } }
    },
    DiagnosisCase("the controlplane has a configuration", nil, not: .controlplaneDegraded) {
      let file = ConfigurationFile(TerwayConfigMap())
      $0.configurations = $0.configurations.map { $0.merging(["terway-controlplane": file]) { $1 } }
    },
    DiagnosisCase("a daemon could not use its configuration, which is over", nil, not: .configError) {
      $0.addEvent("ConfigError", "Node", "node-1", "json: cannot unmarshal", ago: 7200)
    },
    DiagnosisCase("a change of mode was refused, which is over", nil, not: .configChangeRefused) {
      $0.addEvent("PrefixModeImmutable", "Node", "node-1", ago: 7200)
    },
    DiagnosisCase("a daemon cannot use its configuration", .configError) {
      $0.addEvent("ConfigError", "Node", "node-1", "json: cannot unmarshal")
    },
    DiagnosisCase("a change of mode is refused", .configChangeRefused) {
      $0.addEvent("PrefixModeImmutable", "Node", "node-1")
    },
  ]
}

extension DiagnosisCase {
  /// Of daemons that have an IPAM of their own.
  package static let legacy: [DiagnosisCase] = [
    DiagnosisCase("definitions are missing where nothing needs them", nil, not: .definitionMissing) {
      $0.resources = .absent
      $0.podENIs = .absent
    }.unitOnly(because: "the definitions are what all other states are written with"),
    DiagnosisCase("the configuration is newer than the daemons", .configNotLoaded) {
      try $0.configure(["max_pool_size": 8], changed: 600)
    },
    DiagnosisCase("the configuration is older than the daemons", nil, not: .configNotLoaded) {
      try $0.configure(["max_pool_size": 8], changed: 7300)
    },
    DiagnosisCase("a pool that is clamped is no catastrophe, and said", .poolBoundsInverted) {
      try $0.configure(["min_pool_size": 9])
    },
    DiagnosisCase("there is no controlplane", nil, not: .controlplaneAbsent) {
      $0.terwayPods = $0.terwayPods.map { $0.filter { $0.role == .daemon } }
    },
  ].map {
    var example = $0
    example.ipam = nil
    return example
  }
}
