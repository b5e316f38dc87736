import FoundationEssentials
import HTTPTransport

extension Kubeconfig {
  /// Reads the given file, else those of `$KUBECONFIG`, else `~/.kube/config`.
  ///
  /// Files of `$KUBECONFIG` that do not exist are passed over, as `kubectl` does; a file that was named explicitly must
  /// exist.
  ///
  /// - Returns: `nil` when nothing was named and no file is there.
  public static func load(explicitFile: String?, environment: [String: String]) throws -> Kubeconfig? {
    if let explicitFile { return try Kubeconfig(file: explicitFile) }
    let listed = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
    let candidates = listed.isEmpty ? [(environment["HOME"] ?? "") + "/.kube/config"] : listed
    let files = candidates.filter { FileManager.default.fileExists(atPath: $0) }
    guard let first = files.first else {
      if listed.isEmpty { return nil }
      throw ConfigurationError.unreadable(file: listed.joined(separator: ":"), reason: "no such file ($KUBECONFIG)")
    }
    return try files.dropFirst().reduce(into: Kubeconfig(file: first)) { merged, file in
      merged.merge(try Kubeconfig(file: file))
    }
  }

  /// Resolves a context to something a client can use, reading the files that it refers to.
  ///
  /// - Parameter context: its name; `nil` for the current one.
  public func configuration(context name: String?) throws -> ClusterConfiguration {
    let origin = files.joined(separator: ":")
    let name = name ?? currentContext
    guard !name.isEmpty else {
      throw ConfigurationError.invalid(
        place: origin, reason: "current-context is not set; choose one of \(contextNames.joined(separator: ", "))")
    }
    guard let context = contexts[name] else {
      throw ConfigurationError.unknownContext(name, known: contextNames, origin: origin)
    }
    guard let cluster = clusters[context.cluster] else {
      throw ConfigurationError.invalid(
        place: context.place, reason: "context '\(name)' names cluster '\(context.cluster)', which no file defines")
    }
    let user = users[context.user]
    if user == nil, !context.user.isEmpty {
      throw ConfigurationError.invalid(
        place: context.place, reason: "context '\(name)' names user '\(context.user)', which no file defines")
    }
    if user?.clientCertificate != nil, user?.clientKey == nil {
      throw ConfigurationError.invalid(
        place: user?.place ?? origin, reason: "user '\(context.user)' has a client certificate but no client-key")
    }
    let tls = TLSConfiguration(
      certificateAuthorities: try cluster.certificateAuthority?.bytes(),
      clientCertificate: try user?.clientCertificate?.bytes(),
      clientKey: try user?.clientKey?.bytes(),
      serverName: cluster.serverName,
      verification: cluster.isVerificationDisabled ? .disabled : .full)
    return ClusterConfiguration(
      server: cluster.server, endpoint: HTTPEndpoint(tls: tls, proxy: cluster.proxy),
      credentials: try user?.credentials.get() ?? .none,
      certificateFiles: CertificateFiles(
        authorities: cluster.certificateAuthority?.file, clientCertificate: user?.clientCertificate?.file,
        clientKey: user?.clientKey?.file),
      impersonation: user?.impersonation,
      namespace: context.namespace ?? "default", origin: "\(origin), context \(name)")
  }
}

extension ClusterConfiguration {
  /// What a command uses: the kubeconfig that was named, else the pod's service account, else `$KUBECONFIG` or
  /// `~/.kube/config`.
  ///
  /// - Throws: `ConfigurationError` with a message for the person at the terminal.
  public static func detect(
    kubeconfig: String?, context: String?, environment: [String: String]
  ) throws -> ClusterConfiguration {
    if kubeconfig == nil, context == nil, environment["KUBECONFIG", default: ""].isEmpty,
      let inCluster = try inCluster(environment: environment)
    {
      return inCluster
    }
    guard let file = try Kubeconfig.load(explicitFile: kubeconfig, environment: environment) else {
      throw ConfigurationError.notFound(looked: [
        "KUBECONFIG is not set", "there is no ~/.kube/config", "KUBERNETES_SERVICE_HOST is not set",
      ])
    }
    return try file.configuration(context: context)
  }
}
