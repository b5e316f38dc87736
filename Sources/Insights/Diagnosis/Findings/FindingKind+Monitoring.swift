extension FindingKind {
  /// Of the way from an endpoint to a series.
  static func ofMonitoring(_ id: FindingID) -> FindingKind? {
    switch id {
    case .scrapeEndpointMissing:
      FindingKind(
        .warning, Bilingual("What is to be scraped is not there", "没有可采集的端点"),
        do: Bilingual(
          "Make the Service or the pods that the object selects, or correct its selector",
          "请创建其选择的 Service 或 Pod，或更正选择器"),
        "kubectl -n {namespace} get {resource} {name} -o yaml")
    case .scrapeObjectMissing:
      FindingKind(
        .warning, Bilingual("An object of a profile is not as it should be", "Profile 的对象未就绪"),
        do: Bilingual("The profile's status says why", "Profile 的状态中有原因"), "kubectl describe twmp {profile}")
    case .scrapeObjectNotSelected:
      FindingKind(
        .warning, Bilingual("No Prometheus selects a scrape object", "没有 Prometheus 选择该采集对象"),
        do: Bilingual(
          "Give it the labels that a Prometheus selects: spec.selectorLabels of the profile",
          "请添加 Prometheus 选择的标签：Profile 的 spec.selectorLabels"),
        "kubectl get prometheus -A -o jsonpath='{range .items[*]}{.metadata.name} {.spec.serviceMonitorSelector}{\"\\n\"}{end}'"
      )
    case .targetDown:
      FindingKind(
        .warning, Bilingual("Prometheus does not reach a target", "Prometheus 无法访问采集目标"),
        do: Bilingual(
          "A NetworkPolicy, a port of another name, or a process that does not listen",
          "可能是 NetworkPolicy、端口名不符或进程未监听"), "kubectl -n {namespace} get pods,endpoints -o wide")
    case .metricsAbsent:
      FindingKind(
        .warning, Bilingual("Prometheus has no series of Terway", "Prometheus 中没有 Terway 的时间序列"),
        do: Bilingual(
          "Follow the way from the endpoint to the series: what comes first in this list",
          "请沿采集链路逐级排查：以列表中靠前者为准"), "kubectl describe twmp")
    case .readingUnusual:
      FindingKind(
        .info, Bilingual("A signal is not as it usually is", "某一信号偏离常态"),
        do: Bilingual(
          "Ask what began at that time: a rollout, a load test, a change of configuration; terway-operator report shows the last week",
          "请查明该时间发生了什么：发布、压测或配置变更；terway-operator report 会列出最近一周"))
    default: nil
    }
  }
}
