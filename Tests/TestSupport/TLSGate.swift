import Foundation

/// Stands on loopback before an HTTP server, as a proxy with authentication does in a cluster: it speaks TLS, with a
/// certificate that only its own authority vouches for, and lets through who brings the token.
public final class TLSGate: Sendable {
  public let url: String
  /// Who vouches for the certificate, as PEM.
  public let authority: String
  private let process: Process
  private let directory: URL

  /// - Parameters:
  ///   - url: of the server, without a path.
  ///   - token: what `Authorization: Bearer` has to bring.
  public init(before url: String, token: String) async throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("tls-gate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let (certificate, key) = (
      directory.appendingPathComponent("crt").path, directory.appendingPathComponent("key").path
    )
    authority = try await Self.newAuthority(certificate: certificate, key: key)
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", Self.program, url, token, certificate, key]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
    self.process = process
    let port = try await Command.onThread {
      String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
    guard Int(port) != nil else { throw Command.Failure(description: "the gate did not start") }
    self.url = "https://127.0.0.1:\(port)"
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: directory)
  }

  /// A certificate for loopback that vouches for itself, and its key.
  ///
  /// - Returns: the certificate, as PEM.
  @discardableResult
  public static func newAuthority(certificate: String, key: String) async throws -> String {
    try await Command.succeed(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=gate", "-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key,
      ])
    return try String(contentsOfFile: certificate, encoding: .utf8)
  }

  private static let program = """
    import http.server, ssl, sys, urllib.error, urllib.request

    target, token, certificate, key = sys.argv[1:]

    class Gate(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = self.ask(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def ask(self, body):
            if self.headers.get("Authorization") != "Bearer " + token:
                return 401, b"Unauthorized"
            request = urllib.request.Request(target + self.path, body, {"Content-Type": self.headers["Content-Type"]})
            try:
                with urllib.request.urlopen(request, timeout=5) as response:
                    return response.status, response.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()
            except OSError:
                return 502, b"Bad Gateway"

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_port, flush=True)
    server.serve_forever()
    """
}
