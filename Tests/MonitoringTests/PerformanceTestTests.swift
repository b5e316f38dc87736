import Monitoring
import Serialization
import TerwayModel
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
    for labels in [once.content.at("metadata", "labels"), cron.at("jobTemplate", "metadata", "labels")] {
      #expect(labels?["app.kubernetes.io/name"] == "terway-performance-test", "nobody would find the Job")
    }
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

  @Test func `pings without a capability`() throws {
    let sysctl = try Self.client().at("template", "spec", "securityContext", "sysctls")?[0]
    #expect(sysctl?["name"] == "net.ipv4.ping_group_range")
  }

  @Test func `uses the image and the topology that the profile names`() throws {
    var spec = MonitoringProfileSpec()
    spec.performanceTest.enabled = true
    spec.performanceTest.image = "registry.example.com/netshoot@sha256:\(String(repeating: "0", count: 64))"
    spec.performanceTest.topologyKey = "topology.kubernetes.io/zone"
    let manifests = MonitoringRenderer.manifests(for: "terway", spec: spec)
    for manifest in manifests where manifest.reference.resource != GeneratedResource.service {
      for container in manifest.content.at("spec", "template", "spec", "containers")?.array ?? [] {
        #expect(container["image"]?.string == spec.performanceTest.image)
      }
    }
    let text = try #require(manifests.first("Job", "terway-performance-test")).content.jsonText()
    #expect(text.contains(#""topologyKey":"topology.kubernetes.io/zone""#))
  }

  @Test func `runs what is pinned, with limits and without rights`() {
    for manifest in Self.manifests() {
      guard let pod = manifest.content.at("spec", "template", "spec") else { continue }
      #expect(pod["automountServiceAccountToken"] == false)
      #expect(pod.at("securityContext", "runAsNonRoot") == true)
      for container in pod["containers"]?.array ?? [] {
        #expect(container["image"]?.string?.contains(/:v[0-9]/) == true)
        #expect(container.at("resources", "limits", "memory") != nil)
        #expect(container.at("securityContext", "capabilities", "drop") == ["ALL"])
        #expect(container.at("securityContext", "allowPrivilegeEscalation") == false)
        #expect(container.at("securityContext", "readOnlyRootFilesystem") == true)
      }
    }
  }
}
