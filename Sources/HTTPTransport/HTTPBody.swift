/// The body of an answer, in the pieces in which it arrives. To be read once.
///
/// Reading slowly slows the server down; what waits here is bounded. When neither the body nor an iterator of it is held
/// any more, the rest of the transfer is stopped.
public struct HTTPBody: AsyncSequence, Sendable {
  public typealias Element = [UInt8]

  private let source: any HTTPBodySource

  init(source: any HTTPBodySource) {
    self.source = source
  }

  /// A body that is complete already.
  public init(_ bytes: [UInt8] = []) {
    source = CompleteBody(bytes)
  }

  /// A body made of what the closure returns until it returns `nil` or throws; for stand-ins of a server.
  public init(unfolding next: @escaping @Sendable () async throws -> [UInt8]?) {
    source = UnfoldingBody(next)
  }

  /// A body fed through a stream; for stand-ins of a server.
  public init(_ stream: AsyncThrowingStream<[UInt8], any Error>) {
    self.init(unfolding: {
      var iterator = stream.makeAsyncIterator()
      return try await iterator.next()
    })
  }

  /// Reads on to the end.
  ///
  /// - Throws: `HTTPTransportError.tooLarge` when more than `limit` bytes come, and what the transfer throws.
  public func collect(upTo limit: Int) async throws -> [UInt8] {
    var collected: [UInt8] = []
    for try await chunk in self {
      guard chunk.count <= limit - collected.count else { throw HTTPTransportError.tooLarge(limit: limit) }
      if collected.isEmpty { collected = chunk } else { collected.append(contentsOf: chunk) }
    }
    return collected
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }

  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let source: any HTTPBodySource

    /// The next bytes, at least one; `nil` after the last.
    ///
    /// - Throws: `HTTPTransportError` when the transfer failed, and `.cancelled` when the task was cancelled.
    public mutating func next() async throws -> [UInt8]? { try await source.next() }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
      try await source.next()
    }
  }
}

/// Where the pieces come from. Its `deinit` is the reader's loss of interest.
protocol HTTPBodySource: AnyObject, Sendable {
  func next() async throws -> [UInt8]?
}
