/// Which handler answers. Pure.
struct Router: Sendable {
  enum Decision {
    case handle(HTTPServer.Handler)
    case answer(HTTPServer.Response)
  }

  private let routes: [String: HTTPServer.Handler]

  init(routes: [String: HTTPServer.Handler]) {
    self.routes = routes
  }

  func decide(_ request: HTTPServer.Request) -> Decision {
    guard let handler = routes[request.path] ?? alternative(to: request.path) else { return .answer(.plain(404)) }
    guard request.method == "GET" || request.method == "HEAD" else {
      var response = HTTPServer.Response.plain(405)
      response.headers["Allow"] = "GET, HEAD"
      return .answer(response)
    }
    return .handle(handler)
  }

  private func alternative(to path: String) -> HTTPServer.Handler? {
    path.hasSuffix("/") ? routes[String(path.dropLast())] : routes[path + "/"]
  }
}
