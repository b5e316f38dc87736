import Locking

/// Says on a terminal what is being waited for, in one line that goes away. Silent elsewhere.
final class Progress: Sendable {
  private let output: Output
  private let pending = Lock<[String]>([])

  init(_ output: Output) { self.output = output }

  func begin(_ what: String) {
    show(
      pending.withLock { names -> [String] in
        names.append(what)
        return names
      })
  }

  func end(_ what: String) {
    show(
      pending.withLock { names -> [String] in
        if let index = names.firstIndex(of: what) { names.remove(at: index) }
        return names
      })
  }

  /// Says what is being waited for until it is there.
  func reading<Value>(_ what: String, _ body: () async throws -> Value) async rethrows -> Value {
    begin(what)
    defer { end(what) }
    return try await body()
  }

  /// Takes the line away.
  func clear() { write("\r\u{1B}[K") }

  private func show(_ names: [String]) {
    guard let first = names.first else { return clear() }
    write("\r\u{1B}[Kreading \(first)\(names.count > 1 ? " and \(names.count - 1) more" : "")")
  }

  private func write(_ text: String) {
    guard output.standardError.isStyled else { return }
    // A terminal that is gone has nobody to tell.
    do { try output.standardError.write(text) } catch {}
  }
}
