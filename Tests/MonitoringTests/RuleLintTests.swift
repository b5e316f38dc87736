import Foundation
import Monitoring
import Prometheus
import Serialization
import TerwayModel
import TestSupport
import Testing

struct `Rendered rules` {
  @Test(.enabled(if: Promtool.installed != nil), arguments: RenderedProfile.all)
  func `are accepted by promtool, group by group`(profile: RenderedProfile) throws {
    let promtool = try #require(Promtool.installed)
    // The distribution's promtool refuses what newer servers know.
    var profile = profile
    profile.spec.metrics.prometheusVersion = "2.42"
    for group in profile.manifests.ruleGroups {
      let verdict = try promtool.check(rules: JSONValue.object(["groups": [group]]).jsonText())
      #expect(verdict.isContent, "\(verdict.output)")
    }
  }

  @Test(arguments: RenderedProfile.all)
  func `name every alert and every recording once`(profile: RenderedProfile) {
    for names in [profile.manifests.alerts.map { $0["alert"] }, profile.manifests.recordings.map { $0["record"] }] {
      #expect(!names.isEmpty)
      #expect(Set(names).count == names.count)
    }
  }

  @Test(arguments: RenderedProfile.all)
  func `tell of every alert how bad it is, what it means and where to read on`(profile: RenderedProfile) {
    for alert in profile.manifests.alerts {
      let name = alert["alert"]?.string ?? ""
      #expect(["critical", "warning", "info"].contains(alert.at("labels", "severity")?.string), "\(name)")
      #expect(alert["for"]?.string != nil, "\(name)")
      #expect(
        alert.at("annotations", "runbook_url")?.string == "\(profile.spec.alerts.runbookBaseURL)/\(name).md", "\(name)")
      for text in ["summary", "description"].map({ alert.at("annotations", $0)?.string ?? "" }) {
        #expect(!text.isEmpty && !text.contains(/[^{]\{[a-z]/), "\(name): a placeholder is left in: \(text)")
      }
      #expect(alert.at("annotations", "description")?.string?.contains("$value") == true, "\(name)")
    }
  }

  @Test(arguments: RenderedProfile.all)
  func `name the labels by which an alert's series differ`(profile: RenderedProfile) {
    let labels = ["node", "direction", "priority_class", "pod"]
    for alert in profile.manifests.alerts {
      let level = alert["expr"]?.string?.split(separator: ":").first ?? ""
      for label in labels where level.split(separator: "_").contains(Substring(label)) {
        #expect(alert.at("annotations", "summary")?.string?.contains("$labels.\(label)") == true, "\(alert)")
      }
    }
  }

  @Test(arguments: RenderedProfile.all)
  func `look back at least two scrapes, and nowhere at raw counters`(profile: RenderedProfile) {
    let interval = profile.spec.metrics.interval.seconds
    for rule in profile.manifests.alerts + profile.manifests.recordings {
      let expression = rule["expr"]?.string ?? ""
      for match in expression.matches(of: /\[(\d+)m\]/) {
        #expect(Double(match.1).map { $0 * 60 >= interval * 2 } == true, "\(expression)")
      }
      for counter in ContractMetric.allCases where counter.kind == .counter {
        for match in expression.matches(of: /(\w*)\(?(terway_\w+_total)(?=[ \[])/) where match.2 == counter.name {
          let isBornAboveZero = expression.contains("unless last_over_time")
          #expect(["rate", "increase"].contains(match.1) || isBornAboveZero, "\(expression)")
        }
      }
    }
  }

  @Test(arguments: RenderedProfile.all)
  func `use only what is recorded or exported by someone known`(profile: RenderedProfile) {
    let recorded = Set(profile.manifests.recordings.compactMap { $0["record"]?.string })
    for alert in profile.manifests.alerts {
      let expression = alert["expr"]?.string ?? ""
      for name in expression.matches(of: /[a-z_]+:[a-z0-9_]+:[a-z0-9_]+/).map({ String($0.0) }) {
        #expect(recorded.contains(name), "\(name) in \(expression)")
      }
    }
    let known = Set(SourceMetrics.all.map(\.name))
    for recording in profile.manifests.recordings {
      let words = (recording["expr"]?.string ?? "").matches(of: /[a-z_:][a-z0-9_:]*/).map { String($0.0) }
      for word in words where word.hasPrefix("terway_") && !word.contains(":") {
        let metric = word.replacing(/_(bucket|count)$/, with: "")
        #expect(known.contains(metric) || known.contains(word) || recorded.contains(word), "\(word)")
      }
    }
  }

  @Test(arguments: RenderedProfile.all)
  func `stay below what prometheus-operator takes`(profile: RenderedProfile) {
    for manifest in profile.manifests where manifest.reference.resource == GeneratedResource.prometheusRule {
      #expect(manifest.content.jsonBytes().count < 512 * 1024)
    }
  }

  @Test func `leave keep_firing_for out for servers that refuse it`() {
    var profile = RenderedProfile.contract
    #expect(profile.manifests.alerts.contains { $0["keep_firing_for"] != nil })
    profile.spec.metrics.prometheusVersion = "2.41"
    #expect(profile.manifests.alerts.allSatisfy { $0["keep_firing_for"] == nil })
  }

  @Test func `are written for the oldest server that was detected`() {
    var profile = RenderedProfile.contract
    profile.cluster.prometheuses = [(3, 1), (2, 40)].map {
      DetectedPrometheus(namespace: "m", name: "p\($0.0)", version: PrometheusVersion($0.0, $0.1))
    }
    #expect(profile.manifests.alerts.allSatisfy { $0["keep_firing_for"] == nil })
  }

  @Test func `follow an override in every field`() throws {
    var profile = RenderedProfile.contract
    profile.spec.alerts.overrides = [
      .init(alert: "TerwayHighLatency", for: "7m", keepFiringFor: "9m", severity: .info, threshold: "0.25"),
      .init(alert: "TerwayDown", disabled: true),
    ]
    let alerts = profile.manifests.alerts
    let latency = try #require(alerts.first { $0["alert"] == "TerwayHighLatency" })
    #expect(latency["for"] == "7m")
    #expect(latency["keep_firing_for"] == "9m")
    #expect(latency.at("labels", "severity") == "info")
    #expect(latency["expr"]?.string?.contains("p95_rate5m > 0.25 ") == true)
    #expect(latency.at("annotations", "description")?.string?.contains("the limit is 250ms") == true)
    #expect(!alerts.contains { $0["alert"] == "TerwayDown" })
  }

  @Test func `reach every alert by an override`() {
    var profile = RenderedProfile.contract
    #expect(MonitoringRenderer.alertNames == profile.manifests.alerts.compactMap { $0["alert"]?.string })
    profile.spec.alerts.overrides = MonitoringRenderer.alertNames.map { .init(alert: $0, disabled: true) }
    #expect(profile.manifests.alerts.isEmpty)
    #expect(profile.manifests.ruleGroups.map { $0["name"] } == ["contract.recording.rules"])
  }
}

struct `Runbooks` {
  @Test func `exist for every alert, and for nothing else`() throws {
    let pages = try FileManager.default
      .contentsOfDirectory(atPath: repository.appendingPathComponent("docs/runbooks").path)
      .filter { $0.hasPrefix("Terway") }.sorted()
    let alerts = RenderedProfile.contract.manifests.alerts.compactMap { $0["alert"]?.string }.sorted()
    #expect(pages == alerts.map { "\($0).md" })
  }

  @Test func `say what it means, whom it concerns, how to check and what to do`() throws {
    for alert in RenderedProfile.contract.manifests.alerts.compactMap({ $0["alert"]?.string }) {
      let page = try String(
        contentsOf: repository.appendingPathComponent("docs/runbooks/\(alert).md"), encoding: .utf8)
      #expect(page.hasPrefix("# \(alert)\n"))
      let headings = page.split(separator: "\n").filter { $0.hasPrefix("## ") }
      #expect(Array(headings.prefix(4)) == ["## Meaning", "## Impact", "## Check", "## Do"], "\(alert)")
      #expect(!page.contains("## Impact\n\n## "), "\(alert)")
    }
  }
}
