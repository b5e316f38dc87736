import Foundation

/// An HTTP/1.1 server in TLS that answers with what it saw of the client:
/// `host=… sni=… client=… connection=…`, with `-` for what there was not.
final class TLSServer: Sendable {
  let port: Int
  private let process: PeerProcess

  /// - Parameter clientAuthority: When set, clients must show a certificate of it.
  init(_ identity: TestAuthority.Identity, clientAuthority: TestAuthority? = nil, newestTLS: String = "TLSv1_3") throws
  {
    process = try PeerProcess(
      "python3",
      [
        "-u", "-c", Self.program, identity.certificateFile, identity.keyFile,
        clientAuthority?.authority.certificateFile ?? "", newestTLS,
      ])
    guard let port = Int(process.firstLine) else { throw DidNotStart() }
    self.port = port
  }

  struct DidNotStart: Error {}

  var url: String { "https://127.0.0.1:\(port)/" }

  private static let program = """
    import os, socket, ssl, sys, threading
    certificate, key, authority, newest = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["http/1.1"])
    context.maximum_version = getattr(ssl.TLSVersion, newest)
    if authority:
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
    names = {}
    def sni(tls, name, context): names[tls] = name
    context.sni_callback = sni
    def serve(plain, number):
        try:
            with context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False) as tls:
                try:
                    tls.do_handshake()
                except ssl.SSLError:
                    # Closing at once could reset the connection, and the alert would be lost.
                    while os.read(tls.fileno(), 4096): pass
                    return
                subject = dict(pair for part in (tls.getpeercert() or {}).get("subject", ()) for pair in part)
                lines = tls.makefile("rb")
                while lines.readline().strip():
                    host = "-"
                    while (line := lines.readline().strip()):
                        name, value = line.decode().split(":", 1)
                        if name.lower() == "host": host = value.strip()
                    body = f"host={host} sni={names.get(tls) or '-'} client={subject.get('commonName', '-')} connection={number}"
                    tls.sendall(f"HTTP/1.1 200 OK\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n{body}".encode())
        except OSError:
            pass
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    number = 0
    while True:
        plain, _ = listener.accept()
        number += 1
        threading.Thread(target=serve, args=(plain, number), daemon=True).start()
    """
}
