import Foundation
import Monitoring
import Testing

/// The pages under `docs/reference` that the catalogue generates. `UPDATE_GOLDENS=1 swift test --filter MonitoringTests` rewrites
/// them.
struct `Reference pages` {
  @Test(arguments: ["signals", "recording-rules", "alerts", "dashboards"])
  func `are what the catalogue says`(name: String) throws {
    let file = repository.appendingPathComponent("docs/reference/\(name).md")
    let page = Self.pages[name] ?? ""
    if `Golden files`.isUpdating { try Data(page.utf8).write(to: file) }
    let committed = try String(contentsOf: file, encoding: .utf8)
    #expect(committed == page, "docs/reference/\(name).md is not current; if that is meant: UPDATE_GOLDENS=1")
  }

  static let pages = [
    "signals": SignalReference.page, "recording-rules": RecordingRuleReference.page, "alerts": AlertReference.page,
    "dashboards": DashboardReference.page,
  ]

  @Test func `name every signal, rule, alert and dashboard`() {
    let all = ReferenceContents.names
    #expect(all.count > 200)
    for (page, name) in all { #expect(Self.pages[page]?.contains(name) == true, "\(page) lacks \(name)") }
  }

  @Test(arguments: pages.keys.sorted())
  func `link to pages that exist`(name: String) throws {
    let directory = repository.appendingPathComponent("docs/reference")
    for match in (Self.pages[name] ?? "").matches(of: /\]\(([^)#]+)(#[^)]*)?\)/) {
      let target = directory.appendingPathComponent(String(match.1)).standardizedFileURL
      #expect(FileManager.default.fileExists(atPath: target.path), "\(name).md links to \(match.1)")
    }
  }
}

private enum ReferenceContents {
  static var names: [(page: String, name: String)] {
    let profile = ReferenceProfile.rendered
    return Signal.all.map { ("signals", "| `\($0.name)` |") } + SourceMetrics.all.map { ("signals", "`\($0.name)`") }
      + profile.manifests.recordings.map { ("recording-rules", "### `\($0["record"]?.string ?? "")`") }
      + MonitoringRenderer.alertNames.map { ("alerts", "[\($0)](../runbooks/\($0).md)") }
      + profile.dashboards.flatMap { dashboard in
        dashboard.panels.map { ("dashboards", "| \($0["title"]?.string ?? "") |") }
      }
  }
}
