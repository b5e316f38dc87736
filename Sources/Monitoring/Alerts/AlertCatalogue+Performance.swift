/// Traffic of nodes and pods, and its quality.
extension AlertCatalogue {
  static let performance: [Alert] = [
    Alert(
      "TerwayHighLatency", .warning, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .above(.latencyP95, guardedBy: [.init(.latencyObservations, atLeast: 10)]),
      { $0.performance.latencyP95.decimalSeconds },
      summary: .init("p95 network latency of {node} is {value}", "节点 {node} 的 p95 网络延迟为 {value}"),
      description: .init(
        "95 % of the probes from {node} to other nodes return within {value}; the limit is {threshold}. Requests that cross the node are slow, and time out next.",
        "节点 {node} 到其他节点的探测有 95 % 在 {value} 内返回，上限为 {threshold}。经过该节点的请求变慢，随后会超时。")),
    Alert(
      "TerwayHighThroughput", .warning, for: .minutes(2), keepFiringFor: .minutes(5),
      when: .above(.throughput), { $0.performance.throughput.value },
      summary: .init("{node} {direction}s {value}", "节点 {node} 的{direction}流量为 {value}"),
      description: .init(
        "The pods of {node} together {direction} {value}, above {threshold}. At the bandwidth of its instance type the node starts to drop packets.",
        "节点 {node} 上所有 Pod 的{direction}流量合计为 {value}，超过 {threshold}。达到实例规格的带宽后节点开始丢包。")),
    Alert(
      "TerwayHighENIUtilization", .warning, for: .minutes(10), keepFiringFor: .minutes(5),
      when: .above(.eniUtilization), { $0.performance.eniUtilization.value },
      summary: .init("{value} of the IPs on {node} are in use", "节点 {node} 的 IP 已使用 {value}"),
      description: .init(
        "Pods hold {value} of the IPs on the ENIs of {node}, above {threshold}. New pods wait for an ENI to be attached, or stay in ContainerCreating.",
        "节点 {node} 的弹性网卡上 {value} 的 IP 已被 Pod 占用，超过 {threshold}。新 Pod 需等待挂载弹性网卡，或停在 ContainerCreating。")),
    Alert(
      "TerwayInstanceBandwidthHigh", .warning, for: .minutes(10), keepFiringFor: .minutes(5),
      when: .above(.instanceBandwidthUse), { _ in 0.8 },
      summary: .init(
        "{node} uses {value} of its instance's bandwidth to {direction}", "节点 {node} 的{direction}带宽已用实例规格的 {value}"),
      description: .init(
        "The pods of {node} {direction} {value} of what the instance type allows, above {threshold}. There is little room for a burst.",
        "节点 {node} 上 Pod 的{direction}流量达到实例规格带宽的 {value}，超过 {threshold}，几乎没有应对突发流量的余量。")),
    Alert(
      "TerwayInstanceBandwidthSaturated", .critical, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .above(.instanceBandwidthUse), { _ in 0.95 },
      summary: .init(
        "{node} is at the limit of its bandwidth to {direction}: {value}", "节点 {node} 的{direction}带宽已达实例上限：{value}"),
      description: .init(
        "The pods of {node} {direction} {value} of what the instance type allows, above {threshold}. The cloud drops what is more, of all pods alike.",
        "节点 {node} 上 Pod 的{direction}流量达到实例规格带宽的 {value}，超过 {threshold}。超出部分会被云平台丢弃，节点上所有 Pod 均受影响。")),
    Alert(
      "TerwayPacketLoss", .warning, for: .minutes(10), keepFiringFor: .minutes(5),
      when: .above(.packetLoss, guardedBy: [.init(.packets, atLeast: 100)]), { _ in 0.01 },
      summary: .init(
        "{value} of the packets that {node} {direction}s are dropped", "节点 {node} {direction}的报文有 {value} 被丢弃"),
      description: .init(
        "The interfaces of the pods on {node} drop {value} of the packets they {direction}, above {threshold}. Connections slow down, UDP loses data.",
        "节点 {node} 上 Pod 网卡{direction}的报文有 {value} 被丢弃，超过 {threshold}。TCP 连接变慢，UDP 丢失数据。")),
    Alert(
      "TerwayTCPRetransmits", .warning, for: .minutes(15), keepFiringFor: .minutes(10),
      when: .above(.tcpRetransmits, guardedBy: [.init(.tcpSegments, atLeast: 50)]), { _ in 0.05 },
      summary: .init("{node} sends {value} of its TCP segments again", "节点 {node} 的 TCP 重传率为 {value}"),
      description: .init(
        "{node} has to send {value} of its TCP segments a second time, above {threshold}. Packets get lost between it and its peers.",
        "节点 {node} 有 {value} 的 TCP 报文段需要重传，超过 {threshold}，说明与对端之间存在丢包。")),
  ]

  static let qos: [Alert] = [
    Alert(
      "TerwayQoSViolations", .critical, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .above(.qosViolations, scale: 60), { $0.qos.violationsPerMinute.value },
      summary: .init(
        "{value} QoS violations per minute on {node}, class {priority_class}",
        "节点 {node} 优先级 {priority_class} 每分钟 {value} 次 QoS 违规"),
      description: .init(
        "Traffic of class {priority_class} on {node} is held back {value} times per minute, above {threshold}. Workloads of the class get less bandwidth than they were promised, or ask for more.",
        "节点 {node} 上优先级 {priority_class} 的流量每分钟被限制 {value} 次，超过 {threshold}。该优先级的工作负载得不到承诺的带宽，或需求超出承诺。")),
    Alert(
      "TerwayBandwidthExceeded", .warning, for: .minutes(2), keepFiringFor: .minutes(5),
      when: .above(.bandwidthUse), { $0.qos.bandwidthOvershoot.value },
      summary: .init(
        "{namespace}/{pod} on {node} uses {value} of its {direction} bandwidth",
        "节点 {node} 上 Pod {namespace}/{pod} 的{direction}带宽使用率为 {value}"),
      description: .init(
        "{namespace}/{pod} on {node} uses {value} of the {direction} bandwidth allocated to it, above {threshold}. The limit is not enforced there, and its neighbours pay for it.",
        "节点 {node} 上的 {namespace}/{pod} 使用了所分配{direction}带宽的 {value}，超过 {threshold}。限速未生效，同节点的其他 Pod 受到影响。")),
  ]
}
