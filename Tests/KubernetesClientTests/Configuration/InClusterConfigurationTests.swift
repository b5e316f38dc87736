import Testing

@testable import KubernetesClient

struct `In-cluster configuration` {
  private let pod = ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"]

  private func mount(token: String? = "abc\n", authority: String? = "CA") throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    if let token { try directory.write("token", token) }
    if let authority { try directory.write("ca.crt", authority) }
    return directory
  }

  @Test func `is made of what kubelet mounts`() throws {
    let directory = try mount()
    try directory.write("namespace", "terway-operator-system\n")
    let made = try #require(
      try ClusterConfiguration.inCluster(environment: pod, directory: directory.url.path))
    #expect(made.server == "https://10.0.0.1:443")
    #expect(made.credentials == .tokenFile(directory.path("token")))
    #expect(made.endpoint.tls.certificateAuthorities == [UInt8]("CA".utf8))
    #expect(made.endpoint.tls.verification == .full)
    #expect(made.certificateFiles == CertificateFiles(authorities: directory.path("ca.crt")))
    #expect(made.namespace == "terway-operator-system")
  }

  @Test func `puts an IPv6 address in brackets`() throws {
    let directory = try mount()
    let made = try ClusterConfiguration.inCluster(
      environment: ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"],
      directory: directory.url.path)
    #expect(made?.server == "https://[fd00::1]:6443")
  }

  @Test func `is none outside of a pod`() throws {
    #expect(try ClusterConfiguration.inCluster(environment: [:]) == nil)
  }

  @Test(arguments: [(nil, "CA", "token"), ("abc", nil, "ca.crt")] as [(String?, String?, String)])
  func `without one of its files is an error, never less security`(
    token: String?, authority: String?, missing: String
  ) throws {
    let directory = try mount(token: token, authority: authority)
    let error = try #require(throws: ConfigurationError.self) {
      try ClusterConfiguration.inCluster(environment: pod, directory: directory.url.path)
    }
    #expect("\(error)".hasPrefix("\(directory.path(missing)): "), "\(error)")
  }
}
