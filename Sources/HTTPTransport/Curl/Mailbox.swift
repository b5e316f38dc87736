import CCurl
import Locking

/// What other threads ask of the transfer thread.
final class Mailbox: Sendable {
  enum Command: Sendable {
    case start(TransferPlan, Exchange)
    case resume(Exchange)
    case stop(Exchange)
    case shutDown(whenDone: CheckedContinuation<Void, Never>?)
  }

  /// libcurl allows `curl_multi_wakeup` on a multi handle from any thread while the handle lives; it lives until the
  /// mailbox is closed, and wake-ups happen under the mailbox's lock.
  private struct Wakeable: @unchecked Sendable {
    let multi: ccurl_multi
  }

  private struct State {
    var commands: [Command] = []
    var thread: Wakeable?
  }

  private let state: Lock<State>

  init(waking multi: ccurl_multi) {
    let thread = Wakeable(multi: multi)
    state = Lock(State(thread: thread))
  }

  /// Whether the command will be seen; `false` after the thread has ended.
  @discardableResult
  func post(_ command: Command) -> Bool {
    state.withLock { state in
      guard let thread = state.thread else { return false }
      if state.commands.isEmpty { curl_multi_wakeup(thread.multi) }
      state.commands.append(command)
      return true
    }
  }

  func takeAll() -> [Command] {
    state.withLock { state in
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// Nothing is accepted any more. Returns what was still waiting.
  func close() -> [Command] {
    state.withLock { state in
      defer { state = State() }
      return state.commands
    }
  }
}

extension Mailbox: Exchange.Control {
  func resume(_ exchange: Exchange) { post(.resume(exchange)) }
  func stop(_ exchange: Exchange) { post(.stop(exchange)) }
}
