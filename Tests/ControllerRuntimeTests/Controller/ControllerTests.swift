import KubernetesModel
import Prometheus
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10)))
struct `Running controller` {
  struct Failure: Error {}

  let clock = VirtualClock()
  let registry = MetricRegistry()
  let story = Recorded<String>()

  func controller(
    workers: Int = 2, _ reconcile: @escaping Controller<String>.Reconcile
  ) -> Controller<String> {
    var configuration = ControllerConfiguration()
    configuration.workers = workers
    return Controller(
      name: "test", configuration: configuration, registry: registry, logger: .silent, time: clock.source,
      random: { 0 }, reconcile: reconcile)
  }

  func count(_ result: String) -> String? {
    registry.exposition().split(separator: "\n").first {
      $0.hasPrefix(#"controller_runtime_reconcile_total{controller="test",result="\#(result)"}"#)
    }?.split(separator: " ").last.map(String.init)
  }

  @Test func `all series exist before anything happens`() {
    _ = controller { _, _ in .done }
    for result in ["success", "error", "requeue", "requeue_after"] { #expect(count(result) == "0") }
    let exposition = registry.exposition()
    for line in [
      #"controller_runtime_reconcile_errors_total{controller="test"} 0"#,
      #"controller_runtime_terminal_reconcile_errors_total{controller="test"} 0"#,
      #"controller_runtime_max_concurrent_reconciles{controller="test"} 2"#,
      #"controller_runtime_active_workers{controller="test"} 0"#,
      #"controller_runtime_reconcile_time_seconds_count{controller="test"} 0"#,
    ] { #expect(exposition.contains(line), "\(line)") }
  }

  @Test func `an error is tried again after a growing back-off`() async {
    let controller = controller { [story] _, context in
      story.add("\(context.failures)")
      if context.failures < 3 { throw Failure() }
      return .done
    }
    controller.enqueue("a")
    let task = Task { await controller.run() }
    var elapsed = Duration.zero
    for delay in [5, 10, 20] {
      elapsed += .milliseconds(delay)
      await clock.sleeper(at: elapsed)
      clock.advance(by: .milliseconds(delay))
    }
    #expect(await story.first(4) == ["0", "1", "2", "3"])
    await controller.queue.idle()
    #expect(count("error") == "3")
    #expect(count("success") == "1")
    task.cancel()
    await task.value
  }

  @Test func `the server's Retry-After is honoured`() async {
    let controller = controller { _, _ in
      throw StatusError(code: 429, reason: .tooManyRequests, message: "", retryAfter: .seconds(7))
    }
    controller.enqueue("a")
    let task = Task { await controller.run() }
    await clock.sleeper(at: .seconds(7))
    task.cancel()
    await task.value
  }

  @Test func `a key comes back after the time that its outcome says`() async {
    let controller = controller { [story] _, _ in
      story.add("run")
      return .after(.seconds(600))
    }
    controller.enqueue("a")
    let task = Task { await controller.run() }
    await clock.sleeper(at: .seconds(600))
    clock.advance(by: .seconds(600))
    _ = await story.first(2)
    await controller.queue.idle()
    #expect(count("requeue_after") == "2")
    task.cancel()
    await task.value
  }

  @Test func `a terminal error is not tried again`() async {
    let controller = controller { _, _ in .terminal(Failure()) }
    controller.enqueue("a")
    let task = Task { await controller.run() }
    while count("error") != "1" { await Task.yield() }
    await controller.queue.idle()
    #expect(controller.queue.failures(of: "a") == 0)
    #expect(registry.exposition().contains(#"terminal_reconcile_errors_total{controller="test"} 1"#))
    task.cancel()
    await task.value
  }

  @Test func `a reconcile that takes too long is cancelled and tried again`() async {
    let controller = controller { [story] _, context in
      if context.failures == 0 { await Completion().wait() }
      story.add("\(context.failures)")
      return .done
    }
    controller.enqueue("a")
    let task = Task { await controller.run() }
    await clock.sleeper(at: .seconds(60))
    clock.advance(by: .seconds(60))
    await clock.sleeper(at: .seconds(60) + .milliseconds(5))
    clock.advance(by: .milliseconds(5))
    #expect(await story.first(2) == ["0", "1"])
    #expect(registry.exposition().contains(#"reconcile_timeouts_total{controller="test"} 1"#))
    task.cancel()
    await task.value
  }

  @Test func `no more than the configured number of reconciles run at once`() async {
    let gate = Completion()
    let controller = controller(workers: 3) { [story] key, _ in
      story.add(key)
      await gate.wait()
      return .done
    }
    for number in 0..<10 { controller.enqueue("\(number)") }
    let task = Task { await controller.run() }
    _ = await story.first(3)
    #expect(registry.exposition().contains(#"active_workers{controller="test"} 3"#))
    #expect(controller.queue.reading().depth == 7)
    gate.complete()
    _ = await story.first(10)
    task.cancel()
    await task.value
  }

  @Test func `a key that was cut short is due again when the controller runs again`() async {
    let controller = controller { [story] _, _ in
      story.add("run")
      if story.all.count == 1 { await Completion().wait() }
      try Task.checkCancellation()
      return .done
    }
    controller.enqueue("a")
    let first = Task { await controller.run() }
    _ = await story.first(1)
    first.cancel()
    await first.value
    let second = Task { await controller.run() }
    _ = await story.first(2)
    second.cancel()
    await second.value
    #expect(count("requeue") == "1")
    #expect(count("error") == "0")
  }

  @Test func `a reconcile waits until the cache has seen what the one before it wrote`() async {
    let store = Store<Thing>(time: clock.source)
    store.replace(with: [], at: .init("1"))
    let controller = controller { [story] _, context in
      story.add("\(store[Thing.key("a")]?.metadata.resourceVersion.text ?? "none")")
      context.wrote(Thing.key("a"), .init("5"), seenBy: store)
      return .done
    }
    controller.enqueue("k")
    let task = Task { await controller.run() }
    _ = await story.first(1)
    await controller.queue.idle()
    controller.enqueue("k")
    await clock.sleeper(at: .seconds(5))
    store.apply(Thing("a", version: 5))
    #expect(await story.first(2) == ["none", "5"])
    task.cancel()
    await task.value
  }

  @Test func `a cache that never sees a write holds a reconcile up only for so long`() async {
    let store = Store<Thing>(time: clock.source)
    store.replace(with: [], at: .init("1"))
    let controller = controller { [story] _, context in
      story.add("run")
      context.deleted(Thing.key("a"), uid: "u", seenBy: store)
      context.wrote(Thing.key("b"), .init("9"), seenBy: store)
      return .done
    }
    controller.enqueue("k")
    let task = Task { await controller.run() }
    _ = await story.first(1)
    await controller.queue.idle()
    controller.enqueue("k")
    await clock.sleeper(at: .seconds(5))
    clock.advance(by: .seconds(5))
    _ = await story.first(2)
    #expect(registry.exposition().contains(#"cache_wait_timeouts_total{controller="test"} 1"#))
    task.cancel()
    await task.value
  }

  @Test func `a cache that is not followed any more holds nothing up`() async {
    let store = Store<Thing>(time: clock.source)
    let controller = controller { [story] _, context in
      story.add("run")
      context.wrote(Thing.key("b"), .init("9"), seenBy: store)
      return .done
    }
    let task = Task { await controller.run() }
    for round in 1...2 {
      controller.enqueue("k")
      _ = await story.first(round)
      await controller.queue.idle()
    }
    task.cancel()
    await task.value
  }
}
