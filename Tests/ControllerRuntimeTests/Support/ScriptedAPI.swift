import HTTPTransport
import KubernetesClient
import Locking
import Serialization

/// An API server that gives prepared answers, in order, and notes what it was asked.
final class ScriptedAPI: HTTPClient {
  private let answers: Lock<[(status: Int, body: JSONValue)]>
  /// `METHOD path`, and the body.
  let requests = Recorded<(line: String, body: JSONValue)>()

  init(_ answers: [(status: Int, body: JSONValue)]) { self.answers = Lock(answers) }

  var client: KubernetesClient {
    KubernetesClient(
      configuration: ClusterConfiguration(server: "https://server", endpoint: HTTPEndpoint(), origin: "test"),
      http: self, userAgent: "test")
  }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let body: JSONValue = request.body.isEmpty ? .null : try JSONValue(jsonBytes: request.body)
    requests.add(("\(request.method.rawValue) \(request.url.dropFirst("https://server".count))", body))
    guard let answer = answers.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
      throw HTTPTransportError.shutDown
    }
    return HTTPResponse(status: answer.status, body: HTTPBody(answer.body.jsonBytes()))
  }

  /// A refusal as the API server writes it.
  static func refusal(_ code: Int, _ reason: String) -> (status: Int, body: JSONValue) {
    (code, ["kind": "Status", "code": .integer(Int64(code)), "reason": .string(reason), "message": "no"])
  }
}
