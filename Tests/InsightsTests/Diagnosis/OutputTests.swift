import DiagnosisCases
import KubernetesModel
import Serialization
import Testing

@testable import Insights

struct `The output of a diagnosis` {
  private static let plain = DiagnosisText { text, _ in text }

  @Test func `has the members that are promised, in JSON`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    snapshot.exhaust("node-1")
    snapshot.services = .unknown("it may not be read")
    let json = Diagnosis(of: snapshot).json
    #expect(json.object?.keys.sorted() == ["findings", "unknown"])
    #expect(json["unknown"] == [["what": "Services", "because": "it may not be read"]])
    let finding = try #require(json["findings"]?[0])
    #expect(
      finding.object?.keys.sorted()
        == ["cause", "confidence", "evidence", "id", "object", "severity", "suggestion"])
    #expect(finding["id"] == "TerwayVSwitchExhausted")
    #expect(finding["severity"] == "critical")
    #expect(finding["object"] == "VSwitch vsw-a")
    #expect(finding["cause"] == "TerwayVSwitchExhausted: VSwitch vsw-a")
    #expect(finding["suggestion"]?.object?.keys.sorted() == ["command", "risk", "text"])
    #expect(finding["evidence"]?[0]?.object?.keys.sorted() == ["field", "object", "time", "value"])
    #expect(finding["evidence"]?[0]?["time"]?.string == ClusterSnapshot.time(60))
    #expect(finding.at("suggestion", "command") == "kubectl -n kube-system edit configmap eni-config")
  }

  @Test func `says that nothing was found, and what was not looked at`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    #expect(Self.plain.text(of: Diagnosis(of: snapshot)) == "Nothing was found.\n")
    snapshot.resources = .unknown("it may not be read: forbidden")
    let diagnosis = Diagnosis(of: snapshot)
    #expect(!diagnosis.sawTerway)
    #expect(
      Self.plain.text(of: diagnosis) == """
        Not known
          Node resources of Terway, because it may not be read: forbidden

        Nothing was found in what could be looked at.

        """)
  }

  @Test func `lets no name act on a terminal or a page`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    let hostile = "<script>alert(1)</script>\u{1B}]0;x\u{7}\u{202E}"
    snapshot.addWaitingPod(hostile)
    snapshot.addEvent("FailedCreatePodSandBox", "Pod", hostile, "\"><img src=x onerror=alert(2)>")
    snapshot.addLog("E0829 14:45:54.233267       1 a.go:1] <b>bold</b>\u{1B}[2J")
    let diagnosis = Diagnosis(of: snapshot)
    let text = Self.plain.text(of: diagnosis)
    #expect(
      text.contains("script") && !text.contains("\u{1B}") && !text.contains("\u{7}") && !text.contains("\u{202E}"))
    let html = diagnosis.html
    #expect(html.contains("&lt;script&gt;"))
    for tag in ["<script", "<img", "<b>bold", "\u{1B}", "\u{202E}"] { #expect(!html.contains(tag), "\(tag)") }
    #expect(!html.contains("http://") && !html.contains("https://"), "nothing is loaded from elsewhere")
  }

  @Test func `shows no secret of eni_conf`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    try snapshot.configure(["access_key": "LTAI5tSecretSecret", "access_secret": "streng-geheim", "odd": "x"])
    let diagnosis = Diagnosis(of: snapshot)
    #expect(diagnosis.findings.contains { $0.id == .credentialsInConfig })
    for text in [diagnosis.json.jsonText(), diagnosis.html, Self.plain.text(of: diagnosis)] {
      #expect(!text.contains("LTAI5t") && !text.contains("geheim"))
    }
  }

  @Test func `puts what is alike together`() throws {
    var snapshot = try ClusterSnapshot.healthy(nodes: 40)
    snapshot.changeResources { $0.interfaces[0].addresses.invalid = 1 }
    let text = Self.plain.text(of: Diagnosis(of: snapshot))
    #expect(text.contains("and 35 more: "))
    #expect(text.hasSuffix("40 warning; 40 roots\n"))
  }

  @Test func `keeps to the node that was named`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    snapshot.changeResources { $0.interfaces[0].addresses.invalid = 1 }
    snapshot.scope.node = "node-2"
    #expect(Diagnosis(of: snapshot).findings.map(\.object) == ["Node.network.alibabacloud.com node-2"])
  }

  @Test func `takes no fault of a node for one of a pod that is on none`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    snapshot.changeResources { $0.interfaces[0].addresses.invalid = 1 }
    snapshot.scope.pod = ObjectKey(namespace: "default", name: "waits")
    #expect(Diagnosis(of: snapshot).findings.isEmpty)
    #expect(Diagnosis(of: snapshot).sawTerway)
    snapshot.lacksScope = true
    #expect(!Diagnosis(of: snapshot).sawTerway)
  }
}
