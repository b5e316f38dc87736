import KubernetesModel
import Serialization

/// The schema of `EniAutoscalePolicy`: what `kubectl explain` says, what a server enforces, what the operator checks.
public enum EniAutoscalePolicySchema {
  typealias Spec = EniAutoscalePolicySpec

  public static let spec: StructuralSchema = .object(
    "How the pool of ENIs and IP addresses of each node is sized and healed. Every field has a default.",
    rules: [
      SchemaRule(
        !.has("minENIs") || !.has("maxENIs") || .integer("minENIs") <= .integer("maxENIs"),
        at: "minENIs", message: "must not exceed maxENIs"),
      SchemaRule(
        !.has("scaleDownThreshold") || !.has("scaleUpThreshold")
          || .decimal("scaleDownThreshold") < .decimal("scaleUpThreshold"),
        at: "scaleDownThreshold", message: "must be less than scaleUpThreshold"),
    ],
    [
      .field(
        "mode", .choice(Spec.Mode.self), default: "Recommend",
        """
        Recommend: report what would be done, in status and metrics, and write nothing else. Apply: do it.
        """),
      .field("nodeSelector", nodeSelector, default: [:], nodeSelector.description),
      .field(
        "priority", .integer(-1000...1000), default: 0,
        """
        When several policies select a node, the one with the highest priority acts. Among equals none does, and both say \
        so in the condition Conflict. From -1000 to 1000.
        """),
      .field(
        "minENIs", .integer(0...256), default: 2, filledBy: .reader,
        "ENIs that a node keeps at least, from 0 to 256. Default: MIN_ENI_COUNT of the operator, else 2."),
      .field(
        "maxENIs", .integer(1...256), default: 10, filledBy: .reader,
        """
        ENIs that a node is given at most, from 1 to 256; the instance type's own limit holds as well. \
        Default: MAX_ENI_COUNT of the operator, else 10.
        """),
      .field(
        "scaleUpThreshold", .openRatio, default: "0.8", filledBy: .reader,
        """
        A node whose ratio of used to total IPs is above this grows. Between 0 and 1, written in quotes. \
        Default: SCALE_UP_THRESHOLD of the operator, else "0.8". Where demand is predicted, thresholds hold only if one \
        of them is named, here or by the operator; the forecast may then ask for more than they do, never for less.
        """),
      .field(
        "scaleDownThreshold", .openRatio, default: "0.3", filledBy: .reader,
        """
        A node whose ratio of used to total IPs is below this shrinks. Between 0 and 1, written in quotes. \
        Default: SCALE_DOWN_THRESHOLD of the operator, else "0.3". Where demand is predicted: see scaleUpThreshold.
        """),
      .field(
        "evaluationInterval", .duration(.seconds(1)...(.hours(1))), default: "15s",
        "Time between two evaluations, 1s to 1h."),
      .section("signal", signal),
      .section("legacy", legacy),
      .section("behavior", behavior),
      .section("forecast", forecast),
      .section("budget", budget),
      .field(
        "pauseRequests", .list(of: .text(1...253), count: 0...32, .set), default: [],
        """
        Who wants this policy to pause, one entry for each requester; any entry pauses it. Each requester removes its own. \
        Example: [cluster-upgrade].
        """),
      .field(
        "maintenanceWindows", .list(of: maintenanceWindow, count: 0...16), default: [],
        "When changes are allowed. Growth that pods wait for is never held back. Empty: always."),
      .section("remediation", remediation),
    ])

  private static let nodeSelector: StructuralSchema = .object(
    "Kubernetes Nodes to which the policy applies. Empty: all that have a Terway Node resource.",
    [
      .field("matchLabels", .labels(), default: [:], "Labels that a node must have. Example: {pool: gpu}."),
      .field(
        "matchExpressions", .list(of: requirement, count: 0...16), default: [],
        "Conditions on the labels of a node, all of which must hold."),
    ])

  private static let requirement: StructuralSchema = .object(
    "A condition on one label.",
    rules: [
      SchemaRule(
        .text("operator", isOneOf: ["In", "NotIn"]) && .count("values") > 0
          || .text("operator", isOneOf: ["Exists", "DoesNotExist"]) && .count("values") == 0,
        at: "values", message: "must be given for In and NotIn, and left out for Exists and DoesNotExist")
    ],
    [
      .required("key", .text(1...317), "Name of the label."),
      .required(
        "operator", .choice(Spec.NodeSelector.Requirement.Operator.self), "In, NotIn, Exists or DoesNotExist."),
      .field(
        "values", .list(of: .text(0...63), count: 0...64, .set), default: [], "Values for In and NotIn."),
    ])

