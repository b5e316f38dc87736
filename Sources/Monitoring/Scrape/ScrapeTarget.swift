/// Whose pods a generated object makes Prometheus scrape.
public enum ScrapeTarget: Hashable, Sendable {
  case `operator`, agent, controlplane
  /// This container of the daemon's pods.
  case daemon(container: String)
}

/// Our agents' pods.
public enum AgentPods {
  public static let labels = [OperatorEndpoint.jobLabel: "terway-operator", "app.kubernetes.io/component": "agent"]
}

/// The pods of Terway's controlplane, as its chart labels them.
public enum ControlplanePods {
  /// The value becomes the `job` of their series.
  static let jobLabel = "k8s-app"
  public static let labels = [jobLabel: "terway-controlplane"]
  /// What the container declares as its port `metrics`, whatever its configuration says.
  static let declaredPort: UInt16 = 8081
}
