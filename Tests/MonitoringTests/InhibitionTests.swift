import Serialization
import TerwayModel
import Testing

@testable import Monitoring

struct `Inhibition` {
  private static let alerts = Dictionary(
    uniqueKeysWithValues: AlertCatalogue.sections.flatMap(\.alerts).map { ($0.name, $0) })

  private static func rules(_ cluster: String = "") throws -> [JSONValue] {
    var profile = RenderedProfile.terway
    profile.spec.alerts.inhibition.enabled = true
    profile.spec.metrics.clusterLabel = cluster
    let object = try #require(profile.manifests.first("AlertmanagerConfig", "terway-inhibition"))
    return object.content.at("spec", "inhibitRules")?.array ?? []
  }

  @Test func `exists only when it is asked for, and tells nobody who is to be notified`() throws {
    #expect(
      !RenderedProfile.terway.manifests.contains { $0.reference.resource == GeneratedResource.alertmanagerConfig })
    var profile = RenderedProfile.terway
    profile.spec.alerts.inhibition.enabled = true
    profile.spec.selectorLabels = ["alertmanager": "main"]
    let object = try #require(profile.manifests.first("AlertmanagerConfig", "terway-inhibition")?.content)
    #expect(object["spec"]?.object?.keys.sorted() == ["inhibitRules"])
    #expect(object.at("metadata", "labels", "alertmanager") == "main")
  }

  @Test func `names alerts that exist, and silences no critical one`() throws {
    for rule in InhibitionRule.all {
      for name in rule.sources + rule.targets { #expect(Self.alerts[name] != nil, "\(name)") }
      for name in rule.targets { #expect(Self.alerts[name]?.severity != .critical, "\(name)") }
      #expect(Set(rule.sources).isDisjoint(with: rule.targets))
    }
  }

  /// A label that one side lacks is empty there, so that the two would never be equal.
  @Test func `compares only labels that both sides have`() {
    for rule in InhibitionRule.all {
      guard let label = rule.subject.label else { continue }
      for name in rule.sources + rule.targets {
        #expect(Self.alerts[name]?.condition.subject?.labels.contains(label) == true, "\(name)")
      }
    }
  }

  @Test func `keeps clusters that share an Alertmanager apart`() throws {
    #expect(try Self.rules("site").allSatisfy { $0["equal"]?[0] == "site" })
    let single = try Self.rules()
    #expect(single.contains { $0["equal"] == nil } && single.contains { $0["equal"] == ["node"] })
  }

  @Test func `matches a single name as it is, and several as alternatives`() throws {
    for rule in try Self.rules() {
      for side in ["sourceMatch", "targetMatch"] {
        let matcher = rule[side]?[0]
        let isList = matcher?["value"]?.string?.contains("|") == true
        #expect(matcher?["matchType"]?.string == (isList ? "=~" : "="))
        #expect(matcher?["name"] == "alertname")
      }
    }
  }
}
