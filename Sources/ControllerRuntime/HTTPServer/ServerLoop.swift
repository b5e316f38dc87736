import Glibc

/// The server's thread: waits for sockets, and carries out what the state of each connection says.
final class ServerLoop {
  typealias Instant = ContinuousClock.Instant

  private struct Connection {
    let socket: Int32
    var state: ServerConnectionState
    var next = ServerConnectionState.Action.read
    var handler: Task<Void, Never>?
  }

  private var listener: ListeningSocket?
  private let mailbox: ServerMailbox
  private let router: Router
  private let limits: HTTPServer.Limits
  private var connections: [UInt64: Connection] = [:]
  private var lastIdentifier: UInt64 = 0
  private var admission: ServerAdmission
  private var stopsBy: Instant?
  private var buffer = [UInt8](repeating: 0, count: 16_384)

  init(listener: ListeningSocket, mailbox: ServerMailbox, router: Router, limits: HTTPServer.Limits) {
    (self.listener, self.mailbox, self.router, self.limits) = (listener, mailbox, router, limits)
    admission = ServerAdmission(limit: limits.connections)
  }

  /// Works until told to stop, and then until answers under way are sent or the grace is over.
  func run() {
    while !isDone(at: .now) {
      // What is waited for and until when come from one look at the clock: between two, a place could become free that
      // the one still sees as taken, and the other no longer as coming.
      let now = Instant.now
      let entrance = entrance(at: now)
      var (descriptors, owners) = interests(entrance)
      let count = poll(&descriptors, nfds_t(descriptors.count), timeout(entrance, at: now))
      for message in mailbox.takeAll() { handle(message) }
      if count > 0 {
        // Those that are here come before those that want in: a request that has arrived is no reason to make place.
        for (descriptor, owner) in zip(descriptors, owners) where descriptor.revents != 0 {
          if let owner { proceed(owner) }
        }
        for descriptor in descriptors where descriptor.revents != 0 && descriptor.fd == listener?.descriptor {
          acceptAll(at: .now)
        }
      }
      expire(at: .now)
    }
    Array(connections.keys).forEach(close)
    mailbox.end()
  }

  private func isDone(at now: Instant) -> Bool {
    stopsBy.map { connections.isEmpty || $0 <= now } ?? false
  }

  private func handle(_ message: ServerMailbox.Message) {
    switch message {
    case .answered(let identifier, let response):
      guard let connection = connections[identifier], connection.handler != nil else { return }
      connections[identifier]?.handler = nil
      perform(connections[identifier]?.state.answered(response, at: .now), on: identifier)
    case .stop:
      guard stopsBy == nil else { return }
      listener?.stop()
      listener = nil
      stopsBy = .now + limits.stopGrace
      for identifier in Array(connections.keys) { perform(connections[identifier]?.state.stopping(), on: identifier) }
    }
  }
}

// MARK: - What to wait for

extension ServerLoop {
  private func entrance(at now: Instant) -> ServerAdmission.Entrance {
    guard listener != nil else { return .shut(until: nil) }
    return admission.entrance(
      connections: connections.count, waitingLongestSince: connections.values.compactMap(\.state.waitingSince).min(),
      at: now)
  }

  private func interests(_ entrance: ServerAdmission.Entrance) -> (descriptors: [pollfd], owners: [UInt64?]) {
    var descriptors = [pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)]
    var owners: [UInt64?] = [nil]
    if let listener, entrance == .open {
      descriptors.append(pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0))
      owners.append(nil)
    }
    for (identifier, connection) in connections {
      let events: Int32
      switch connection.next {
      case .read, .drain: events = Int32(POLLIN)
      case .write: events = Int32(POLLOUT)
      // Errors alone would be reported over and over; the answer will meet them.
      case .handle, .waitForHandler, .close: continue
      }
      descriptors.append(pollfd(fd: connection.socket, events: Int16(events), revents: 0))
      owners.append(identifier)
    }
    return (descriptors, owners)
  }

  private func timeout(_ entrance: ServerAdmission.Entrance, at now: Instant) -> Int32 {
    var due = (connections.values.map(\.state.deadline) + [stopsBy].compactMap(\.self)).min()
    if case .shut(let until?) = entrance { due = min(due ?? until, until) }
    guard let due else { return -1 }
    let (seconds, attoseconds) = now.duration(to: due).components
    return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
  }

  private func expire(at now: Instant) {
    for identifier in Array(connections.keys) {
      guard let connection = connections[identifier], connection.state.deadline <= now else { continue }
      connections[identifier]?.handler?.cancel()
      connections[identifier]?.handler = nil
      perform(connections[identifier]?.state.timedOut(at: now), on: identifier)
    }
  }
}

