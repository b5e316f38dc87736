import EniScaling
import Prometheus
import Serialization
import Testing

@testable import TerwayOperator

struct `Readings of a Prometheus` {
  private func series(_ node: String, _ value: Double, at time: Double = 100, name: String? = nil) -> PrometheusSeries {
    var labels = ["node": node]
    labels["__name__"] = name
    return PrometheusSeries(labels: labels, samples: [.init(time: time, value: value)])
  }

  @Test func `are those of the last answer, without what cannot be`() {
    var readings = UtilisationReadings()
    readings.take(
      PrometheusAnswer(series: [
        series("fine", 0.5), series("nan", .nan), series("infinite", .infinity), series("negative", -0.1),
        series("high", 1.05), series("absurd", 8), series("twice", 0.1), series("twice", 0.9),
        PrometheusSeries(labels: ["instance": "x"], samples: [.init(time: 1, value: 0.5)]),
      ]), times: nil)
    #expect(readings.nodes == ["fine": .init(ratio: 0.5, time: 100), "high": .init(ratio: 1, time: 100)])
    #expect(readings.failure.isEmpty)
    readings.take(PrometheusAnswer(series: [series("other", 0.2)]), times: nil)
    #expect(Set(readings.nodes.keys) == ["other"])
  }

  @Test func `are as old as their samples, where that can be asked`() {
    var readings = UtilisationReadings()
    readings.take(
      PrometheusAnswer(series: [series("a", 0.5, at: 1_000, name: "rule"), series("b", 0.5, at: 1_000, name: "rule")]),
      times: PrometheusAnswer(series: [series("a", 700, at: 1_000)]))
    #expect(readings.nodes == ["a": .init(ratio: 0.5, time: 700)])
  }

  @Test func `tell how many addresses a node has, where that is asked`() {
    var readings = UtilisationReadings()
    let ratios = PrometheusAnswer(series: [series("a", 0.5), series("b", 0.5), series("c", 0.5)])
    let totals = PrometheusAnswer(series: [
      series("a", 12, at: 90), series("b", .nan), series("empty", 0), series("unheard", 7),
    ])
    readings.take(ratios, times: nil, totals: (totals, nil))
    #expect(
      readings.nodes == [
        "a": .init(ratio: 0.5, time: 90, total: 12), "c": .init(ratio: 0.5, time: 100),
        "empty": .init(ratio: 0, time: 100, total: 0),
      ])
    let before = readings.nodes
    readings.take(ratios, times: nil, totals: (PrometheusAnswer(series: [], warnings: ["store is down"]), nil))
    #expect(readings.nodes == before && readings.failure.contains("store is down"))
  }

  @Test func `stay what they were when there is no answer of use, and grow old`() {
    var readings = UtilisationReadings()
    readings.take(PrometheusAnswer(series: [series("a", 0.5)]), times: nil)
    let before = readings.nodes
    readings.take(PrometheusAnswer(series: [series("a", 0.1)], warnings: ["store is down"]), times: nil)
    #expect(readings.nodes == before && readings.failure.contains("store is down"))
    readings.take(PrometheusAnswer(series: []), times: nil)
    #expect(readings.nodes == before && readings.failure.contains("no series"))
    readings.fail("unreachable")
    #expect(readings.nodes == before && readings.failure == "unreachable")
  }

  @Test func `say of a node how many of its addresses are used, and how old that is`() {
    var node = NodeObservation(name: "a", used: 1, idle: 19, limits: InstanceLimits(adapters: 3, ipsPerENI: 10))
    node.age = 3
    let used = node.using(.init(ratio: 0.8, time: 100), now: 150)
    #expect(used.used == 16 && used.idle == 4 && used.age == 50)
    #expect(node.using(nil, now: 150).age == nil)
    node.enis.inUse = 3
    #expect(node.using(.init(ratio: 0.8, time: 100), now: 150).used == 24)
    node.age = 90
    #expect(node.using(.init(ratio: 0, time: 100), now: 150).age == 90)
  }
}

struct `Credentials for a Prometheus` {
  @Test(
    arguments: [
      (["token": "dG9rZW4K"], "Bearer token"), (["username": "dQ==", "password": "cA=="], "Basic dTpw"),
      (["username": "dQ=="], nil), ([:], nil), (["token": "%%"], nil), (["token": "YQpi"], nil), (["token": ""], nil),
      (["token": "/w=="], nil), (["other": "dG9rZW4="], nil),
    ] as [([String: String], String?)])
  func `are a token, or a name and a password`(data: [String: String], header: String?) throws {
    let secret: JSONValue = ["metadata": ["name": "s"], "data": JSONValue(data)]
    let credentials = try PrometheusCredentials(jsonBytes: secret.jsonBytes())
    #expect(credentials.header == header)
    #expect("\(credentials)" == "credentials")
    #expect(credentials.authorities == nil)
  }

  @Test(arguments: [("Y2VydA==", "cert"), ("", nil), ("Cg==", nil), ("%%", nil)] as [(String, String?)])
  func `may come with those who sign the certificate of the server`(data: String, text: String?) throws {
    let secret: JSONValue = ["metadata": ["name": "s"], "data": ["ca.crt": .string(data)]]
    let credentials = try PrometheusCredentials(jsonBytes: secret.jsonBytes())
    #expect(credentials.authorities == text.map { Array($0.utf8) } && credentials.header == nil)
  }
}
