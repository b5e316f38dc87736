import KubernetesModel
import Serialization
import TerwayModel

/// A measurement between two nodes: a server that waits, and a client that runs once or on a schedule.
///
/// The client's log is read by `PerformanceTestLog`. What a run does stands in `PerformanceTestScript`.
public enum PerformanceTest {
  /// Selects Jobs and Pods of all performance tests.
  public static let selector = LabelSelector(matchLabels: [nameLabel: "terway-performance-test"])
  /// Of a Pod: `client` or `server`.
  public static let roleLabel = "app.kubernetes.io/component"
  /// The container of a client's Pod whose log is read.
  public static let clientContainer = "client"

  /// Of the Job, or of the CronJob that makes the Jobs.
  public static func clientName(of profile: String) -> String { name(profile) }

  /// Of the Job that a value of the annotation, after another, asks for where there is a schedule: always the same.
  public static func jobName(of profile: String, rerun: String, after former: String) -> String {
    ObjectName.label(profile, "-performance-test-\(ObjectName.hash("\(former)\n\(rerun)"))", limit: 63)
  }

  private static let nameLabel = "app.kubernetes.io/name"
  private static let iperf = (name: "iperf3", port: 5201)
  /// Takes connections and hangs up: a connection to iperf3 itself would disturb its measurement.
  private static let connect = (name: "connect", port: 5202)
  private static let retries: Int64 = 2

  static func manifests(_ context: RenderContext) -> [Manifest] {
    guard context.spec.performanceTest.enabled else { return [] }
    return [server(context), service(context), client(context)]
  }

  private static func name(_ profile: String, _ suffix: String = "") -> String {
    // A CronJob's name may have 52 characters: its Jobs add eleven.
    ObjectName.label(profile, "-performance-test\(suffix)", limit: 52)
  }

  // MARK: Server

  private static func server(_ context: RenderContext) -> Manifest {
    let labels = podLabels(context, "server")
    var measured = container("server", context, ["iperf3", "--server", "--port", "\(iperf.port)"])
    measured["ports"] = [["name": .string(iperf.name), "containerPort": JSONValue(iperf.port), "protocol": "TCP"]]
    // Looks for the listening socket: connecting to it would disturb a measurement.
    measured["readinessProbe"] = [
      "exec": [
        "command": [
          "sh", "-c", .string("grep -qE ':\(hexadecimal(iperf.port)) .* 0A ' /proc/net/tcp /proc/net/tcp6"),
        ]
      ],
      "periodSeconds": 5,
    ]
    var hangingUp = container(
      "connect", context, ["socat", "TCP-LISTEN:\(connect.port),reuseaddr,fork,max-children=32", "EXEC:/bin/true"])
    hangingUp["ports"] = [["name": .string(connect.name), "containerPort": JSONValue(connect.port), "protocol": "TCP"]]
    return Manifest(
      GeneratedResource.deployment, namespace: context.spec.namespace, name: name(context.profile, "-server"),
      labels: context.labels,
      [
        "spec": [
          "replicas": 1,
          "selector": ["matchLabels": JSONValue(labels)],
          "template": [
            "metadata": ["labels": JSONValue(context.labels.merging(labels) { $1 })],
            "spec": podSpec([measured, hangingUp], restartPolicy: "Always"),
          ],
        ]
      ])
  }

  private static func service(_ context: RenderContext) -> Manifest {
    Manifest(
      GeneratedResource.service, namespace: context.spec.namespace, name: name(context.profile, "-server"),
      labels: context.labels,
      [
        "spec": [
          // Headless: the client talks to the pod itself, and no proxy is measured along.
          "clusterIP": "None",
          "selector": JSONValue(podLabels(context, "server")),
          "ports": .array(
            [iperf, connect].map { name, port in
              [
                "name": .string(name), "port": JSONValue(port), "targetPort": .string(name), "protocol": "TCP",
              ]
            }),
        ]
      ])
  }

  // MARK: Client

