import Testing

@testable import KubernetesClient

struct `A kubeconfig that cannot be used` {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    /// Where the fault is, as `line:column`, and what the message says besides.
    var place: String
    var says: [String]

    init(_ name: String, at place: String, says: String..., text: String) {
      (testDescription, self.text, self.place, self.says) = (name, text, place, says)
    }
  }

  static let cases = [
    Case("broken YAML", at: "2:1", says: "cannot start any token", text: "clusters:\n\t- name: c\n"),
    Case("key given twice", at: "2:1", says: "twice", text: "current-context: a\ncurrent-context: b\n"),
    Case("NUL", at: "1:10", says: "control characters", text: "clusters:\0 []\n"),
    Case("half of a surrogate pair", at: "1:5", says: "invalid Unicode", text: "{\"\\ud800\": 1}"),
    Case("alias of itself", at: "1:15", says: "part of", text: "clusters: &a [*a]\n"),
    Case("entry that is null", at: "1:12", says: "name", text: "clusters: [~]\n"),
    Case("name that is a number", at: "1:13", says: "name", text: "clusters: [{name: 1, cluster: {}}]\n"),
    Case("list of lists", at: "1:12", says: "name", text: "clusters: [[]]\n"),
    Case(
      "levels without end", at: "1:138", says: "more than 128 deep",
      text: "clusters: " + String(repeating: "[", count: 100_000)),
    Case("list that is a mapping", at: "1:1", says: "clusters must be a list", text: "clusters: {name: c}\n"),
    Case(
      "entry without a name", at: "2:3", says: "every entry of users needs a name",
      text: "users:\n- user: {token: secret}\n"),
    Case(
      "cluster that is a text", at: "1:22", says: "cluster must be a mapping",
      text: "clusters: [{name: c, cluster: x}]\n"),
    Case(
      "server without a scheme", at: "4:5", says: "'api:6443'", "https://",
      text: "clusters:\n- name: c\n  cluster:\n    server: api:6443\n"),
    Case(
      "number for a text", at: "1:32", says: "server must be a string",
      text: "clusters: [{name: c, cluster: {server: 6443}}]\n"),
    Case(
      "word for a flag", at: "5:5", says: "insecure-skip-tls-verify must be true or false",
      text: "clusters:\n- name: c\n  cluster:\n    server: https://a\n    insecure-skip-tls-verify: yes please\n"),
    Case(
      "authority and no verification", at: "5:5", says: "exclude each other",
      text:
        "clusters:\n- name: c\n  cluster:\n    server: https://a\n    insecure-skip-tls-verify: true\n"
        + "    certificate-authority: ca\n"),
    Case(
      "certificate that is not base64", at: "4:5", says: "certificate-authority-data is not base64",
      text:
        "clusters:\n- name: c\n  cluster:\n    certificate-authority-data: '!'\n    server: https://a\n"),
    Case(
      "auth provider", at: "4:5", says: "no longer supported", "exec",
      text: "users:\n- name: u\n  user:\n    auth-provider: {name: gcp}\n"),
    Case(
      "plugin without a command", at: "4:5", says: "needs a command",
      text: "users:\n- name: u\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1}\n"),
    Case(
      "plugin of an old protocol", at: "5:7", says: "v1alpha1", "client.authentication.k8s.io/v1",
      text:
        "users:\n- name: u\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1alpha1\n"
        + "      command: c\n"),
  ]

  @Test(arguments: cases)
  func `names file, line, column and what is wrong`(_ item: Case) throws {
    let directory = try TemporaryDirectory()
    let inUse = """

      clusters: [{name: c, cluster: {server: "https://a"}}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      current-context: x
      """
    let file = try directory.write("config", item.text.hasPrefix("users:") ? item.text + inUse : item.text)
    let error = try #require(throws: ConfigurationError.self) {
      try Kubeconfig(file: file).configuration(context: nil)
    }
    #expect("\(error)".hasPrefix("\(file):\(item.place): "), "\(error)")
    for part in item.says { #expect("\(error)".contains(part), "\(error)") }
    #expect("\(error)".components(of: file) == 1, "the file is named once: \(error)")
    #expect(!"\(error)".contains("secret"))
  }

  @Test func `cut short or changed anywhere is read or refused, and named either way`() throws {
    let text = """
      current-context: x
      clusters: [{name: c, cluster: {server: "https://a", certificate-authority-data: QQ==}}]
      users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: c, env: [{name: A, value: b}]}}}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      """
    let bytes = Array(text.utf8)
    for index in bytes.indices {
      for byte in [0x00, 0x09, 0x0A, 0x20, 0x22, 0x26, 0x2A, 0x2D, 0x3A, 0x5B, 0x7D, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] = byte
        for input in [Array(bytes[..<index]), changed] {
          do throws(ConfigurationError) {
            _ = try Kubeconfig(bytes: input, file: "config")
          } catch {
            #expect("\(error)".hasPrefix("config:"), "\(error)")
          }
        }
      }
    }
  }

  @Test func `in an entry that the context does not name is used all the same`() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(
      "config",
      """
      clusters: [{name: c, cluster: {server: "https://a"}}]
      users: [{name: old, user: {auth-provider: {name: gcp}}}, {name: u, user: {token: t}}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      """)
    #expect(try Kubeconfig(file: file).configuration(context: "x").credentials == .token("t"))
  }

  @Test func `because a context names what no file defines says where the context is`() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(
      "config",
      """
      clusters: [{name: c, cluster: {server: "https://a"}}]
      users: [{name: half, user: {client-certificate-data: QQ==}}]
      contexts:
      - name: no-cluster
        context: {cluster: other}
      - name: no-user
        context: {cluster: c, user: joe}
      - name: half
        context: {cluster: c, user: half}
      """)
    let kubeconfig = try Kubeconfig(file: file)
    let messages = [
      "no-cluster": "\(file):5:3: context 'no-cluster' names cluster 'other', which no file defines",
      "no-user": "\(file):7:3: context 'no-user' names user 'joe', which no file defines",
      "half": "\(file):2:22: user 'half' has a client certificate but no client-key",
      "elsewhere": "\(file): there is no context 'elsewhere'; known are half, no-cluster, no-user",
      "": "\(file): current-context is not set; choose one of half, no-cluster, no-user",
    ]
    for (context, message) in messages {
      let error = try #require(throws: ConfigurationError.self) {
        try kubeconfig.configuration(context: context.isEmpty ? nil : context)
      }
      #expect("\(error)" == message)
    }
  }

  @Test func `because it is not there is named, and so is every place where one was looked for`() throws {
    let directory = try TemporaryDirectory()
    let missing = directory.path("missing")
    func message(_ file: String?, _ environment: [String: String]) throws -> String {
      let error = try #require(throws: ConfigurationError.self) {
        try ClusterConfiguration.detect(kubeconfig: file, context: nil, environment: environment)
      }
      return "\(error)"
    }
    #expect(try message(missing, [:]) == "\(missing): no such file")
    #expect(try message(nil, ["KUBECONFIG": missing]) == "\(missing): no such file ($KUBECONFIG)")
    let nowhere = try message(nil, ["HOME": directory.url.path])
    for part in ["--kubeconfig", "KUBECONFIG", "~/.kube/config", "KUBERNETES_SERVICE_HOST"] {
      #expect(nowhere.contains(part))
    }
  }

  @Test func `because it refers to a file that is not there names that file`() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(
      "config",
      """
      current-context: c
      clusters: [{name: c, cluster: {server: "https://a", certificate-authority: ca.crt}}]
      contexts: [{name: c, context: {cluster: c}}]
      """)
    let error = try #require(throws: ConfigurationError.self) { try Kubeconfig(file: file).configuration(context: nil) }
    #expect("\(error)" == "\(directory.path("ca.crt")): no such file")
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of part: String) -> Int {
    split(separator: part, omittingEmptySubsequences: false).count - 1
  }
}
