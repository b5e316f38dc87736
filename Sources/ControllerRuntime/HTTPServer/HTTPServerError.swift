/// Why a server does not listen.
public enum HTTPServerError: Error, Equatable, Sendable {
  case invalidAddress(String, reason: String)
  case addressInUse(ListenAddress)
  case cannotListen(ListenAddress, reason: String)

  /// Whether trying again may help without anyone changing the configuration.
  public var isRetryable: Bool {
    if case .addressInUse = self { true } else { false }
  }
}

extension HTTPServerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidAddress(let text, let reason):
      "\"\(text)\" is not an address to listen on: \(reason); expected :8080, 127.0.0.1:8080, [::1]:8080, or 0 for none"
    case .addressInUse(let address):
      "cannot listen on \(address): another process has the port; stop it, or choose another port"
    case .cannotListen(let address, let reason):
      "cannot listen on \(address): \(reason)"
    }
  }
}
