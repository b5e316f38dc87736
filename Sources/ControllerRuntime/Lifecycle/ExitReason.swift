/// Why a process ended.
public enum ExitReason: Hashable, Sendable {
  /// It was told to, and everything was stopped in order.
  case stopped(by: String)
  /// A part failed or ended by itself, and everything else was stopped in order.
  case failed(part: String, error: String)
  /// It was told to stop a second time and did not wait.
  case forced(by: String)
  /// Parts did not stop in time.
  case graceExceeded(parts: [String])

  /// 0 when it ended as it was told to, else 1.
  public var exitCode: Int32 {
    if case .stopped = self { 0 } else { 1 }
  }
}

extension ExitReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .stopped(let signal): "stopped by \(signal)"
    case .failed(let part, let error): "\(part) failed: \(error)"
    case .forced(let signal): "stopped at once by a second \(signal)"
    case .graceExceeded(let parts): "did not stop in time: \(parts.joined(separator: ", "))"
    }
  }
}
