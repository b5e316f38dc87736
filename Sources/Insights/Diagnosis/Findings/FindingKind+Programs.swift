extension FindingKind {
  /// Of Terway's own programs.
  static func ofPrograms(_ id: FindingID) -> FindingKind? {
    switch id {
    case .imagePullFailing:
      FindingKind(
        .critical, Bilingual("An image of Terway cannot be pulled", "无法拉取 Terway 镜像"),
        do: Bilingual(
          "Check the image's name, the registry and the node's way to it",
          "请检查镜像名称、镜像仓库及节点到仓库的网络"), "kubectl -n {namespace} describe pod {pod}")
    case .versionsMixed:
      FindingKind(
        .warning, Bilingual("Daemons of several versions run at the same time", "多个版本的守护进程同时运行"),
        do: Bilingual(
          "Let the roll-out end, or undo it: see which pods were not replaced",
          "请完成或回滚发布，并查看未被替换的 Pod"),
        "kubectl -n kube-system rollout status daemonset/terway-eniip --timeout=10s")
    case .outOfMemory:
      FindingKind(
        .critical, Bilingual("A container of Terway was killed for want of memory", "Terway 容器因内存不足被终止"),
        do: Bilingual(
          "Raise the memory limit of the container; 256Mi is little on nodes with many pods",
          "请提高容器内存上限；Pod 较多的节点上 256Mi 偏小"),
        "kubectl -n kube-system set resources daemonset/terway-eniip -c {container} --limits=memory=512Mi",
        risk: .restartsDaemon)
    case .panic:
      FindingKind(
        .critical, Bilingual("Terway crashed", "Terway 崩溃"),
        do: Bilingual(
          "Read the stack trace; a crash right after a change of eni-config is most likely caused by it",
          "请查看堆栈；若刚修改过 eni-config，多半由其引起"),
        "kubectl -n {namespace} logs {pod} -c {container} --previous --tail=200")
    case .daemonThrottled:
      FindingKind(
        .warning, Bilingual("A container of Terway is at its limit of CPU or memory", "Terway 容器接近 CPU 或内存上限"),
        do: Bilingual("Raise the limit of the container", "请提高容器的资源上限"),
        "kubectl -n {namespace} top pod {pod} --containers")
    case .daemonCrashLooping:
      FindingKind(
        .critical, Bilingual("A container of Terway restarts again and again", "Terway 容器反复重启"),
        do: Bilingual("The end of its former log says why", "上一次运行的日志末尾会说明原因"),
        "kubectl -n {namespace} logs {pod} -c {container} --previous --tail=100")
    case .daemonDown:
      FindingKind(
        .critical, Bilingual("Terway's daemon does not run on the node", "节点上的 Terway 守护进程未运行"),
        do: Bilingual(
          "Running pods keep their network, others get none: see why the pod is not ready",
          "运行中的 Pod 不受影响，其余 Pod 无网络：请查看该 Pod 未就绪的原因"), showDaemon)
    case .controlplaneAbsent:
      FindingKind(
        .info, Bilingual("Terway's controlplane cannot be seen", "看不到 Terway 控制面"),
        do: Bilingual(
          "In managed clusters it runs elsewhere; else install it again in the version of the daemons",
          "托管集群中其运行在别处；否则请按守护进程版本重新安装"),
        "kubectl -n kube-system get deployment terway-controlplane")
    case .controlplaneUnavailable:
      FindingKind(
        .critical, Bilingual("No replica of Terway's controlplane is ready", "Terway 控制面没有就绪的副本"),
        do: Bilingual(
          "No ENI is attached or released until one is: see why they are not ready",
          "在有副本就绪前不会挂载或释放弹性网卡：请查看未就绪的原因"),
        "kubectl -n kube-system describe pods -l k8s-app=terway-controlplane")
    case .daemonStuck:
      FindingKind(
        .critical, Bilingual("The daemon has addresses and does not hand them out", "守护进程有空闲地址但不分配"),
        do: Bilingual("Keep the daemon's log, then replace its pod", "请保留守护进程日志，然后替换其 Pod"),
        restartDaemon, risk: .restartsDaemon)
    case .logErrors:
      FindingKind(
        .info, Bilingual("The log has errors that no rule knows", "日志中有未知的错误"),
        do: Bilingual("Read them", "请查看日志"),
        "kubectl -n {namespace} logs {pod} -c {container} --since=1h | grep -E '^[EF][0-9]|\"level\":\"(error|fatal)\"'"
      )
    default: nil
    }
  }
}
