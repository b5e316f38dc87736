import ControllerRuntime
import Testing

@testable import terway_operator

struct `The run command` {
  @Test func `starts with the documented defaults`() async throws {
    let run = await TestRun.of("run")
    #expect(run.code == .success)
    let options = try #require(run.operatorOptions)
    #expect(options.kubeconfig == nil && options.context == nil)
    #expect(options.metricsAddress == ListenAddress(port: 8080))
    #expect(options.healthAddress == ListenAddress(port: 8081))
    #expect(!options.usesLeaderElection && options.leaderElectionNamespace == nil)
    #expect(options.leaseTiming == LeaseTiming())
    #expect(options.logLevel == .info && options.logFormat == .text)
    #expect(options.workers == 4)
    #expect(options.userAgent == "terway-operator/\(BuildInformation.current.version)")
  }

  @Test func `passes every flag on`() async throws {
    let run = await TestRun.of(
      """
      run --kubeconfig k --context c --metrics-bind-address 127.0.0.1:9 --health-probe-bind-address=0 --leader-elect \
      --leader-election-namespace ops --leader-election-lease-duration 1m --leader-election-renew-deadline 40s \
      --leader-election-retry-period 500ms --log-level debug --log-format json --workers 8
      """)
    let options = try #require(run.operatorOptions)
    #expect(options.kubeconfig == "k" && options.context == "c")
    #expect(options.metricsAddress == ListenAddress(host: "127.0.0.1", port: 9))
    #expect(options.healthAddress == nil)
    #expect(options.usesLeaderElection && options.leaderElectionNamespace == "ops")
    #expect(options.leaseTiming.leaseDuration == .seconds(60))
    #expect(options.leaseTiming.renewDeadline == .seconds(40))
    #expect(options.leaseTiming.renewPeriod == .milliseconds(500))
    #expect(options.leaseTiming.observePeriod == .milliseconds(500))
    #expect(options.logLevel == .debug && options.logFormat == .json)
    #expect(options.workers == 8)
  }

  @Test func `takes the namespace of the Lease from the pod`() async {
    let run = await TestRun.of("run --leader-elect", environment: ["POD_NAMESPACE": "here"])
    #expect(run.operatorOptions?.leaderElectionNamespace == "here")
  }

  @Test func `leaves time for two requests within the renew deadline`() async throws {
    let run = await TestRun.of("run --leader-elect --leader-election-renew-deadline 4s")
    #expect(run.operatorOptions?.leaseTiming.requestTimeout == .seconds(1))
  }

  @Test(arguments: [
    (":9", ListenAddress(port: 9)), ("[::1]:9", ListenAddress(host: "::1", port: 9)),
    ("localhost:9", ListenAddress(host: "127.0.0.1", port: 9)), ("0", nil),
  ])
  func `listens where it is told to`(text: String, address: ListenAddress?) async throws {
    let options = try #require(await TestRun.of("run --metrics-bind-address \(text)").operatorOptions)
    #expect(options.metricsAddress == address)
  }

  @Test(arguments: ["9", "::1:9", ":65536", ":-1", "http://127.0.0.1:9", "127.0.0.1:", "example.com:9"])
  func `refuses what is no address`(text: String) async {
    #expect(await TestRun.of("run --metrics-bind-address \(text)").code == .usage)
  }
}
