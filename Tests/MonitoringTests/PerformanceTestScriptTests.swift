import Foundation
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

/// The client's script, run by the shell of this machine.
struct `The script of a performance test` {
  private static func script() throws -> String {
    var spec = MonitoringProfileSpec()
    spec.performanceTest.enabled = true
    let job = MonitoringRenderer.manifests(for: "terway", spec: spec).first("Job", "terway-performance-test")
    let container = job?.content.at("spec", "template", "spec", "containers")?[0]
    return try #require(container?["command"]?[2]?.string)
  }

  /// Runs it with these programs in the place of those that it calls.
  private static func run(
    _ programs: [String: String], environment: [String: String] = [:]
  ) async throws -> (status: Int32, log: PerformanceTestLog, text: String) {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("iperf3-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (name, body) in programs.merging(["sleep": ""], uniquingKeysWith: { given, _ in given }) {
      try ScriptFile.write("#!/bin/sh\n\(body)\n", to: directory.appendingPathComponent(name))
    }
    let defaults = [
      "PATH": "\(directory.path):/usr/bin:/bin", "SERVER": "server", "PORT": "5201", "CONNECT_PORT": "5202",
      "SECONDS_TO_RUN": "60", "STREAMS": "4", "STATE": directory.path,
    ]
    let output = try await Command.run(
      "/bin/sh", ["-c", script()], environment: defaults.merging(environment) { $1 })
    return (output.exitCode, PerformanceTestLog(Array(output.standardOutput.utf8)), output.standardOutput)
  }

  private static let sound = [
    "curl": "echo '0.000100 0.000350'; exit 52",
    "ping": """
    echo '20 packets transmitted, 20 received, 0% packet loss, time 19028ms'
    echo 'rtt min/avg/max/mdev = 0.101/0.203/0.305/0.050 ms'
    """,
    "iperf3": """
    echo "$*" >>"$STATE/calls"
    echo '{"start": {"connected": [{"remote_host": "10.0.0.9"}]}, "end": '
    echo '{"sum_sent": {"retransmits": 3}, "sum_received": {"bits_per_second": 2.5e9}}}'
    """,
  ]

