@preconcurrency import Dispatch
import Glibc

/// The signals by which a process is told to stop.
public enum TerminationSignals {
  /// Calls `onSignal` for each SIGTERM and SIGINT, which then no longer end the process by themselves, for as long as the
  /// result is kept.
  public static func listen(_ onSignal: @escaping @Sendable (String) -> Void) -> any Sendable {
    let queue = DispatchQueue(label: "termination-signals")
    let sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { number, name in
      // The default action would end the process before the source sees the signal.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { onSignal(name) }
      source.resume()
      return SignalSource(source: source, number: number)
    }
    return sources
  }
}

/// Restores the default action of its signal when it is let go.
private final class SignalSource: Sendable {
  private let source: any DispatchSourceSignal
  private let number: Int32

  init(source: any DispatchSourceSignal, number: Int32) {
    self.source = source
    self.number = number
  }

  deinit {
    source.cancel()
    signal(number, SIG_DFL)
  }
}
