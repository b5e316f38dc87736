import Foundation
import HTTPTransport
import Testing

@testable import KubernetesClient

struct `Kubeconfig files` {
  /// A file with one context `here` of the cluster and the user that are given, in YAML's flow style.
  private func configuration(
    cluster: String = "server: 'https://api:6443'", user: String = "token: t", context: String? = nil,
    in directory: TemporaryDirectory? = nil
  ) throws -> ClusterConfiguration {
    let directory = try directory ?? TemporaryDirectory()
    let file = try directory.write(
      "config",
      """
      current-context: here
      clusters: [{name: c, cluster: {\(cluster)}}]
      users: [{name: u, user: {\(user)}}]
      contexts:
      - {name: here, context: {cluster: c, user: u}}
      - {name: there, context: {cluster: c, user: u, namespace: far}}
      """)
    return try Kubeconfig(file: file).configuration(context: context)
  }

  private func file(_ name: String, server: String, token: String, current: String = "") -> String {
    """
    current-context: "\(current)"
    clusters: [{name: \(name), cluster: {server: "https://\(server)"}}, {name: shared, cluster: {server: "https://\(server)"}}]
    users: [{name: \(name), user: {token: \(token)}}]
    contexts: [{name: \(name), context: {cluster: \(name), user: \(name)}}, {name: shared, context: {cluster: shared}}]
    """
  }

  // MARK: Files

  @Test func `files of KUBECONFIG are merged, and the first that says something wins`() throws {
    let directory = try TemporaryDirectory()
    let files = [
      try directory.write("a", file("a", server: "a", token: "ta")), directory.path("missing"),
      try directory.write("b", file("b", server: "b", token: "tb", current: "b")),
      try directory.write("c", file("c", server: "c", token: "tc", current: "c")),
    ]
    let environment = ["KUBECONFIG": files.joined(separator: ":")]
    let merged = try #require(try Kubeconfig.load(explicitFile: nil, environment: environment))
    #expect(merged.contextNames == ["a", "b", "c", "shared"])
    #expect(merged.currentContext == "b")
    #expect(try merged.configuration(context: "shared").server == "https://a")
    #expect(try merged.configuration(context: "c").credentials == .token("tc"))
    #expect(try merged.configuration(context: nil).server == "https://b")
  }

  @Test func `a file that is named wins over KUBECONFIG, and that over the home directory`() throws {
    let directory = try TemporaryDirectory()
    let named = try directory.write("named", file("m", server: "n", token: "t", current: "m"))
    let listed = try directory.write("listed", file("l", server: "l", token: "t", current: "l"))
    try directory.write(".kube/config", file("h", server: "h", token: "t", current: "h"))
    let environment = ["KUBECONFIG": listed, "HOME": directory.url.path]
    func server(_ file: String?, _ environment: [String: String]) throws -> String {
      try ClusterConfiguration.detect(kubeconfig: file, context: nil, environment: environment).server
    }
    #expect(try server(named, environment) == "https://n")
    #expect(try server(nil, environment) == "https://l")
    #expect(try server(nil, ["HOME": directory.url.path]) == "https://h")
  }