// MARK: - Connections

extension ServerLoop {
  private func acceptAll(at now: Instant) {
    while let listener, entrance(at: now) == .open {
      let socket = accept(listener.descriptor, nil, nil)
      guard socket >= 0 else {
        // Anything but an empty queue or a client that went away again is a lack that passes.
        if ![EAGAIN, EINTR, ECONNABORTED].contains(errno) { admission.pause(at: now) }
        return
      }
      makePrivateAndNonBlocking(socket)
      var yes: Int32 = 1
      setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
      makePlace()
      lastIdentifier += 1
      connections[lastIdentifier] = Connection(socket: socket, state: ServerConnectionState(limits: limits, at: now))
    }
  }

  private func makePlace() {
    guard connections.count >= limits.connections else { return }
    let waiting = connections.compactMap { identifier, connection in
      connection.state.waitingSince.map { (identifier, since: $0) }
    }
    if let longest = waiting.min(by: { $0.since < $1.since }) { close(longest.0) }
  }

  /// The socket is ready for what the connection wants.
  private func proceed(_ identifier: UInt64) {
    guard let connection = connections[identifier] else { return }
    switch connection.next {
    case .read, .drain: perform(read(identifier, connection.socket), on: identifier)
    case .write: perform(write(identifier, connection.socket), on: identifier)
    case .handle, .waitForHandler, .close: break
    }
  }

  private func perform(_ action: ServerConnectionState.Action?, on identifier: UInt64) {
    var pending = action
    while let action = pending {
      let before = connections[identifier]?.next
      connections[identifier]?.next = action
      pending = begin(action, isNew: action != before, on: identifier)
    }
  }

  /// Returns what is to be done at once after that.
  private func begin(
    _ action: ServerConnectionState.Action, isNew: Bool, on identifier: UInt64
  ) -> ServerConnectionState.Action? {
    guard let socket = connections[identifier]?.socket else { return nil }
    switch action {
    case .handle(let request): return handle(request, on: identifier)
    // Most answers fit into the socket's buffer; waiting to be told so would cost a turn of the loop.
    case .write: return isNew ? write(identifier, socket) : nil
    case .drain: if isNew { shutdown(socket, Int32(SHUT_WR)) }
    case .close: close(identifier)
    case .read, .waitForHandler: break
    }
    return nil
  }

  private func read(_ identifier: UInt64, _ socket: Int32) -> ServerConnectionState.Action? {
    let count = recv(socket, &buffer, buffer.count, 0)
    switch count {
    case 1...: return connections[identifier]?.state.received(buffer[..<count], at: .now)
    case 0: return connections[identifier]?.state.inputEnded()
    default: return errno == EAGAIN || errno == EINTR ? nil : .close
    }
  }

  private func write(_ identifier: UInt64, _ socket: Int32) -> ServerConnectionState.Action? {
    let count = connections[identifier]?.state.output.withUnsafeBytes {
      send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard let count else { return nil }
    if count >= 0 { return connections[identifier]?.state.wrote(count, at: .now) }
    return errno == EAGAIN || errno == EINTR ? nil : .close
  }

  private func handle(_ request: HTTPServer.Request, on identifier: UInt64) -> ServerConnectionState.Action? {
    switch router.decide(request) {
    case .answer(let response): return connections[identifier]?.state.answered(response, at: .now)
    case .handle(let handler):
      let mailbox = mailbox
      connections[identifier]?.handler = Task {
        mailbox.post(.answered(connection: identifier, await handler(request)))
      }
      return nil
    }
  }

  private func close(_ identifier: UInt64) {
    guard let connection = connections.removeValue(forKey: identifier) else { return }
    connection.handler?.cancel()
    Glibc.close(connection.socket)
  }
}
