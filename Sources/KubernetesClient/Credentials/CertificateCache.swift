import FoundationEssentials
import HTTPTransport

/// Keeps authorities, client certificate and key in step with the files that they come from.
///
/// Files are looked at once a minute, and at once after the server or TLS refused what they held. They are taken over
/// together and only when all can be read and are whole: whoever replaces them may be in the middle of it.
///
/// A connection belongs to the material that it was made with, so what is new gets new connections.
actor CertificateCache {
  typealias Instant = ContinuousClock.Instant

  struct Identity: Sendable {
    var tls: TLSConfiguration
    /// Counts how often the material changed; tells which one a refusal was about.
    var generation: Int
  }

  /// How long it takes at most for a change to be noticed.
  static let lifetime: Duration = .seconds(60)

  private let files: CertificateFiles
  private let now: @Sendable () -> Instant
  private var identity: Identity
  private var readAt: Instant

  init(
    _ tls: TLSConfiguration, files: CertificateFiles, now: @escaping @Sendable () -> Instant = { ContinuousClock.now }
  ) {
    (self.files, self.now, readAt) = (files, now, now())
    identity = Identity(tls: tls, generation: 0)
  }

  func current() -> Identity {
    if now() >= readAt + Self.lifetime { read() }
    return identity
  }

  /// Looks for something better than what was refused.
  ///
  /// - Returns: whether there is anything else to try.
  func renew(generation: Int) -> Bool {
    if identity.generation == generation { read() }
    return identity.generation != generation
  }

  private func read() {
    readAt = now()
    var tls = identity.tls
    let places: [(file: String?, path: WritableKeyPath<TLSConfiguration, [UInt8]?>)] = [
      (files.authorities, \.certificateAuthorities), (files.clientCertificate, \.clientCertificate),
      (files.clientKey, \.clientKey),
    ]
    for (file, path) in places {
      guard let file else { continue }
      guard let data = FileManager.default.contents(atPath: file), Self.isWhole(data) else { return }
      tls[keyPath: path] = [UInt8](data)
    }
    if tls != identity.tls { identity = Identity(tls: tls, generation: identity.generation + 1) }
  }

  /// Whether a PEM file ends with the end of a block, as one that is being written does not.
  static func isWhole(_ data: Data) -> Bool {
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmed }.filter { !$0.isEmpty }
    let begins = lines.count { $0.hasPrefix("-----BEGIN ") }
    return begins > 0 && begins == lines.count { $0.hasPrefix("-----END ") && $0.hasSuffix("-----") }
  }
}
