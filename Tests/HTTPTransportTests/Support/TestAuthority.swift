import Foundation

/// A certificate authority of the test, made with the openssl command line in a temporary directory.
final class TestAuthority: Sendable {
  struct Identity: Sendable {
    var certificateFile: String
    var keyFile: String
    var certificate: [UInt8]
    var key: [UInt8]
  }

  let directory: URL
  let authority: Identity

  init(_ name: String) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("authority-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Self.openssl(
      in: directory,
      ["req", "-x509", "-nodes"] + Self.newKey + [
        "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=\(name)",
        "-addext", "basicConstraints=critical,CA:TRUE",
      ])
    self.directory = directory
    authority = try Self.identity("ca", in: directory)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// - Parameter days: How long the certificate is valid; negative for one that has expired.
  func issue(_ name: String, alternativeNames: String = "DNS:localhost,IP:127.0.0.1", days: Int = 2) throws -> Identity
  {
    let file = UUID().uuidString
    try "subjectAltName=\(alternativeNames)\n".write(
      to: directory.appendingPathComponent("\(file).ext"), atomically: true, encoding: .utf8)
    try Self.openssl(
      in: directory,
      ["req", "-nodes"] + Self.newKey + [
        "-keyout", "\(file).key", "-out", "\(file).csr", "-subj", "/CN=\(name)",
      ])
    try Self.openssl(
      in: directory,
      [
        "x509", "-req", "-in", "\(file).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial",
        "\(Int.random(in: 1...Int(Int32.max)))",
        "-days", "\(days)", "-extfile", "\(file).ext", "-out", "\(file).pem",
      ])
    return try Self.identity(file, in: directory)
  }

  private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]

  private static func identity(_ file: String, in directory: URL) throws -> Identity {
    let (certificate, key) = ("\(directory.path)/\(file).pem", "\(directory.path)/\(file).key")
    return Identity(
      certificateFile: certificate, keyFile: key,
      certificate: Array(try Data(contentsOf: URL(fileURLWithPath: certificate))),
      key: Array(try Data(contentsOf: URL(fileURLWithPath: key))))
  }

  private static func openssl(in directory: URL, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = directory
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(arguments: arguments) }
  }

  struct Failed: Error { var arguments: [String] }
}
