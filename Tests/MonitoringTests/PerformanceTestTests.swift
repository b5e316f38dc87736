import Foundation
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

struct `Rendered performance test` {
  private static func manifests(schedule: String = "") -> [Manifest] {
    var spec = MonitoringProfileSpec()
    spec.performanceTest.enabled = true
    spec.performanceTest.schedule = schedule
    return MonitoringRenderer.manifests(for: "terway", spec: spec)
  }

  private static func client() throws -> JSONValue {
    try #require(manifests().first("Job", "terway-performance-test")?.content["spec"])
  }

  private static func script() throws -> String {
    try #require(client().at("template", "spec", "containers")?[0]?["command"]?[2]?.string)
  }

  @Test func `runs once as a Job, and on a schedule as a CronJob`() throws {
    let once = try #require(Self.manifests().first("Job", "terway-performance-test"))
    let scheduled = Self.manifests(schedule: "0 3 * * *")
    #expect(scheduled.first("Job", "terway-performance-test") == nil)
    let cron = try #require(scheduled.first("CronJob", "terway-performance-test")?.content["spec"])
    #expect(cron["schedule"] == "0 3 * * *" && cron["concurrencyPolicy"] == "Forbid")
    var job = try #require(cron.at("jobTemplate", "spec"))
    #expect(job["ttlSecondsAfterFinished"] != nil, "the jobs of a schedule pile up")
    job["ttlSecondsAfterFinished"] = nil
    #expect(job == once.content["spec"], "a Job that goes by itself would be made, and run, again and again")
  }

  @Test func `has a server, reached without a proxy`() throws {
    let service = try #require(Self.manifests().first("Service", "terway-performance-test-server")?.content["spec"])
    let server = try #require(
      Self.manifests().first("Deployment", "terway-performance-test-server")?.content["spec"])
    #expect(service["clusterIP"] == "None")
    #expect(service["selector"] == server.at("selector", "matchLabels"))
    let labels = server.at("template", "metadata", "labels")?.object ?? [:]
    for (name, value) in service["selector"]?.object ?? [:] { #expect(labels[name] == value) }
  }

  @Test func `bounds every attempt and keeps client and server on different nodes`() throws {
    let job = try Self.client()
    for bound in ["backoffLimit", "activeDeadlineSeconds"] {
      #expect(job[bound]?.integer ?? 0 > 0, "\(bound)")
    }
    let term = job.at("template", "spec", "affinity", "podAntiAffinity")?[
      "requiredDuringSchedulingIgnoredDuringExecution"]?[0]
    #expect(term?["topologyKey"] == "kubernetes.io/hostname")
    #expect(term?.at("labelSelector", "matchLabels", "app.kubernetes.io/component") == "server")
  }

  @Test func `runs what is pinned, with limits and without rights`() {
    for manifest in Self.manifests() {
      guard let pod = manifest.content.at("spec", "template", "spec") else { continue }
      #expect(pod["automountServiceAccountToken"] == false)
      #expect(pod.at("securityContext", "runAsNonRoot") == true)
      let container = pod["containers"]?[0]
      #expect(container?["image"]?.string?.contains(/:v[0-9]/) == true)
      #expect(container?.at("resources", "limits", "memory") != nil)
      #expect(container?.at("securityContext", "capabilities", "drop") == ["ALL"])
      #expect(container?.at("securityContext", "readOnlyRootFilesystem") == true)
    }
  }

  /// Runs the client's script with an `iperf3` of ours in its place.
  private static func run(iperf3: String) throws -> (status: Int32, output: String) {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("iperf3-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (name, body) in ["iperf3": iperf3, "sleep": ""] {
      try ScriptFile.write("#!/bin/sh\n\(body)\n", to: directory.appendingPathComponent(name))
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", try script()]
    process.environment = [
      "PATH": "\(directory.path):/usr/bin:/bin", "SERVER": "server", "PORT": "5201", "SECONDS_TO_RUN": "60",
      "STREAMS": "4", "STATE": directory.path,
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test func `prints both reports as one JSON document`() throws {
    let (status, output) = try Self.run(iperf3: #"printf '{"arguments": "%s"}' "$*""#)
    #expect(status == 0)
    let result = try JSONValue(jsonBytes: Array(output.utf8))
    #expect(
      result.at("latency", "arguments")
        == "--client server --port 5201 --connect-timeout 5000 --json --time 10 --bitrate 64K")
    #expect(
      result.at("throughput", "arguments")
        == "--client server --port 5201 --connect-timeout 5000 --json --time 60 --parallel 4")
  }

  @Test func `waits for a server that is not there yet`() throws {
    let (status, output) = try Self.run(
      iperf3: #"echo x >>"$STATE/calls"; echo '{}'; [ "$(wc -l <"$STATE/calls")" -gt 3 ]"#)
    #expect(status == 0)
    #expect(try JSONValue(jsonBytes: Array(output.utf8)) == ["latency": [:], "throughput": [:]])
  }

  @Test func `fails, and says why, when the server never comes`() throws {
    let (status, output) = try Self.run(iperf3: #"echo '{"error": "refused"}'; exit 1"#)
    #expect(status == 1)
    #expect(output == "{\"error\": \"refused\"}\n")
  }

  @Test func `fails with the status of the throughput run, and says why`() throws {
    let (status, output) = try Self.run(
      iperf3: #"case "$*" in *--parallel*) echo '{"error": "lost"}'; exit 7 ;; *) echo '{}' ;; esac"#)
    #expect(status == 7)
    #expect(output == "{\"error\": \"lost\"}\n")
  }
}
