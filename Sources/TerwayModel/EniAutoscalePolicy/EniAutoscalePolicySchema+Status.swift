import KubernetesModel
import Serialization

extension EniAutoscalePolicySchema {
  static let status: StructuralSchema = .object(
    "What the operator found and did.",
    [
      .observedGeneration,
      .status(
        "conditions", .conditions, default: [],
        """
        Ready: the policy is in force. Reconciling: changes are under way. Stalled: the spec cannot be carried out until \
        somebody changes it. Conflict: another policy of the same priority selects the same nodes. NoFaults: no fault of \
        a node has lasted. AddressesSuffice: no vSwitch has run out of addresses.
        """),
      .statusSection(
        "nodes",
        .object(
          "Numbers of nodes.",
          [
            count("matched", "Nodes that the policy selects."),
            count("managed", "Nodes that the policy sizes."),
            count("atMaximum", "Nodes with as many ENIs as they may have."),
            count("belowMinimum", "Nodes with fewer ENIs than minENIs."),
            count("stale", "Nodes without a fresh value; they are not shrunk."),
            count("skipped", "Nodes that are selected and cannot be managed, or belong to another policy."),
          ])),
      count("currentENIs", "ENIs of the managed nodes."),
      count("desiredENIs", "ENIs that the managed nodes should have."),
      .optional("lastScaleTime", .timestamp, "When a node was changed last."),
      .status(
        "attention", .list(of: attention, count: 0...10), default: [],
        "The nodes that need it most, worst first, up to 10."),
      .status(
        "remediations", .list(of: remediation, count: 0...20), default: [],
        "The latest faults and actions, newest first, up to 20."),
    ])

  private static let attention: StructuralSchema = .object(
    "A node that somebody should look at.",
    [
      .required("node", .string(length: 1...253), "Name of the node."),
      .required("reason", .string(length: 1...128), "Why, in a word. Example: AtMaximum."),
      .status("message", .string(length: 0...1024), default: "", "Why, in a sentence."),
      count("currentENIs", "ENIs of the node."),
      count("desiredENIs", "ENIs that the node should have."),
    ])

  private static let remediation: StructuralSchema = .object(
    "A fault, and what was done about it.",
    [
      .required("time", .timestamp, "When it was found or acted on."),
      .status("node", .string(length: 0...253), default: "", "Name of the node; empty for a fault of the cluster."),
      .status(
        "object", .string(length: 0...320), default: "",
        "What it is about: an ENI, a vSwitch, a PodENI as namespace/name; empty for the node itself."),
      .required("fault", .string(length: 1...128), "Kind of the fault. Example: DaemonWedged."),
      .status("action", .string(length: 0...128), default: "", "What was done; empty when nothing was."),
      .status(
        "target", .string(length: 0...320), default: "",
        "What it was done to, as namespace/name; empty for Terway's Node resource."),
      .required(
        "outcome", .choice(EniAutoscalePolicyStatus.Remediation.Outcome.self),
        "Reported, AwaitingApproval, Verifying, Healed or Failed."),
      .status("message", .string(length: 0...1024), default: "", "The evidence, in a sentence."),
    ])

  private static func count(_ name: String, _ description: String) -> SchemaField {
    .status(name, .integer(0...Int64.max), default: 0, description)
  }
}
