import Locking
import Prometheus
import TerwayModel
import TerwayOperator

extension Benchmark {
  /// What a scrape of the operator takes in a big cluster, from the caches to the text.
  static let exporter = Benchmark(
    name: "exporter", summary: "a scrape of 5,000 nodes with 8 ENIs each, without HTTP"
  ) { _ in
    let registry = MetricRegistry()
    let exposition = Lock(TerwayExposition())
    var inputs = (0..<5_000).map { input($0, generation: 0) }
    exposition.withLock { exposition in for input in inputs { exposition.update(input, now: 0) } }
    registry.collectWritten { exposition.withLock { $0.families(now: 15) } }
    var generation = 0
    return {
      generation += 1
      var watch = Stopwatch()
      let size = registry.exposition().utf8.count
      let unchanged = watch.cpu
      inputs = inputs.indices.map { input($0, generation: generation) }
      watch = Stopwatch()
      exposition.withLock { exposition in for input in inputs { exposition.update(input, now: 15) } }
      let changed = registry.exposition()
      let all = watch.cpu
      guard changed.utf8.count > size / 2 else { throw BenchmarkError("the second scrape has lost series") }
      return [
        Measurement("scrape, nothing changed", unchanged * 1000, "ms of CPU", .atMost(300)),
        Measurement("scrape, every node changed", all * 1000, "ms of CPU", .atMost(300)),
        Measurement("size", Double(size) / 1e6, "MB"),
        Measurement("series", Double(changed.utf8.count { $0 == UInt8(ascii: "\n") }), ""),
      ]
    }
  }

  /// 30 addresses to an ENI, two thirds of them used; every tenth pod is promised a bandwidth.
  private static func input(_ index: Int, generation: Int) -> TerwayExposition.Input {
    var node = TerwayNode()
    node.metadata.name = NodeGenerator.name(index)
    (node.instanceType, node.zone) = ("ecs.g7.8xlarge", "cn-hangzhou-\(["h", "i", "j"][index % 3])")
    (node.capacity.adapters, node.capacity.addressesPerAdapter) = (9, 30)
    (node.capacity.bandwidthReceive, node.capacity.bandwidthTransmit) = (16_777_216, 16_777_216)
    node.pool = TerwayNode.Pool(minimum: 5, maximum: 20)
    node.lastSync = 1_700_000_000
    var pods: [ClusterPod] = []
    node.interfaces = (0..<8).map { number in
      var interface = TerwayNode.Interface()
      interface.id = "eni-bp1\(String(1_000_000_000_000 + index * 8 + number, radix: 16))"
      (interface.type, interface.status, interface.vSwitch) = ("Secondary", "InUse", "vsw-bp1\(index % 3)")
      interface.cidr = "10.64.0.0/12"
      let used = (number * 7 + index + generation) % 21
      interface.addresses = .init(valid: 30, used: used, validUsed: used)
      for slot in 0..<used {
        var pod = ClusterPod()
        pod.metadata.name = "checkout-7d9c5b6f4-\(index)-\(number)-\(slot)"
        pod.metadata.namespace = "production"
        pod.metadata.uid = "uid-\(index)-\(number)-\(slot)"
        if slot % 10 == 0 { (pod.receiveLimit, pod.transmitLimit) = (12_500_000, 12_500_000) }
        interface.pods.append(PodFingerprint(uid: pod.metadata.uid))
        pods.append(pod)
      }
      return interface
    }
    return TerwayExposition.Input(node: node, limits: nil, pods: pods)
  }
}
