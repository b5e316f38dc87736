import CCurl

/// The thread that transfers: one multi handle, and everything that only it may touch.
final class CurlLoop {
  typealias Instant = ContinuousClock.Instant

  private let multi: ccurl_multi
  private let mailbox: Mailbox
  private var transfers: [ObjectIdentifier: CurlTransfer] = [:]
  private var byHandle: [ccurl_easy: CurlTransfer] = [:]
  private var pools = ConnectionPools()
  private var waitingForEnd: [CheckedContinuation<Void, Never>] = []

  init(multi: ccurl_multi, mailbox: Mailbox) {
    self.multi = multi
    self.mailbox = mailbox
  }

  /// Works until told to shut down. Takes over the multi handle, and frees it at the end.
  func run() {
    var isRunning = true
    while isRunning {
      for command in mailbox.takeAll() {
        if case .shutDown(let continuation) = command {
          isRunning = false; if let continuation { waitingForEnd.append(continuation) }
        }
        carryOut(command)
      }
      guard isRunning else { break }
      // Before anything is sent: the process may have stood still, and what was allowed before it is not any more.
      _ = endOverdue(at: .now)
      var active: Int32 = 0
      curl_multi_perform(multi, &active)
      finishCompleted()
      let now = Instant.now
      let next = [endOverdue(at: now), pools.closeIdle(at: now)].compactMap(\.self).min()
      curl_multi_poll(multi, nil, 0, Self.timeout(until: next), nil)
    }
    end()
  }

  private func carryOut(_ command: Mailbox.Command) {
    switch command {
    case .start(let plan, let exchange): start(plan, exchange)
    case .resume(let exchange): transfers[ObjectIdentifier(exchange)]?.resume()
    case .stop(let exchange):
      if let transfer = transfers[ObjectIdentifier(exchange)] { remove(transfer) }
    case .shutDown: break
    }
  }

  private func start(_ plan: TransferPlan, _ exchange: Exchange) {
    guard !exchange.hasEnded else { return }
    let now = Instant.now
    guard let pool = pools.pool(for: plan, at: now), let transfer = CurlTransfer(plan, exchange, pool: pool, now: now)
    else {
      return exchange.finish(.failure(.invalidRequest(detail: "libcurl has no memory for it")))
    }
    do throws(HTTPTransportError) {
      try transfer.configure()
    } catch {
      return exchange.finish(.failure(error))
    }
    transfers[ObjectIdentifier(exchange)] = transfer
    if pool.admit(transfer) { add(transfer) }
  }

  private func isRunning(_ transfer: CurlTransfer) -> Bool { byHandle[transfer.easy] != nil }

  private func add(_ transfer: CurlTransfer) {
    transfer.timer.admitted(at: .now)
    byHandle[transfer.easy] = transfer
    let code = curl_multi_add_handle(multi, transfer.easy)
    guard code != CURLM_OK else { return }
    remove(transfer)
    let detail = "libcurl did not take it: \(String(cString: curl_multi_strerror(code)))"
    transfer.exchange.finish(.failure(.invalidRequest(detail: detail)))
  }

  private func remove(_ transfer: CurlTransfer) {
    transfers[ObjectIdentifier(transfer.exchange)] = nil
    if byHandle.removeValue(forKey: transfer.easy) != nil { curl_multi_remove_handle(multi, transfer.easy) }
    if let next = transfer.pool.remove(transfer) { add(next) }
  }

  private func finishCompleted() {
    var remaining: Int32 = 0
    while let message = curl_multi_info_read(multi, &remaining) {
      guard message.pointee.msg == CURLMSG_DONE, let transfer = byHandle[message.pointee.easy_handle] else { continue }
      // The message dies with the handle's removal.
      let outcome = transfer.outcome(of: ccurl_message_result(message))
      remove(transfer)
      transfer.exchange.finish(outcome)
    }
  }

  /// Ends what has run out of time. Returns when the next limit is due.
  private func endOverdue(at now: Instant) -> Instant? {
    var next: Instant?
    for transfer in Array(transfers.values) {
      guard let due = transfer.timer.next else { continue }
      if due.at > now {
        next = min(next ?? due.at, due.at)
        continue
      }
      remove(transfer)
      // What never got to a connection says nothing about it.
      if transfer.mayHaveBeenSent { pools.timedOut(transfer.pool, since: transfer.timer.startedAt) }
      transfer.exchange.finish(
        .failure(.timedOut(due.limit, transfer.plan.peer, mayHaveBeenSent: transfer.mayHaveBeenSent)))
    }
    return next
  }

  private func end() {
    let unseen = mailbox.close()
    // Those that wait for their turn come first, or they would start as others make room.
    let (waiting, running) = (transfers.values.filter { !isRunning($0) }, transfers.values.filter(isRunning))
    for transfer in waiting + running {
      remove(transfer)
      transfer.exchange.finish(.failure(.shutDown))
    }
    for command in unseen {
      switch command {
      case .start(_, let exchange): exchange.finish(.failure(.shutDown))
      case .shutDown(let continuation?): waitingForEnd.append(continuation)
      case .resume, .stop, .shutDown(nil): break
      }
    }
    pools.removeAll()
    curl_multi_cleanup(multi)
    waitingForEnd.forEach { $0.resume() }
  }

  /// Milliseconds for `curl_multi_poll`, rounded up so that it does not return just before the time.
  private static func timeout(until next: Instant?) -> Int32 {
    guard let next else { return 3_600_000 }
    return Int32(clamping: max(0, Instant.now.duration(to: next).milliseconds + 1))
  }
}
