import Locking

@testable import ControllerRuntime

/// A list that tasks add to and that a test waits for.
final class Recorded<Element: Sendable>: Sendable {
  private let elements = Lock<[Element]>([])
  private let pulse = Pulse()

  var all: [Element] { elements.withLock { $0 } }

  func add(_ element: Element) {
    elements.withLock { $0.append(element) }
    pulse.beat()
  }

  /// Returns the elements once there are so many, or the test is cancelled for taking too long.
  func first(_ count: Int) async -> [Element] {
    while true {
      let beats = pulse.beats
      let seen = all
      if seen.count >= count || Task.isCancelled { return seen }
      await pulse.wait(beyond: beats)
    }
  }
}

extension Logger {
  /// Writes into a list.
  static func recording(_ lines: Recorded<String>, level: Level = .debug, format: Format = .text) -> Logger {
    Logger(level: level, format: format, sink: LogSink { lines.add($0) }, timestamp: { Timestamp(microseconds: 0) })
  }

  static var silent: Logger { Logger(level: .error, sink: LogSink { _ in }) }
}
