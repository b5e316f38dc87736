import FoundationEssentials
import Serialization

extension Kubeconfig {
  /// Reads one file.
  ///
  /// - Throws: `ConfigurationError` that names file, line and column of what is wrong.
  public init(file: String) throws(ConfigurationError) {
    let bytes = try ConfigurationFile.bytes(of: file)
    try self.init(bytes: bytes, file: file)
  }

  init(bytes: [UInt8], file: String) throws(ConfigurationError) {
    self.init()
    files = [file]
    let documents: [YAMLDocument]
    do {
      documents = try YAML.documents(in: bytes, file: file)
    } catch {
      throw .invalid(place: "\(error.location)", reason: error.reason)
    }
    guard let document = documents.first, !document.value.isNull else { return }
    let root = ConfigurationNode(document: document)
    currentContext = try root.string("current-context") ?? ""
    for (name, node) in try root.namedEntries("clusters", of: "cluster") { clusters[name] = try Cluster(node) }
    for (name, node) in try root.namedEntries("users", of: "user") { users[name] = try User(node) }
    for (name, node) in try root.namedEntries("contexts", of: "context") { contexts[name] = try Context(node) }
  }
}

extension Kubeconfig.Cluster {
  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    let server = try node.string("server") ?? ""
    guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
      throw node.error("server", "'\(server)' is no server URL; it starts with https:// (or http://)")
    }
    self.server = String(server.reversed().drop { $0 == "/" }.reversed())
    certificateAuthority = try node.fileOrData("certificate-authority")
    serverName = try node.string("tls-server-name")
    proxy = try node.string("proxy-url")
    isVerificationDisabled = try node.bool("insecure-skip-tls-verify") ?? false
    place = node.place
    if isVerificationDisabled, certificateAuthority != nil {
      throw node.error(
        "insecure-skip-tls-verify", "a certificate authority and insecure-skip-tls-verify exclude each other")
    }
  }
}

extension Kubeconfig.User {
  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    place = node.place
    clientCertificate = try node.fileOrData("client-certificate")
    clientKey = try node.fileOrData("client-key")
    if let user = try node.string("as") {
      var extra: [String: [String]] = [:]
      for (key, _) in try node.child("as-user-extra")?.value.object ?? [:] {
        extra[key] = try node.child("as-user-extra")?.strings(key)
      }
      impersonation = Impersonation(
        user: user, uid: try node.string("as-uid"), groups: try node.strings("as-groups"), extra: extra)
    }
    credentials = Result { () throws(ConfigurationError) in try CredentialSource(node) }
  }
}

extension CredentialSource {
  /// A token file wins over a token, and both over an exec plugin: the order of client-go.
  fileprivate init(_ node: ConfigurationNode) throws(ConfigurationError) {
    if node.value["auth-provider"] != nil {
      throw node.error("auth-provider", "auth-provider is no longer supported by Kubernetes; use an exec plugin")
    }
    if let file = try node.path("tokenFile") {
      self = .tokenFile(file)
    } else if let token = try node.string("token") {
      self = .token(token)
    } else if let username = try node.string("username") {
      self = .basic(username: username, password: try node.string("password") ?? "")
    } else if let exec = try node.child("exec") {
      self = .exec(try ExecPlugin(exec))
    } else {
      self = .none
    }
  }
}

extension Kubeconfig.Context {
  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    cluster = try node.string("cluster") ?? ""
    user = try node.string("user") ?? ""
    namespace = try node.string("namespace")
    place = node.place
  }
}

extension ExecPlugin {
  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    guard let command = try node.string("command"), !command.isEmpty else {
      throw node.error("command", "an exec plugin needs a command")
    }
    let apiVersion = try node.string("apiVersion") ?? ""
    guard ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"].contains(apiVersion) else {
      throw node.error(
        "apiVersion", "'\(apiVersion)' is not supported; allowed are client.authentication.k8s.io/v1 and /v1beta1")
    }
    self.apiVersion = apiVersion
    // A command with a slash is relative to the file; a bare name is looked up in PATH.
    self.command = command.contains("/") ? node.resolve(command) : command
    arguments = try node.strings("args")
    environment = [:]
    for index in (try node.child("env")?.value.array ?? []).indices {
      guard let variable = try node.child("env")?.element(index), let name = try variable.string("name") else {
        continue
      }
      environment[name] = try variable.string("value") ?? ""
    }
    installHint = try node.string("installHint")
    providesClusterInfo = try node.bool("provideClusterInfo") ?? false
  }
}