  @Test func `names of files are relative to the file that names them`() throws {
    let directory = try TemporaryDirectory()
    for name in ["ca", "crt", "key"] { try directory.write("pki/\(name)", name.uppercased()) }
    let made = try configuration(
      cluster: "server: 'https://api', certificate-authority: pki/ca",
      user: "client-certificate: pki/crt, client-key: pki/key, tokenFile: tokens/mine", in: directory)
    #expect(made.endpoint.tls.certificateAuthorities == [UInt8]("CA".utf8))
    #expect(made.endpoint.tls.clientCertificate == [UInt8]("CRT".utf8))
    #expect(made.endpoint.tls.clientKey == [UInt8]("KEY".utf8))
    #expect(made.credentials == .tokenFile(directory.path("tokens/mine")))
    #expect(
      made.certificateFiles
        == CertificateFiles(
          authorities: directory.path("pki/ca"), clientCertificate: directory.path("pki/crt"),
          clientKey: directory.path("pki/key")))
  }

  // MARK: Contexts and clusters

  @Test func `a context that is named wins over the current one, and brings its namespace`() throws {
    #expect(try configuration().namespace == "default")
    #expect(try configuration(context: "there").namespace == "far")
  }

  @Test func `the slash at the end of a server is dropped, and its path is kept`() throws {
    #expect(try configuration(cluster: "server: 'https://rancher/k8s/c-1/'").server == "https://rancher/k8s/c-1")
  }

  @Test func `certificates may be in the file, and win over names of files`() throws {
    func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
    let made = try configuration(
      cluster: "server: 'https://api', certificate-authority: /nowhere, certificate-authority-data: \(base64("CA"))",
      user: "client-certificate-data: \(base64("CRT")), client-key-data: \(base64("KEY"))")
    #expect(made.endpoint.tls.certificateAuthorities == [UInt8]("CA".utf8))
    #expect(made.endpoint.tls.clientCertificate == [UInt8]("CRT".utf8))
    #expect(made.endpoint.tls.clientKey == [UInt8]("KEY".utf8))
  }

  @Test func `the proxy and the name in TLS are taken over`() throws {
    let made = try configuration(
      cluster: "server: 'https://api', tls-server-name: kubernetes, proxy-url: 'socks5://127.0.0.1:1080'")
    #expect(made.endpoint.proxy == "socks5://127.0.0.1:1080")
    #expect(made.endpoint.tls.serverName == "kubernetes")
  }

  @Test(arguments: [
    ("", TLSConfiguration.Verification.full), (", insecure-skip-tls-verify: false", .full),
    (", certificate-authority-data: ''", .full), (", insecure-skip-tls-verify: true", .disabled),
  ])
  func `the server is verified unless the file says otherwise`(
    addition: String, verification: TLSConfiguration.Verification
  ) throws {
    #expect(try configuration(cluster: "server: 'https://api'\(addition)").endpoint.tls.verification == verification)
  }

  // MARK: Users

  @Test(arguments: [
    ("token: abc", CredentialSource.token("abc")), ("tokenFile: /run/token", .tokenFile("/run/token")),
    ("token: abc, tokenFile: /run/token", .tokenFile("/run/token")),
    ("username: joe, password: 'a:b'", .basic(username: "joe", password: "a:b")),
    ("username: joe", .basic(username: "joe", password: "")), ("", .none),
  ])
  func `credentials are those of the user`(user: String, credentials: CredentialSource) throws {
    #expect(try configuration(user: user).credentials == credentials)
  }

  @Test func `an exec plugin is taken over with all its fields`() throws {
    let directory = try TemporaryDirectory()
    let made = try configuration(
      user: """
        exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: bin/plugin, args: [get, token],
          env: [{name: REGION, value: cn-hangzhou}], installHint: install it, provideClusterInfo: true}
        """, in: directory)
    #expect(
      made.credentials
        == .exec(
          ExecPlugin(
            apiVersion: "client.authentication.k8s.io/v1beta1", command: directory.path("bin/plugin"),
            arguments: ["get", "token"], environment: ["REGION": "cn-hangzhou"], installHint: "install it",
            providesClusterInfo: true)))
  }

  @Test func `a plugin without a slash is looked up in PATH`() throws {
    let made = try configuration(user: "exec: {apiVersion: client.authentication.k8s.io/v1, command: aliyun}")
    guard case .exec(let plugin) = made.credentials else { return #expect(Bool(false), "\(made.credentials)") }
    #expect(plugin.command == "aliyun")
  }

  @Test func `another user is acted for, with groups and more`() async throws {
    let made = try configuration(
      user: "token: t, as: joe, as-uid: '7', as-groups: [dev, ops], as-user-extra: {scopes: [read], 'a/b': [c]}")
    let server = ScriptedServer(.status(200))
    _ = try await KubernetesClient(configuration: made, http: server, userAgent: "test").version()
    let headers = try #require(server.requests.first).headers
    #expect(headers["Impersonate-User"] == "joe")
    #expect(headers["Impersonate-Uid"] == "7")
    #expect(headers.values(of: "Impersonate-Group") == ["dev", "ops"])
    #expect(headers["Impersonate-Extra-scopes"] == "read")
    #expect(headers["Impersonate-Extra-a%2Fb"] == "c")
  }
}
