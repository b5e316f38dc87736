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
      uniqueKeysWithValues: profile.manifests.map { manifest in
        let reference = manifest.reference
        return (
          "\(reference.resource.kind.kind)_\(reference.key.namespace ?? "")_\(reference.key.name).yaml".lowercased(),
          Self.text(manifest)
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

  private static func text(_ manifest: Manifest) -> String { YAML.text(manifest.content) }

  private func update(_ directory: URL, _ files: [String: String]) throws {
    if FileManager.default.fileExists(atPath: directory.path) { try FileManager.default.removeItem(at: directory) }
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: directory.appendingPathComponent(name)) }
  }
}
