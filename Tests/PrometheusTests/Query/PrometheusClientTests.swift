import HTTPTransport
import Locking
import Prometheus
import Testing

/// Answers from a script, and keeps what it was asked.
private final class ScriptedServer: HTTPClient {
  private let answers: @Sendable (Int) -> (status: Int, body: String)
  private let requests = Lock<[HTTPRequest]>([])

  init(_ answers: @escaping @Sendable (Int) -> (status: Int, body: String)) { self.answers = answers }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let number = requests.withLock { requests in
      requests.append(request)
      return requests.count - 1
    }
    let answer = answers(number)
    return HTTPResponse(status: answer.status, body: HTTPBody(Array(answer.body.utf8)))
  }

  var asked: [HTTPRequest] { requests.withLock { $0 } }
  var forms: [String] { asked.map { String(decoding: $0.body, as: UTF8.self) } }
}

struct `A Prometheus client` {
  private func client(_ server: ScriptedServer, url: String = "http://p:9090/") throws -> PrometheusClient {
    var configuration = PrometheusClient.Configuration(url: url)
    configuration.authorization = { "Bearer s3cret" }
    return try PrometheusClient(configuration, http: server)
  }

  private func answer(_ body: String, status: Int = 200) async throws -> PrometheusAnswer {
    try await client(ScriptedServer { _ in (status, body) }).query("up")
  }

  @Test func `asks with a form, so that an expression may be long`() async throws {
    let server = ScriptedServer { _ in (200, #"{"status":"success","data":{"resultType":"vector","result":[]}}"#) }
    _ = try await client(server).query(#"a{b="c&d"} > 1"#, at: 1_700_000_000.25)
    let request = try #require(server.asked.first)
    #expect(request.url == "http://p:9090/api/v1/query" && request.method == .post)
    #expect(request.headers["Authorization"] == "Bearer s3cret" && request.deadline == .seconds(30))
    #expect(server.forms == ["query=a%7Bb%3D%22c%26d%22%7D%20%3E%201&time=1700000000.25"])
  }

  @Test func `reads vectors, with the numbers that JSON does not have`() async throws {
    let answer = try await answer(
      #"""
      {"status":"success","data":{"resultType":"vector","result":[
        {"metric":{"__name__":"up","job":"a"},"value":[1700000000.5,"1"]},
        {"metric":{"job":"b"},"value":[1700000000.5,"+Inf"]}, {"metric":{"job":"c"},"value":[1700000000.5,"NaN"]}]}}
      """#)
    #expect(answer.series.map { $0.labels["job"] } == ["a", "b", "c"])
    #expect(answer.series[0].samples == [.init(time: 1_700_000_000.5, value: 1)])
    #expect(answer.series[1].samples[0].value == .infinity && answer.series[2].samples[0].value.isNaN)
    #expect(answer.isComplete)
  }

  @Test func `reads scalars, and matrices`() async throws {
    let scalar = try await answer(#"{"status":"success","data":{"resultType":"scalar","result":[1700000000,"2.5"]}}"#)
    #expect(scalar.series == [PrometheusSeries(labels: [:], samples: [.init(time: 1_700_000_000, value: 2.5)])])
    let matrix = try await answer(
      #"{"status":"success","data":{"result":[{"values":[[1,"1"],[2,"-3e2"]],"metric":{"a":"b"}}],"resultType":"matrix"}}"#
    )
    #expect(matrix.series[0].samples.map(\.value) == [1, -300])
  }

  @Test func `says when a part may be missing`() async throws {
    let answer = try await answer(#"{"status":"success","data":{"result":[]},"warnings":["store x did not answer"]}"#)
    #expect(!answer.isComplete && answer.warnings == ["store x did not answer"])
  }

  @Test(arguments: [
    (
      400, #"{"status":"error","errorType":"bad_data","error":"parse error at char 3"}"#, false, "parse error at char 3"
    ),
    (503, #"{"status":"error","errorType":"timeout","error":"query timed out"}"#, true, "query timed out"),
    (422, #"{"status":"error","errorType":"execution","error":"many-to-many"}"#, false, "many-to-many"),
    (200, "<html>login</html>", false, "check the URL and the credentials"),
    (502, "Bad Gateway", true, "HTTP 502"),
    (200, #"{"status":"success","data":{"result":[{"metric":{},"value":[1]}]}}"#, false, "a time and a value"),
    (200, #"{"status":"success","data":{"result":[{"metric":{},"value":[1,"x"]}]}}"#, false, "x is no sample value"),
    (200, #"{"status":"success","data":{"result":[{"metric":{},"value":[1,"1",2]}]}}"#, false, "nothing else"),
    (200, #"{"kind":"Status"}"#, false, "names no errorType"), (200, "", false, "HTTP 200"),
  ])
  func `says what is wrong with an answer, and whether to ask again`(
    status: Int, body: String, isRetryable: Bool, says: String
  ) async throws {
    let error = await #expect(throws: PrometheusError.self) { try await answer(body, status: status) }
    #expect(error?.isRetryable == isRetryable)
    #expect(error.map { "\($0)" }?.contains(says) == true, "\(error.map { "\($0)" } ?? "")")
    #expect(error.map { "\($0)" }?.contains("s3cret") == false)
  }

  @Test(arguments: [
    "", "p:9090", "ftp://p", "http://", "http:///x", "http://p?x=1", "http://p#f", "http://ü", "http://p q",
  ])
  func `refuses a URL that leads nowhere`(url: String) {
    #expect(throws: PrometheusError.self) { try client(ScriptedServer { _ in (200, "") }, url: url) }
  }

  @Test func `refuses credentials in a URL without repeating them`() {
    let error = #expect(throws: PrometheusError.self) {
      try client(ScriptedServer { _ in (200, "") }, url: "http://user:s3cret@p")
    }
    #expect(error.map { "\($0)" }?.contains("s3cret") == false)
  }

  @Test func `asks for more points than a server gives at once in pieces, and joins them`() async throws {
    let server = ScriptedServer { number in
      (200, #"{"status":"success","data":{"result":[{"metric":{"a":"b"},"values":[[\#(number),"\#(number)"]]}]}}"#)
    }
    let answer = try await client(server).queryRange("up", QueryRange(start: 0, end: 30 * 25_000, step: 30))
    #expect(
      server.forms == [
        "query=up&start=0&end=329970&step=30", "query=up&start=330000&end=659970&step=30",
        "query=up&start=660000&end=750000&step=30",
      ])
    #expect(
      answer.series == [PrometheusSeries(labels: ["a": "b"], samples: [0.0, 1, 2].map { .init(time: $0, value: $0) })])
  }
}

struct `A query range` {
  @Test(arguments: [(0.0, 60.0, 30.0, 3), (0, 59, 30, 2), (0, 0, 30, 1), (1, 0, 30, 0), (0, 0.3, 0.1, 4)])
  func `counts its moments`(start: Double, end: Double, step: Double, count: Int) {
    #expect(QueryRange(start: start, end: end, step: step).count == count)
  }

  @Test func `of a length has steps of whole scrapes and ends on one`() {
    let range = QueryRange(last: 86_400, until: 1_700_000_007, points: 1000)
    #expect(range.step == 90)
    #expect(range.end == 1_699_999_920 && range.count == 961)
    #expect(QueryRange(last: 86_400, until: 1_700_000_070, points: 1000).end == range.end + 90)
  }
}