  private static func client(_ context: RenderContext) -> Manifest {
    let schedule = context.spec.performanceTest.schedule
    var job = jobSpec(context)
    let labels = context.labels.merging(selector.matchLabels) { $1 }
    guard !schedule.isEmpty else {
      // Without a time to live: the operator would make anew what ended, and measure for ever.
      return Manifest(
        GeneratedResource.job, namespace: context.spec.namespace, name: clientName(of: context.profile), labels: labels,
        ["spec": job])
    }
    job["ttlSecondsAfterFinished"] = 604_800
    return Manifest(
      GeneratedResource.cronJob, namespace: context.spec.namespace, name: clientName(of: context.profile),
      labels: labels,
      [
        "spec": [
          "schedule": .string(schedule),
          "concurrencyPolicy": "Forbid",
          "startingDeadlineSeconds": 300,
          "successfulJobsHistoryLimit": 3,
          "failedJobsHistoryLimit": 3,
          "jobTemplate": ["metadata": ["labels": JSONValue(labels)], "spec": job],
        ]
      ])
  }

  private static func jobSpec(_ context: RenderContext) -> JSONValue {
    let test = context.spec.performanceTest
    let duration = Int64(test.duration.seconds.rounded(.up))
    let labels = podLabels(context, "client")
    var measuring = container(clientContainer, context, ["sh", "-c", .string(PerformanceTestScript.text)])
    measuring["env"] = .array(
      [
        ("SERVER", "\(name(context.profile, "-server")).\(context.spec.namespace).svc"), ("PORT", "\(iperf.port)"),
        ("CONNECT_PORT", "\(connect.port)"), ("SECONDS_TO_RUN", "\(duration)"), ("STREAMS", "\(test.parallelStreams)"),
      ].map { ["name": .string($0), "value": .string($1)] })
    var pod = podSpec([measuring], restartPolicy: "Never")
    // ping needs no capability with it, and any may use it: Kubernetes counts it among the safe ones.
    pod["securityContext"]?["sysctls"] = [["name": "net.ipv4.ping_group_range", "value": "0 2147483647"]]
    pod["affinity"] = [
      "podAntiAffinity": [
        "requiredDuringSchedulingIgnoredDuringExecution": [
          [
            "labelSelector": ["matchLabels": JSONValue(podLabels(context, "server"))],
            "topologyKey": .string(test.topologyKey),
          ]
        ]
      ]
    ]
    return [
      "backoffLimit": JSONValue(retries),
      // Two minutes for a node and an image to be found, and for each retry again.
      "activeDeadlineSeconds": JSONValue(
        (retries + 1) * (120 + PerformanceTestScript.longestRun(measuring: duration))),
      "template": ["metadata": ["labels": JSONValue(context.labels.merging(labels) { $1 })], "spec": pod],
    ]
  }

  // MARK: What both have in common

  private static func podLabels(_ context: RenderContext, _ role: String) -> [String: String] {
    selector.matchLabels.merging([
      roleLabel: role, "ops.terway.io/profile": ObjectName.labelValue(context.profile),
    ]) { $1 }
  }

  private static func podSpec(_ containers: [JSONValue], restartPolicy: JSONValue) -> JSONValue {
    [
      "restartPolicy": restartPolicy,
      "automountServiceAccountToken": false,
      "enableServiceLinks": false,
      "terminationGracePeriodSeconds": 5,
      "securityContext": [
        "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "seccompProfile": ["type": "RuntimeDefault"],
      ],
      "containers": .array(containers),
      "volumes": [["name": "tmp", "emptyDir": ["sizeLimit": "16Mi"]]],
    ]
  }

  private static func container(_ name: String, _ context: RenderContext, _ command: [JSONValue]) -> JSONValue {
    [
      "name": .string(name),
      "image": .string(context.spec.performanceTest.image),
      "imagePullPolicy": "IfNotPresent",
      "command": .array(command),
      // No CPU limit: throttling would be measured as network.
      "resources": ["requests": ["cpu": "100m", "memory": "64Mi"], "limits": ["memory": "256Mi"]],
      "securityContext": [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
      ],
      // iperf3 keeps the data it sends in a file.
      "volumeMounts": [["name": "tmp", "mountPath": "/tmp"]],
    ]
  }

  private static func hexadecimal(_ port: Int) -> String { String(port, radix: 16, uppercase: true) }
}
