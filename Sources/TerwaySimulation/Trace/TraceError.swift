/// A trace that cannot be used.
public enum TraceError: Error, Hashable, Sendable {
  /// Something wrong in a line, counted from 1.
  case malformed(file: String, line: Int, reason: String)
  case unreadable(file: String, reason: String)
}

extension TraceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let file, let line, let reason): "\(file):\(line): \(reason)"
    case .unreadable(let file, let reason): "cannot read \(file): \(reason)"
    }
  }
}
