@testable import ControllerRuntime
@testable import HTTPTransport

enum ResponseHeadProperties {
  /// Lines as libcurl hands them over, one at a time.
  static func check(_ bytes: [UInt8]) {
    var parser = ResponseHeadParser()
    var rest = bytes[...]
    var heads = 0
    while !rest.isEmpty {
      let line = rest.prefix(through: rest.firstIndex(of: 0x0A) ?? rest.endIndex - 1)
      rest = rest.dropFirst(line.count)
      do {
        guard let head = try line.withUnsafeBytes({ try parser.feed($0) })
        else { continue }
        heads += 1
        expect((200...999).contains(head.status), "the final status is \(head.status)")
      } catch {
        return
      }
    }
    expect(heads <= 1, "one answer has \(heads) heads")
  }
}

enum HTTPRequestProperties {
  /// The first byte says how the rest is cut. The requests found must not depend on it, and nothing comes after a refusal.
  static func check(_ bytes: [UInt8]) {
    guard bytes.count > 1 else { return }
    let whole = parse([Array(bytes[1...])])
    let cut = parse(pieces(of: bytes[1...], seed: bytes[0]))
    expect(whole == cut, "cut with seed \(bytes[0]): \(cut), whole: \(whole)")
    for event in whole.dropLast() {
      if case .refusal = event { fatalError("\(whole) goes on after a refusal") }
    }
  }

  private static func parse(_ chunks: [[UInt8]]) -> [RequestParser.Event] {
    var parser = RequestParser(sizeLimit: 512)
    var events: [RequestParser.Event] = []
    for chunk in chunks {
      parser.feed(chunk)
      while let event = parser.next() { events.append(event) }
    }
    return events
  }
}
