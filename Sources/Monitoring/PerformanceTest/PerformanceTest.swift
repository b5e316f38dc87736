import Serialization
import TerwayModel

/// An iperf3 measurement between two nodes: a server that waits, and a client that runs once or on a schedule.
///
/// The client's log is one JSON document, `{"latency": …, "throughput": …}`, each iperf3's own report; the round-trip time is
/// the `mean_rtt` that the kernel measured while next to nothing was sent. It exits non-zero when either run fails.
enum PerformanceTest {
  /// Pinned: what is measured must not change with a tag.
  static let image = "docker.io/nicolaka/netshoot:v0.13"
  private static let port = 5201

  static func manifests(_ context: RenderContext) -> [Manifest] {
    guard context.spec.performanceTest.enabled else { return [] }
    return [server(context), service(context), client(context)]
  }

  private static func name(_ context: RenderContext, _ suffix: String = "") -> String {
    // A CronJob's name may have 52 characters: its Jobs add eleven.
    ObjectName.label(context.profile, "-performance-test\(suffix)", limit: 52)
  }

  private static func server(_ context: RenderContext) -> Manifest {
    let labels = podLabels(context, "server")
    var container = self.container("server", command: ["iperf3", "--server", "--port", "\(port)"])
    container["ports"] = [["name": "iperf3", "containerPort": JSONValue(port), "protocol": "TCP"]]
    // Looks for the listening socket: connecting to it would disturb a measurement.
    container["readinessProbe"] = [
      "exec": [
        "command": ["sh", "-c", .string("grep -qE ':\(portInHexadecimal) .* 0A ' /proc/net/tcp /proc/net/tcp6")]
      ],
      "periodSeconds": 5,
    ]
    return Manifest(
      GeneratedResource.deployment, namespace: context.spec.namespace, name: name(context, "-server"),
      labels: context.labels,
      [
        "spec": [
          "replicas": 1,
          "selector": ["matchLabels": JSONValue(labels)],
          "template": [
            "metadata": ["labels": JSONValue(context.labels.merging(labels) { $1 })],
            "spec": podSpec(container, restartPolicy: "Always"),
          ],
        ]
      ])
  }

  private static func service(_ context: RenderContext) -> Manifest {
    Manifest(
      GeneratedResource.service, namespace: context.spec.namespace, name: name(context, "-server"),
      labels: context.labels,
      [
        "spec": [
          // Headless: the client talks to the pod itself, and no proxy is measured along.
          "clusterIP": "None",
          "selector": JSONValue(podLabels(context, "server")),
          "ports": [["name": "iperf3", "port": JSONValue(port), "targetPort": "iperf3", "protocol": "TCP"]],
        ]
      ])
  }

  private static func client(_ context: RenderContext) -> Manifest {
    let schedule = context.spec.performanceTest.schedule
    var job = jobSpec(context)
    guard !schedule.isEmpty else {
      // Without a time to live: the operator would make anew what ended, and measure for ever.
      return Manifest(
        GeneratedResource.job, namespace: context.spec.namespace, name: name(context), labels: context.labels,
        ["spec": job])
    }
    job["ttlSecondsAfterFinished"] = 604_800
    return Manifest(
      GeneratedResource.cronJob, namespace: context.spec.namespace, name: name(context), labels: context.labels,
      [
        "spec": [
          "schedule": .string(schedule),
          "concurrencyPolicy": "Forbid",
          "startingDeadlineSeconds": 300,
          "successfulJobsHistoryLimit": 3,
          "failedJobsHistoryLimit": 3,
          "jobTemplate": ["metadata": ["labels": JSONValue(context.labels)], "spec": job],
        ]
      ])
  }

  private static func jobSpec(_ context: RenderContext) -> JSONValue {
    let duration = Int64(context.spec.performanceTest.duration.seconds.rounded(.up))
    let labels = podLabels(context, "client")
    var container = self.container("client", command: ["sh", "-c", .string(script)])
    container["env"] = [
      ["name": "SERVER", "value": .string("\(name(context, "-server")).\(context.spec.namespace).svc")],
      ["name": "PORT", "value": .string("\(port)")],
      ["name": "SECONDS_TO_RUN", "value": .string("\(duration)")],
      ["name": "STREAMS", "value": .string("\(context.spec.performanceTest.parallelStreams)")],
    ]
    var pod = podSpec(container, restartPolicy: "Never")
    pod["affinity"] = [
      "podAntiAffinity": [
        "requiredDuringSchedulingIgnoredDuringExecution": [
          [
            "labelSelector": ["matchLabels": JSONValue(podLabels(context, "server"))],
            "topologyKey": "kubernetes.io/hostname",
          ]
        ]
      ]
    ]
    return [
      "backoffLimit": 2,
      // Two minutes for a node and an image to be found, one for a server that starts late, and for each retry again.
      "activeDeadlineSeconds": JSONValue(3 * (duration + 180)),
      "template": ["metadata": ["labels": JSONValue(context.labels.merging(labels) { $1 })], "spec": pod],
    ]
  }

  /// Runs under `set -eu`; a failed run prints what iperf3 reported and ends with its failure.
  private static let script = #"""
    set -eu
    measure() { iperf3 --client "$SERVER" --port "$PORT" --connect-timeout 5000 --json "$@"; }

    # Round-trip time first, of an idle path. The server may still be starting.
    attempt=1
    until latency=$(measure --time 10 --bitrate 64K); do
      if [ "$attempt" -ge 12 ]; then
        printf '%s\n' "$latency"
        exit 1
      fi
      attempt=$((attempt + 1))
      sleep 5
    done

    throughput=$(measure --time "$SECONDS_TO_RUN" --parallel "$STREAMS") || {
      status=$?
      printf '%s\n' "$throughput"
      exit "$status"
    }
    printf '{"latency": %s, "throughput": %s}\n' "$latency" "$throughput"

    """#

  private static func podLabels(_ context: RenderContext, _ role: String) -> [String: String] {
    [
      "app.kubernetes.io/name": "terway-performance-test", "app.kubernetes.io/component": role,
      "ops.terway.io/profile": ObjectName.labelValue(context.profile),
    ]
  }

  private static func podSpec(_ container: JSONValue, restartPolicy: JSONValue) -> JSONValue {
    [
      "restartPolicy": restartPolicy,
      "automountServiceAccountToken": false,
      "enableServiceLinks": false,
      "terminationGracePeriodSeconds": 5,
      "securityContext": [
        "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "seccompProfile": ["type": "RuntimeDefault"],
      ],
      "containers": [container],
      "volumes": [["name": "tmp", "emptyDir": ["sizeLimit": "16Mi"]]],
    ]
  }

  private static func container(_ name: String, command: [JSONValue]) -> JSONValue {
    [
      "name": .string(name),
      "image": .string(image),
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

  private static let portInHexadecimal = String(port, radix: 16, uppercase: true)
}
