import Locking
import Testing

@testable import HTTPTransport

@Suite(.timeLimit(.minutes(10))) struct `Exchange, between caller and transfer` {
  /// Notes what the transfer thread is told, and whether the exchange had ended by then.
  private final class Control: Exchange.Control {
    let notes = Lock<[String]>([])

    func resume(_ exchange: Exchange) { notes.withLock { $0.append("resume") } }
    func stop(_ exchange: Exchange) { notes.withLock { $0.append(exchange.hasEnded ? "stop" : "stop too early") } }
  }

  private let control = Control()

  private func exchange(limit: Int = 4) -> Exchange { Exchange(bufferLimit: limit, control: control) }

  private func offer(_ bytes: [UInt8], to exchange: Exchange) -> Bool { bytes.withUnsafeBytes { exchange.receive($0) } }

  @Test func `a transfer that begins after the end can see it`() async throws {
    let exchange = exchange()
    let error = try await transportError {
      // Between the moment the caller waits and the moment the transfer begins.
      try await exchange.head { exchange.stop(.cancelled) }
    }
    #expect(error == .cancelled)
    #expect(exchange.hasEnded)
    #expect(control.notes.withLock(\.self) == ["stop"])
  }

  @Test func `the transfer is told once, whoever stops it and how often`() async throws {
    let exchange = exchange()
    exchange.stop(.cancelled)
    exchange.stop(.cancelled)
    exchange.finish(.failure(.shutDown))
    #expect(control.notes.withLock(\.self) == ["stop"])
    #expect(try await transportError { try await exchange.next() } == .cancelled)
  }

  @Test func `nothing is stopped after the transfer's own end`() async throws {
    let exchange = exchange()
    #expect(offer([1, 2], to: exchange))
    exchange.finish(.success(()))
    exchange.stop(.cancelled)
    #expect(control.notes.withLock(\.self) == [])
    #expect(try await exchange.next() == [1, 2])
    #expect(try await exchange.next() == nil)
  }

  @Test func `a sender that was held is told to go on when the reader has taken what there was`() async throws {
    let exchange = exchange(limit: 4)
    #expect(offer([1, 2, 3], to: exchange))
    #expect(offer([4, 5, 6], to: exchange))
    #expect(!offer([7], to: exchange))
    #expect(control.notes.withLock(\.self) == [])
    #expect(try await exchange.next() == [1, 2, 3, 4, 5, 6])
    #expect(control.notes.withLock(\.self) == ["resume"])
  }

  @Test func `an empty piece is not the end`() async throws {
    let exchange = exchange()
    let reader = Task { try await exchange.next() }
    await Task.yield()
    #expect(offer([], to: exchange))
    #expect(offer([1], to: exchange))
    #expect(try await reader.value == [1])
  }
}