  @Test func `measures latency and both directions, and says so in its log`() async throws {
    let (status, log, text) = try await Self.run(
      Self.sound.merging(["iperf3": Self.sound["iperf3", default: ""] + "\necho \"$*\" >&2"]) { $1 })
    #expect(status == 0, "\(text)")
    #expect(log.problem == nil)
    #expect(log.steps.map(\.name) == ["wait", "ping", "connect", "send", "receive"])
    #expect(log.steps.allSatisfy { $0.exitStatus == 0 && $0.message.isEmpty }, "\(log.steps)")
    #expect(log.serverAddress == "10.0.0.9")
    let measurement = try #require(log.measurement)
    #expect(measurement.throughputBitsPerSecond == .init(send: 2_500_000_000, receive: 2_500_000_000))
    #expect(measurement.retransmits == .init(send: 3, receive: 3))
    #expect(
      measurement.ping == .init(attempts: 20, answers: 20, minimum: 101, average: 203, maximum: 305, deviation: 50))
    #expect(
      measurement.tcpConnect == .init(attempts: 20, answers: 20, minimum: 250, average: 250, maximum: 250, p95: 250))
    let arguments = "--client server --port 5201 --connect-timeout 5000 --json --interval 0 --time 60 --parallel 4"
    #expect(text.contains("\(arguments)\n") && text.contains("\(arguments) --reverse\n"), "\(text)")
  }

  @Test func `waits for a server that is not there yet`() async throws {
    var programs = Self.sound
    programs["curl"] = """
      echo x >>"$STATE/curls"
      [ "$(wc -l <"$STATE/curls")" -gt 5 ] || exit 7
      echo '0.0001 0.0004'
      """
    let (status, log, _) = try await Self.run(programs)
    #expect(status == 0)
    #expect(log.problem == nil)
  }

  @Test func `begins a measurement anew while the server serves another client`() async throws {
    var programs = Self.sound
    programs["iperf3"] = """
      echo x >>"$STATE/runs"
      [ "$(wc -l <"$STATE/runs")" -gt 2 ] || { echo '{"error": "the server is busy"}'; exit 1; }
      echo '{"end": {"sum_received": {"bits_per_second": 1000}}}'
      """
    let (status, log, text) = try await Self.run(programs)
    #expect(status == 0)
    #expect(log.measurement?.throughputBitsPerSecond == .init(send: 1000, receive: 1000))
    #expect(log.measurement?.retransmits == .init())
    #expect(!text.contains("busy"), "an earlier report would be taken for the last")
  }

  /// What fails, and with what the script then ends; and the problem that its log shows.
  static let failures: [(program: String, body: String, status: Int32, problem: String?)] = [
    ("curl", "exit 7", 1, "wait: no connection to server:5202 after 40 attempts"),
    ("ping", "echo 'ping: socket: Operation not permitted'; exit 2", 0, nil),
    ("iperf3", #"echo '{"error": "unable to connect"}'; exit 1"#, 1, "send: iperf3: unable to connect"),
    ("iperf3", "exit 137", 1, "send: iperf3 printed nothing"),
    (
      "iperf3",
      #"case "$*" in *--reverse*) exit 3 ;; *) echo '{"end": {"sum_received": {"bits_per_second": 7}}}' ;; esac"#, 1,
      "receive: iperf3 printed nothing"
    ),
  ]

  @Test(arguments: failures)
  func `fails only where there is no result, and says why`(
    program: String, body: String, status: Int32, problem: String?
  ) async throws {
    let run = try await Self.run(Self.sound.merging([program: body]) { $1 })
    #expect(run.status == status)
    #expect(run.log.problem == problem)
    #expect((run.log.measurement == nil) == (problem != nil))
    #expect(run.log.steps.contains { $0.exitStatus != 0 })
  }

  /// The programs that the script calls, and socat, which the server runs.
  private static let areToolsInstalled = ["iperf3", "socat", "ping", "curl"].allSatisfy { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }

  @Test(.enabled(if: areToolsInstalled))
  func `measures with the real programs over loopback`() async throws {
    let (port, connectPort) = (try freePort(), try freePort())
    let servers = try [
      ["iperf3", "--server", "--port", "\(port)"],
      ["socat", "TCP-LISTEN:\(connectPort),bind=127.0.0.1,reuseaddr,fork,max-children=32", "EXEC:/bin/true"],
    ].map { arguments in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      return process
    }
    defer { for server in servers { server.terminate() } }
    let (status, log, text) = try await Self.run(
      [:],
      environment: [
        "SERVER": "127.0.0.1", "PORT": "\(port)", "CONNECT_PORT": "\(connectPort)", "SECONDS_TO_RUN": "1",
        "STREAMS": "2",
      ])
    #expect(status == 0, "\(text)")
    #expect(log.problem == nil)
    #expect(log.serverAddress == "127.0.0.1")
    let measurement = try #require(log.measurement, "\(text)")
    #expect(measurement.throughputBitsPerSecond.send ?? 0 > 1_000_000)
    #expect(measurement.throughputBitsPerSecond.receive ?? 0 > 1_000_000)
    #expect(measurement.retransmits.send != nil && measurement.retransmits.receive != nil)
    #expect(measurement.tcpConnect?.answers == 20)
    #expect(measurement.tcpConnect?.p95Microseconds ?? 0 > 0)
    // A sandbox may allow no ICMP; then the log says so.
    #expect(measurement.ping != nil || log.steps.first { $0.name == "ping" }?.message.isEmpty == false)
    #expect(text.utf8.count < 32_768, "the log grows with the length of the run")
  }

  /// A port of loopback that nobody listens on.
  private func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
      }
    }
    try #require(isBound)
    return UInt16(bigEndian: address.sin_port)
  }
}