/// A value inside a configuration file, which knows where it stands.
struct ConfigurationNode {
  let document: YAMLDocument
  let value: JSONValue
  let path: [PathElement]

  init(document: YAMLDocument) {
    self.init(document: document, value: document.value, path: [])
  }

  private init(document: YAMLDocument, value: JSONValue, path: [PathElement]) {
    self.document = document
    self.value = value
    self.path = path
  }

  var place: String { document.location(of: path)?.description ?? document.file }

  func error(_ key: String, _ reason: String) -> ConfigurationError {
    let location = document.location(of: path + [.key(key)]) ?? document.location(of: path)
    return .invalid(place: location?.description ?? document.file, reason: reason)
  }

  func child(_ key: String) throws(ConfigurationError) -> ConfigurationNode? {
    guard let member = value[key], !member.isNull else { return nil }
    return ConfigurationNode(document: document, value: member, path: path + [.key(key)])
  }

  func element(_ index: Int) -> ConfigurationNode? {
    value[index].map { ConfigurationNode(document: document, value: $0, path: path + [.index(index)]) }
  }

  func string(_ key: String) throws(ConfigurationError) -> String? {
    guard let member = value[key], !member.isNull else { return nil }
    guard let text = member.string else { throw error(key, "\(key) must be a string, not \(member.typeName)") }
    return text.isEmpty ? nil : text
  }

  func bool(_ key: String) throws(ConfigurationError) -> Bool? {
    guard let member = value[key], !member.isNull else { return nil }
    guard let flag = member.bool else { throw error(key, "\(key) must be true or false, not \(member.typeName)") }
    return flag
  }

  func strings(_ key: String) throws(ConfigurationError) -> [String] {
    guard let member = value[key], !member.isNull else { return [] }
    guard let elements = member.array else { throw error(key, "\(key) must be a list of strings") }
    let texts = elements.compactMap(\.string)
    guard texts.count == elements.count else { throw error(key, "\(key) must hold strings only") }
    return texts
  }

  /// A file name, made absolute: relative ones start at the directory of the configuration file.
  func path(_ key: String) throws(ConfigurationError) -> String? {
    try string(key).map(resolve)
  }

  func resolve(_ file: String) -> String {
    if file.hasPrefix("/") { return file }
    let directory = URL(fileURLWithPath: document.file).deletingLastPathComponent()
    return directory.appendingPathComponent(file).path
  }

  /// `KEY` names a file, `KEY-data` holds its content in base64.
  func fileOrData(_ key: String) throws(ConfigurationError) -> Kubeconfig.FileOrData? {
    if let text = try string("\(key)-data") {
      guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters), !data.isEmpty else {
        throw error("\(key)-data", "\(key)-data is not base64")
      }
      return .data([UInt8](data))
    }
    return try path(key).map(Kubeconfig.FileOrData.file)
  }

  /// Entries of the form `- {name: N, KIND: {…}}`.
  func namedEntries(_ key: String, of kind: String) throws(ConfigurationError) -> [(String, ConfigurationNode)] {
    guard let list = try child(key) else { return [] }
    guard let elements = list.value.array else { throw error(key, "\(key) must be a list") }
    var entries: [(String, ConfigurationNode)] = []
    for index in elements.indices {
      guard let entry = list.element(index), let name = try entry.string("name") else {
        throw list.element(index)?.error("name", "every entry of \(key) needs a name") ?? error(key, "bad entry")
      }
      guard let body = try entry.child(kind) else { continue }
      guard body.value.object != nil else { throw entry.error(kind, "\(kind) must be a mapping") }
      // The first of two entries with one name wins.
      if !entries.contains(where: { $0.0 == name }) { entries.append((name, body)) }
    }
    return entries
  }
}
