import ControllerRuntime
import Testing

@testable import terway_operator

struct `The run command` {
  @Test func `starts with the documented defaults`() async throws {
    let run = await TestRun.of("run")
    #expect(run.code == .success)
    let expected = RunOptions(
      metricsAddress: BindAddress(port: 8080), probeAddress: BindAddress(port: 8081), logLevel: .info, logFormat: .text,
      workers: 4)
    #expect(run.operatorOptions == expected)
  }

  @Test func `passes every flag on`() async throws {
    let run = await TestRun.of(
      """
      run --kubeconfig k --context c --metrics-bind-address 127.0.0.1:9 --health-probe-bind-address=0 --leader-elect \
      --leader-election-namespace ops --leader-election-lease-duration 1m --leader-election-renew-deadline 40s \
      --leader-election-retry-period 500ms --log-level debug --log-format json --workers 8
      """)
    var timing = LeaseTiming()
    timing.leaseDuration = .seconds(60)
    timing.renewDeadline = .seconds(40)
    timing.renewPeriod = .milliseconds(500)
    timing.observePeriod = .milliseconds(500)
    let expected = RunOptions(
      kubeconfig: "k", context: "c", metricsAddress: BindAddress(host: "127.0.0.1", port: 9), probeAddress: nil,
      leaderElection: RunOptions.LeaderElection(namespace: "ops", timing: timing), logLevel: .debug, logFormat: .json,
      workers: 8)
    #expect(run.operatorOptions == expected)
  }

  @Test func `takes the namespace of the Lease from the pod`() async {
    let run = await TestRun.of("run --leader-elect", environment: ["POD_NAMESPACE": "here"])
    #expect(run.operatorOptions?.leaderElection?.namespace == "here")
  }

  @Test func `leaves time for two requests within the renew deadline`() async throws {
    let run = await TestRun.of("run --leader-elect --leader-election-renew-deadline 4s")
    #expect(run.operatorOptions?.leaderElection?.timing.requestTimeout == .seconds(1))
  }

  @Test(arguments: [
    (":8080", BindAddress(port: 8080)), ("localhost:1", BindAddress(host: "localhost", port: 1)),
    ("[::1]:8080", BindAddress(host: "::1", port: 8080)), (":0", BindAddress(port: 0)),
    ("0.0.0.0:65535", BindAddress(host: "0.0.0.0", port: 65535)),
    ("", nil), ("8080", nil), ("::1:8080", nil), (":65536", nil), (":-1", nil), ("http://a:1", nil), ("a:", nil),
  ])
  func `reads addresses`(text: String, address: BindAddress?) {
    #expect(BindAddress(text) == address)
    if let address { #expect(BindAddress(address.description) == address) }
  }
}
