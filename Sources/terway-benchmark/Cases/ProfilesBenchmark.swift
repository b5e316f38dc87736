import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

extension Benchmark {
  /// Many profiles at once, until each says that it is ready, against nothing but server-side applies of their objects.
  static let profiles = Benchmark(
    name: "profiles", summary: "many profiles created at once, against plain server-side applies of the same objects",
    needsCluster: true
  ) { setting in
    let cluster = try Cluster(setting)
    for namespace in ["monitoring", "logging"] { try await cluster.makeNamespace(namespace) }
    try await cluster.removeProfiles()
    let names = (0..<setting.profiles).map { "profile-\($0)" }
    let spec = try MonitoringProfile(["metadata": ["name": "any"], "spec": [:]]).spec.get()
    let objects = names.flatMap { MonitoringRenderer.manifests(for: $0, spec: spec) }
    return {
      let plain = try await secondsOfPlainApplies(objects, in: cluster)
      let (seconds, cpu) = try await secondsOfOperator(names, in: cluster, scratch: setting.scratch)
      let count = Double(objects.count)
      return [
        Measurement("objects a second, against plain applies", plain / seconds, "×", .atLeast(0.7)),
        Measurement("operator", count / seconds, "objects/s"),
        Measurement("plain applies", count / plain, "objects/s"),
        Measurement("CPU time of the operator", cpu, "s"),
      ]
    }
  }

  /// How many profiles the operator works on at the same time, unless it is told otherwise.
  private static let workers = 4

  /// As the operator does them: all objects of a profile one after another, several profiles at the same time, each object
  /// with its owner.
  private static func secondsOfPlainApplies(_ objects: [Manifest], in cluster: Cluster) async throws -> Double {
    try await cluster.create(profiles: ["owner"])
    let owner = try await cluster.client.get(
      MonitoringProfile.resource, ObjectKey(name: "owner"), as: MetadataOnly.self)
    let reference = OwnerReference(
      apiVersion: MonitoringProfile.resource.kind.apiVersion, kind: MonitoringProfile.resource.kind.kind,
      name: "owner", uid: owner.metadata.uid)
    let watch = Stopwatch()
    try await concurrently(objects, limit: workers) { manifest in
      var content = manifest.content
      content["metadata"]?["ownerReferences"] = [reference.json]
      try await cluster.apply(manifest.reference.resource, manifest.reference.key, content)
    }
    let seconds = watch.wall
    try await cluster.removeProfiles()
    return seconds
  }

  private static func secondsOfOperator(
    _ names: [String], in cluster: Cluster, scratch: String
  ) async throws -> (wall: Double, cpu: Double) {
    let process = try OperatorUnderTest(cluster, scratch: scratch)
    try await cluster.create(profiles: ["first"])
    await cluster.waitUntilReady(["first"])
    let cpu = try ProcessUsage(of: process.identifier).cpu
    let watch = Stopwatch()
    async let readiness: Void = cluster.waitUntilReady(names)
    try await cluster.create(profiles: names)
    await readiness
    let result = (watch.wall, try ProcessUsage(of: process.identifier).cpu - cpu)
    try process.stop()
    try await cluster.removeProfiles()
    return result
  }
}
