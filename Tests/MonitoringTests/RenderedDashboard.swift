import Monitoring
import Serialization
import Testing

/// A dashboard as it was rendered for a profile, read back.
struct RenderedDashboard: Sendable, CustomTestStringConvertible {
  var profile: RenderedProfile
  var json: JSONValue

  var title: String { json["title"]?.string ?? "" }
  var uid: String { json["uid"]?.string ?? "" }
  var testDescription: String { "\(profile.name): \(title)" }

  var panels: [JSONValue] { json["panels"]?.array?.filter { $0["type"] != "row" } ?? [] }
  var rows: [String] { json["panels"]?.array?.filter { $0["type"] == "row" }.compactMap { $0["title"]?.string } ?? [] }
  var variables: [JSONValue] { json.at("templating", "list")?.array ?? [] }

  /// Of all panels, in their order.
  var queries: [Query] {
    panels.flatMap { panel in
      (panel["targets"]?.array ?? []).map { target in
        Query(
          panel: panel["title"]?.string ?? "", expression: target["expr"]?.string ?? "",
          isInstant: target["instant"] == true)
      }
    }
  }

  struct Query: Sendable {
    var panel: String
    var expression: String
    var isInstant: Bool

    /// As Grafana sends it with everything selected, or one node.
    func filled(node: String = ".+") -> String {
      expression.replacing("$__rate_interval", with: "5m").replacing("$node", with: node)
        .replacing("$cluster", with: ".+").replacing("$namespace", with: ".+")
    }
  }

  /// Those of all profiles that tests render.
  static let all = RenderedProfile.all.flatMap(\.dashboards)
}

extension RenderedProfile {
  var dashboards: [RenderedDashboard] {
    manifests.filter { $0.reference.key.name.hasPrefix("grafana-") && $0.content["data"] != nil }
      .flatMap { $0.content["data"]?.object?.values.compactMap(\.string) ?? [] }
      .compactMap { text in
        do {
          return RenderedDashboard(profile: self, json: try JSONValue(jsonBytes: Array(text.utf8)))
        } catch {
          Issue.record("\(name): a dashboard is not JSON: \(error)")
          return nil
        }
      }
  }

  /// The one with an identifier that ends in this.
  func dashboard(_ suffix: String) throws -> RenderedDashboard {
    try #require(dashboards.first { $0.uid == "\(name)-\(suffix)" })
  }
}

extension RenderedDashboard {
  /// What a person reviews: the panels with their places and queries, without what Grafana wants of each kind.
  var summary: String {
    let names = variables.compactMap { $0["name"]?.string }.joined(separator: ", ")
    return (["\(title), \(uid), with \(names)"] + (json["panels"]?.array ?? []).flatMap(Self.summary))
      .joined(separator: "\n") + "\n"
  }

  private static func summary(_ panel: JSONValue) -> [String] {
    let title = panel["title"]?.string ?? ""
    guard panel["type"] != "row" else { return ["", title] }
    let place = ["x", "y", "w", "h"].map { "\($0) \(panel.at("gridPos", $0)?.integer ?? -1)" }.joined(separator: ", ")
    let unit = panel.at("fieldConfig", "defaults", "unit")?.string ?? ""
    return ["- \(title): \(panel["type"]?.string ?? "") of \(unit) at \(place)"]
      + (panel["targets"]?.array ?? []).map { "    \($0["legendFormat"]?.string ?? ""): \($0["expr"]?.string ?? "")" }
  }
}
