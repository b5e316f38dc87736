import Testing

@testable import HTTPTransport

struct `Body buffer` {
  private func offer(_ count: Int, to buffer: inout BodyBuffer) -> Bool {
    [UInt8](repeating: 7, count: count).withUnsafeBytes { buffer.offer($0) }
  }

  @Test func `takes an offer while there is any room, then holds the sender until it is drained`() {
    var buffer = BodyBuffer(limit: 10)
    #expect(offer(9, to: &buffer))
    #expect(offer(9, to: &buffer))
    #expect(!offer(1, to: &buffer))
    #expect(buffer.isHoldingSender)
    let taken = buffer.take()
    #expect(taken?.bytes.count == 18)
    #expect(taken?.releasesSender == true)
    #expect(!buffer.isHoldingSender)
    #expect(offer(1, to: &buffer))
  }

  @Test func `a sender that was not held is not released`() {
    var buffer = BodyBuffer(limit: 10)
    #expect(buffer.take() == nil)
    #expect(offer(1, to: &buffer))
    #expect(buffer.take()?.releasesSender == false)
  }
}
