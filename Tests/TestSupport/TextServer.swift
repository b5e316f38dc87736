import Foundation

/// Answers GET requests on loopback with texts, each by its path: enough of HTTP for a Prometheus that scrapes.
public final class TextServer: Sendable {
  public let port: Int
  private let listener: Int32

  /// - Parameter answer: the text for a path; `nil` is 404.
  public init(_ answer: @escaping @Sendable (String) -> String?) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    port = try LoopbackPort.bound(listener)
    guard listen(listener, 128) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    Thread.detachNewThread {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { break }
        Thread.detachNewThread {
          Self.serve(connection, answer)
          close(connection)
        }
      }
      close(listener)
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// One request for each connection.
  private static func serve(_ connection: Int32, _ answer: (String) -> String?) {
    var request: [UInt8] = []
    while !request.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      request += buffer.prefix(count)
    }
    let words = String(decoding: request, as: UTF8.self).split(separator: " ", maxSplits: 2)
    let text = words.count > 1 ? answer(String(words[1])) : nil
    let head = """
      HTTP/1.1 \(text == nil ? "404 Not Found" : "200 OK")\r
      Content-Type: text/plain; version=0.0.4\r
      Connection: close\r
      Content-Length: \(text?.utf8.count ?? 0)\r
      \r

      """
    var rest = Array((head + (text ?? "")).utf8)[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }
}