  private static let signal: StructuralSchema = .object(
    "Where the use of IP addresses is read.",
    rules: [
      SchemaRule(
        .text("source") != "Prometheus" || .text("prometheus", "url") != "",
        at: "prometheus", "url", message: "is required by the source Prometheus")
    ],
    [
      .field(
        "source", .choice(Spec.Signal.Source.self), default: "Auto",
        """
        NodeResource: Terway's Node resources. Prometheus: a query. Auto: Node resources where Terway fills them (CRD IPAM), \
        else the query.
        """),
      .field(
        "maxStaleness", .duration(.seconds(10)...(.hours(24))), default: "2m",
        "Age from which on a value is stale: the node is not shrunk on it. 10s to 24h."),
      .section(
        "prometheus",
        .object(
          "The Prometheus that is asked.",
          [
            .field(
              "url", .optionalURL, default: "", "Base URL. Example: http://prometheus-k8s.monitoring.svc:9090."),
            .field(
              "query", .optionalPromQL, default: "",
              """
              PromQL expression that gives the ratio of used to total IPs by the label node. Empty: the recording rule of \
              the monitoring profile.
              """),
            .field(
              "totalQuery", .optionalPromQL, default: "",
              """
              PromQL expression that gives the IPs that each node has, used or not, by the label node. It is asked for nodes \
              with Legacy IPAM only. Empty: the recording rule of the monitoring profile.
              """),
            .field(
              "credentialsSecret", .optionalSecretName, default: "",
              """
              Secret in the operator's namespace with the key token, or the keys username and password, and perhaps the key \
              ca.crt: the authorities, as PEM, that may have signed the certificate of the Prometheus. Empty: no \
              authentication, and the authorities that the image trusts.
              """),
          ])),
    ])

  private static let behavior: StructuralSchema = .object(
    "How fast a node grows and shrinks.",
    [
      .section(
        "scaleUp",
        .object(
          "Growth.",
          [
            stabilizationWindow(default: "0s", "The smallest size wanted during this time is used, 0s to 24h."),
            maxStep(default: 2),
          ])),
      .section(
        "scaleDown",
        .object(
          "Shrinking.",
          [
            stabilizationWindow(default: "5m", "The largest size wanted during this time is used, 0s to 24h."),
            maxStep(default: 1),
            .field(
              "cooldown", .duration(.zero...(.hours(24))), default: "10m",
              "Time after a step in either direction before the node may shrink, 0s to 24h."),
          ])),
    ])

  private static func stabilizationWindow(default value: JSONValue, _ description: String) -> SchemaField {
    .field("stabilizationWindow", .duration(.zero...(.hours(24))), default: value, description)
  }

  private static func maxStep(default value: JSONValue) -> SchemaField {
    .field("maxStepENIs", .integer(1...64), default: value, "ENIs by which one step changes a node at most, 1 to 64.")
  }

  private static let forecast: StructuralSchema = .object(
    "Idle addresses for demand that is about to come.",
    [
      .field("enabled", .boolean, default: true, "Whether demand is predicted. Without, thresholds alone decide."),
      .field(
        "coverage", .decimal(.decimal() >= 0.5 && .decimal() < 1, "must be at least 0.5 and less than 1"),
        default: "0.99",
        """
        Share of the times it takes to get new addresses in which the idle ones suffice, from 0.5 to below 1. \
        Higher waits less and keeps more idle.
        """),
    ])

  private static let budget: StructuralSchema = .object(
    "How much may change at once.",
    [
      .field(
        "maxConcurrentNodes", .countOrPercent, default: "10%",
        "Nodes that change at the same time at most: a number or a percentage of those managed, rounded up. Example: \"10%\"."
      ),
      .field(
        "writesPerMinute", .integer(1...6000), default: 60,
        "Writes to the API server per minute at most, 1 to 6000. Events, which tell of them, do not count."),
    ])

  private static let legacy: StructuralSchema = .object(
    """
    Nodes whose daemon owns the pool (Legacy IPAM). What they use is asked of the Prometheus of spec.signal, and a change \
    restarts their daemon, one node at a time, because it reads its configuration at no other time.
    """,
    [
      .field(
        "ipsPerENI", .integer(0...1000), default: 0,
        """
        IPs of an ENI of these nodes' instance type, to 1000; what a node may have in all is its annotation \
        k8s.aliyun.com/max-available-ip. 0: such nodes are skipped, as they are without a Prometheus.
        """),
      .field(
        "restartInterval", .duration(.minutes(1)...(.hours(168))), default: "30m",
        "Time between two starts of a node's daemon at least, whoever restarted it, 1m to 168h."),
    ])

  private static let maintenanceWindow: StructuralSchema = .object(
    "A time in which changes are allowed, again and again.",
    [
      .required("schedule", .schedule, "Starts, as a cron expression. Example: \"0 3 * * *\"."),
      .required("duration", .duration(.minutes(1)...(.hours(168))), "Length, 1m to 168h."),
      .field(
        "timeZone", .string(timeZone, length: 0...64), default: "",
        "IANA time zone of the schedule. Empty: UTC. Example: Asia/Shanghai."),
    ])

  private static let remediation: StructuralSchema = .object(
    "What happens when a fault is found, such as a stuck daemon or an ENI that stays attaching.",
    [
      .field(
        "mode", .choice(Spec.Remediation.Mode.self), default: "Report",
        """
        Off: faults are not looked for. Report: they are reported. Act: they are healed within the limits below, where the \
        policy's own mode is Apply.
        """),
      .field("maxActionsPerHour", .integer(1...1000), default: 6, "Actions per hour at most, 1 to 1000."),
      .field(
        "actions", .list(of: .choice(Spec.Remediation.Action.self), count: 0...16, .set), default: [],
        """
        Actions that are allowed: RestartDaemon, ForceResync, EnterScarcityMode, DeleteLeakedPodENI (for each PodENI only \
        when its annotation ops.terway.io/approve says DeleteLeakedPodENI). Empty: all that need no approval.
        """),
    ])

  private static let timeZone = SchemaPattern(
    "^([A-Za-z][-+A-Za-z0-9_]*(/[-+A-Za-z0-9_]+)*)?$", "an IANA time zone, or empty",
    examples: ["Asia/Shanghai", "UTC"])
}
