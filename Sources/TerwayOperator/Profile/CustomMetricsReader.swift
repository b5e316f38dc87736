import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

/// Reads the list of custom metrics that a person keeps in the place of the generated one.
///
/// # Caveats
/// It is not watched: whoever reads one looks again after a while.
struct CustomMetricsReader: Sendable {
  enum Answer: Hashable {
    /// There is none, or it is ours: what it is to hold is generated. Or it is something else that is in the way, which shows
    /// when ours is applied.
    case generated
    case listed([CustomMetrics.Custom], ObjectKey)
    case invalid(InvalidSpec, ObjectKey)
  }

  let client: KubernetesClient
  let caches: GeneratedCaches

  func answer(for profile: MonitoringProfile, _ spec: MonitoringProfileSpec) async throws -> Answer {
    let key = ObjectKey(
      namespace: spec.terway.namespace, name: CustomMetrics.configMapName(of: profile.metadata.name))
    if caches.store(of: GeneratedResource.configMap)?[key]?.owner?.uid == profile.metadata.uid { return .generated }
    guard let text = try await list(at: key) else { return .generated }
    switch CustomMetricsList.read(text) {
    case .failure(let invalid): return .invalid(invalid, key)
    case .success(let metrics):
      let violations = CustomMetrics.violations(of: metrics, for: spec)
      return violations.isEmpty ? .listed(metrics, key) : .invalid(InvalidSpec(violations: violations), key)
    }
  }

  /// `nil` unless it is a person's: neither ours nor another controller's.
  private func list(at key: ObjectKey) async throws -> String? {
    do {
      let live = try await client.get(GeneratedResource.configMap, key, as: LiveObject.self)
      guard OwnershipClaim.isUnowned(live) else { return nil }
      return live.content.at("data", CustomMetricsList.key)?.string
    } catch let error as StatusError where error.reason == .notFound || error.reason == .forbidden {
      return nil
    }
  }
}
