extension FindingKind {
  /// Of what Terway is told.
  static func ofConfiguration(_ id: FindingID) -> FindingKind? {
    switch id {
    case .configMissing:
      FindingKind(
        .critical, Bilingual("There is no configuration of Terway", "缺少 Terway 配置"),
        do: Bilingual(
          "Install Terway's chart or add-on again: the daemons do not start without eni-config",
          "请重新安装 Terway：缺少 eni-config 时守护进程无法启动"),
        "kubectl -n kube-system get configmap eni-config", risk: .reads)
    case .configMalformed:
      FindingKind(
        .critical, Bilingual("eni_conf is no JSON object", "eni_conf 不是 JSON 对象"),
        do: Bilingual(
          "Correct the JSON, or put the former one back; daemons that start now fail",
          "请修正 JSON 或恢复原值；此时启动的守护进程会失败"), editConfiguration, risk: .changesConfiguration)
    case .credentialRejected:
      FindingKind(
        .critical, Bilingual("The cloud does not accept Terway's credentials", "云端拒绝 Terway 的凭证"),
        do: Bilingual(
          "Look at the RAM role of the nodes and at the key that eni-config names: expired, revoked, or without an action",
          "请检查节点的 RAM 角色及 eni-config 中的密钥：是否过期、被吊销或缺少权限"), showControlplane)
    case .vSwitchGone:
      FindingKind(
        .critical, Bilingual("A vSwitch of the configuration does not exist", "配置中的交换机不存在"),
        do: Bilingual(
          "Take the vSwitch out of vswitches, and add one of the zone that exists",
          "请从 vswitches 中移除该交换机，并添加同可用区的交换机"), editConfiguration,
        risk: .changesConfiguration)
    case .zoneWithoutVSwitch:
      FindingKind(
        .critical, Bilingual("A zone with nodes has no vSwitch in the configuration", "有节点的可用区未配置交换机"),
        do: Bilingual(
          "Add a vSwitch of zone {zone} to vswitches: nodes there get no ENI",
          "请在 vswitches 中为可用区 {zone} 添加交换机：该区节点无法获得弹性网卡"), editConfiguration,
        risk: .changesConfiguration)
    case .poolBoundsInverted:
      FindingKind(
        .critical, Bilingual("The least pool is above the largest", "地址池下限大于上限"),
        do: Bilingual(
          "Set max_pool_size to at least min_pool_size: the controlplane does not clamp them, and takes and gives back addresses without end",
          "请将 max_pool_size 设为不小于 min_pool_size：控制面不会修正，会不断申请和释放地址"),
        editConfiguration, risk: .changesConfiguration)
    case .configUnknownKey:
      FindingKind(
        .warning, Bilingual("eni_conf has a key that Terway does not know", "eni_conf 中有未知的键"),
        do: Bilingual(
          "Correct or remove the key: Terway passes over it, and the setting that was meant has its default",
          "请更正或删除该键：Terway 会忽略它，原本想设置的项仍为默认值"), editConfiguration,
        risk: .changesConfiguration)
    case .nodeConfigMissing:
      FindingKind(
        .warning, Bilingual("A node names a configuration that does not exist", "节点引用的配置不存在"),
        do: Bilingual(
          "Create the ConfigMap, or take the label terway-config off the node",
          "请创建该 ConfigMap，或移除节点的 terway-config 标签"), "kubectl label node {node} terway-config-",
        risk: .touches)
    case .securityGroupRejected:
      FindingKind(
        .critical, Bilingual("The cloud does not accept a security group", "云端拒绝安全组"),
        do: Bilingual(
          "Compare security_group and security_groups with the console: gone, of another VPC, or full",
          "请在控制台核对 security_group 与 security_groups：是否被删除、属于其他 VPC 或已满"),
        editConfiguration, risk: .changesConfiguration)
    case .controlplaneDegraded:
      FindingKind(
        .warning, Bilingual("Terway's controlplane is told to change nothing", "Terway 控制面处于降级状态"),
        do: Bilingual(
          "Take degradation out of ctrl-config.yaml once the reason for it is gone",
          "原因消除后，请移除 ctrl-config.yaml 中的 degradation"), editConfiguration,
        risk: .changesConfiguration)
    case .configNotLoaded:
      FindingKind(
        .warning, Bilingual("The configuration is newer than daemons that run", "配置晚于正在运行的守护进程"),
        do: Bilingual(
          "Restart the daemons, a few nodes at a time: with an IPAM of their own they read it when they start only",
          "请分批重启守护进程：Legacy 模式下只在启动时读取配置"), restartDaemon, risk: .restartsDaemon)
    case .configError:
      FindingKind(
        .warning, Bilingual("A daemon says that it cannot use its configuration", "守护进程无法使用其配置"),
        do: Bilingual("Read the event, and correct what it names", "请查看事件并更正其中指出的问题"), showResource)
    case .configChangeRefused:
      FindingKind(
        .warning, Bilingual("Terway refuses a change of mode on a running node", "Terway 拒绝在运行节点上更改模式"),
        do: Bilingual(
          "Put the former mode back, or replace the node: it is chosen once, when a node joins",
          "请恢复原模式或替换节点：模式仅在节点加入时选择一次"), showResource)
    case .configDeprecatedKey:
      FindingKind(
        .info, Bilingual("eni_conf has a key that Terway no longer uses", "eni_conf 中有已弃用的键"),
        do: Bilingual("Remove the key, or use the one that took its place", "请删除该键或改用新键"),
        editConfiguration, risk: .changesConfiguration)
    case .credentialsInConfig:
      FindingKind(
        .info, Bilingual("eni_conf holds access keys", "eni_conf 中含有访问密钥"),
        do: Bilingual(
          "Give the nodes a RAM role, take the keys out, and revoke them: everybody who reads ConfigMaps has them",
          "请为节点授予 RAM 角色，移除并吊销密钥：能读取 ConfigMap 者皆可获得"), editConfiguration,
        risk: .changesConfiguration)
    default: nil
    }
  }
}
