import HTTPTransport
import Locking

/// Answers requests from a script, one after another, and remembers what it was asked.
final class ScriptedServer: HTTPClient {
  enum Answer: Sendable {
    case status(Int, headers: HTTPHeaders = [:], body: String = "{}")
    case failure(HTTPTransportError)
  }

  private struct State {
    var answers: [Answer]
    var requests: [HTTPRequest] = []
  }
  private let state: Lock<State>

  init(_ answers: [Answer]) { state = Lock(State(answers: answers)) }

  convenience init(_ answers: Answer...) { self.init(answers) }

  var requests: [HTTPRequest] { state.withLock { $0.requests } }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let answer = state.withLock { state -> Answer? in
      state.requests.append(request)
      return state.answers.isEmpty ? nil : state.answers.removeFirst()
    }
    switch answer {
    case .status(let status, let headers, let body):
      return HTTPResponse(status: status, headers: headers, body: HTTPBody([UInt8](body.utf8)))
    case .failure(let error): throw error
    case nil: throw HTTPTransportError.invalidRequest(detail: "the script has no answer left")
    }
  }
}
