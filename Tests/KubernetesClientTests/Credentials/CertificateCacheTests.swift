import Foundation
import HTTPTransport
import Testing

@testable import KubernetesClient

struct `Certificate cache` {
  let directory: TemporaryDirectory
  let clock = Locked(ContinuousClock.now)

  init() throws { directory = try TemporaryDirectory() }

  private static func pem(_ text: String) -> String {
    "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
  }

  /// A cache over three files that hold `text`.
  private func cache(_ text: String) throws -> CertificateCache {
    try write(text)
    let bytes = Array(Self.pem(text).utf8)
    return CertificateCache(
      TLSConfiguration(certificateAuthorities: bytes, clientCertificate: bytes, clientKey: bytes),
      files: CertificateFiles(
        authorities: directory.path("ca"), clientCertificate: directory.path("cert"), clientKey: directory.path("key")),
      now: { [clock] in clock.value })
  }

  private func write(_ text: String, _ names: [String] = ["ca", "cert", "key"]) throws {
    for name in names { try directory.write(name, Self.pem(text)) }
  }

  private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

  private func advance(_ duration: Duration) { clock.withLock { $0 += duration } }

  @Test func `looks at its files once a minute, and takes what changed`() async throws {
    let cache = try cache("one")
    try write("two")
    advance(.seconds(59))
    #expect(text(await cache.current().tls.clientKey) == Self.pem("one"))
    advance(.seconds(1))
    let identity = await cache.current()
    #expect(text(identity.tls.certificateAuthorities) == Self.pem("two"))
    #expect(text(identity.tls.clientCertificate) == Self.pem("two"))
    #expect(text(identity.tls.clientKey) == Self.pem("two"))
    #expect(identity.generation == 1)
  }

  @Test func `a refusal makes it look at once, and tells whether there is anything new`() async throws {
    let cache = try cache("one")
    let refused = await cache.current().generation
    #expect(await !cache.renew(generation: refused))
    try write("two")
    #expect(await cache.renew(generation: refused))
    #expect(text(await cache.current().tls.clientKey) == Self.pem("two"))
    // Another request that was refused for the old one only has to take the new one.
    try write("three")
    #expect(await cache.renew(generation: refused))
    #expect(text(await cache.current().tls.clientKey) == Self.pem("two"))
  }

  struct Defect: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var content: String?
  }

  static let defects = [
    Defect(testDescription: "gone", content: nil), Defect(testDescription: "empty", content: ""),
    Defect(testDescription: "half written", content: "-----BEGIN CERTIFICATE-----\nMII"),
    Defect(
      testDescription: "with half of a second block",
      content: "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nMII"),
    Defect(testDescription: "something else", content: "<html>"),
  ]

  @Test(arguments: defects) func `keeps all it has while a file is`(_ defect: Defect) async throws {
    let cache = try cache("one")
    try write("two", ["ca", "cert"])
    if let content = defect.content {
      try directory.write("key", content)
    } else {
      try FileManager.default.removeItem(atPath: directory.path("key"))
    }
    advance(.seconds(60))
    let identity = await cache.current()
    #expect(text(identity.tls.clientCertificate) == Self.pem("one"), "a certificate without its key is of no use")
    #expect(identity.generation == 0)
    try write("two", ["key"])
    #expect(await cache.renew(generation: 0))
  }

  @Test func `what was given as bytes stays as it is`() async {
    let cache = CertificateCache(
      TLSConfiguration(certificateAuthorities: [1]), files: CertificateFiles(), now: { [clock] in clock.value })
    advance(.seconds(600))
    #expect(await cache.current().tls.certificateAuthorities == [1])
    #expect(await !cache.renew(generation: 0))
  }
}
