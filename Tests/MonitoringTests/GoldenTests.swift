import Foundation
import Monitoring
import Serialization
import Testing

/// Every rendered object, as files that can be reviewed. `UPDATE_GOLDENS=1 swift test --filter MonitoringTests` rewrites them.
struct `Golden files` {
  static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1"
  static let directory = repository.appendingPathComponent("Tests/MonitoringTests/Goldens")

  @Test(arguments: RenderedProfile.all)
  func `hold every object of a profile, and nothing else`(profile: RenderedProfile) throws {
    let directory = Self.directory.appendingPathComponent(profile.name)
    let rendered = Dictionary(
      uniqueKeysWithValues: try profile.manifests.map { manifest in
        let reference = manifest.reference
        return (
          "\(reference.resource.kind.kind)_\(reference.key.namespace ?? "")_\(reference.key.name).yaml".lowercased(),
          try Self.text(manifest, of: profile)
        )
      })
    if Self.isUpdating { try update(directory, rendered) }
    let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    #expect(files == rendered.keys.sorted())
    for (name, text) in rendered.sorted(by: { $0.key < $1.key }) {
      let golden = try? String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)
      #expect(golden == text, "\(profile.name)/\(name) differs; if that is meant: UPDATE_GOLDENS=1")
    }
  }

  /// Dashboards stand in full once. Of other profiles' a summary does: what it leaves out depends on the kind of panel only.
  private static func text(_ manifest: Manifest, of profile: RenderedProfile) throws -> String {
    guard profile.name != RenderedProfile.terway.name, manifest.reference.key.name.hasPrefix("grafana-") else {
      return YAML.text(manifest.content)
    }
    var content = manifest.content
    for (path, name) in [("spec", "json"), ("data", content["data"]?.object?.keys.first ?? "")] {
      guard let json = content[path]?[name]?.string else { continue }
      let dashboard = RenderedDashboard(profile: profile, json: try JSONValue(jsonBytes: Array(json.utf8)))
      var holder = content[path]
      holder?[name] = .string(dashboard.summary)
      content[path] = holder
    }
    return YAML.text(content)
  }

  private func update(_ directory: URL, _ files: [String: String]) throws {
    if FileManager.default.fileExists(atPath: directory.path) { try FileManager.default.removeItem(at: directory) }
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: directory.appendingPathComponent(name)) }
  }
}
