import Prometheus
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10)))
struct `Work queue` {
  let clock = VirtualClock()
  let registry = MetricRegistry()
  let queue: WorkQueue<String>

  init() { queue = WorkQueue(name: "test", registry: registry, time: clock.source, random: { 0 }) }

  @Test func `a worker that waits gets the key that is added`() async {
    async let key = queue.next()
    queue.add("a")
    #expect(await key == "a")
  }

  @Test func `a worker that waits gets a key when it is due`() async {
    queue.add("late", after: .seconds(9))
    async let key = queue.next()
    await clock.sleeper(at: .seconds(9))
    queue.add("early", after: .seconds(3))
    await clock.sleeper(at: .seconds(3))
    clock.advance(by: .seconds(3))
    #expect(await key == "early")
  }

  @Test func `a worker that is cancelled gets nothing and takes no key along`() async {
    let worker = Task { [queue] in await queue.next() }
    worker.cancel()
    #expect(await worker.value == nil)
    queue.add("a")
    #expect(await queue.next() == "a")
  }

  @Test func `workers of a closed queue get nothing`() async {
    let workers = (0..<3).map { _ in Task { [queue] in await queue.next() } }
    queue.close()
    for worker in workers { #expect(await worker.value == nil) }
    #expect(await queue.next() == nil)
  }

  @Test func `is idle once the last key is finished`() async {
    queue.add("a")
    _ = await queue.next()
    let finished = Locked(false)
    let waiter = Task { [queue] in
      await queue.idle()
      return finished.value
    }
    finished.withLock { $0 = true }
    queue.finish("a", then: .rest)
    #expect(await waiter.value)
  }

  @Test func `exports what client-go exports`() async {
    queue.add("a")
    queue.add("b")
    queue.add("later", after: .seconds(60))
    _ = await queue.next()
    clock.advance(by: .seconds(2))
    #expect(
      samples == [
        #"workqueue_adds_total{controller="test",name="test"} 2"#,
        #"workqueue_depth{controller="test",name="test"} 1"#,
        #"workqueue_longest_running_processor_seconds{controller="test",name="test"} 2"#,
        #"workqueue_queue_duration_seconds_count{controller="test",name="test"} 1"#,
        #"workqueue_retries_total{controller="test",name="test"} 0"#,
        #"workqueue_unfinished_work_seconds{controller="test",name="test"} 2"#,
        #"workqueue_work_duration_seconds_count{controller="test",name="test"} 0"#,
      ])
    queue.finish("a", then: .retry())
    #expect(samples.contains(#"workqueue_retries_total{controller="test",name="test"} 1"#))
    #expect(samples.contains(#"workqueue_work_duration_seconds_count{controller="test",name="test"} 1"#))
  }

  private var samples: [String] {
    registry.exposition().split(separator: "\n").map(String.init).filter {
      $0.hasPrefix("workqueue_") && !$0.contains("_bucket{") && !$0.contains("_sum{")
    }
  }

  @Test func `no key is worked on twice at a time, and none is left behind, with many workers and adders`() async {
    let queue = WorkQueue<Int>(name: "busy", registry: registry)
    let keys = 20
    let added = Locked([Int: Int]())
    let handled = Locked([Int: Int]())
    let running = Locked(Set<Int>())
    await withDiscardingTaskGroup { group in
      for _ in 0..<4 {
        group.addTask {
          while let key = await queue.next() {
            #expect(running.withLock { $0.insert(key).inserted }, "\(key) is worked on twice")
            let version = added.withLock { $0[key] ?? 0 }
            await Task.yield()
            handled.withLock { $0[key] = version }
            running.withLock { _ = $0.remove(key) }
            queue.finish(key, then: .rest)
          }
        }
      }
      await withDiscardingTaskGroup { adders in
        for adder in 0..<4 {
          adders.addTask {
            for number in 0..<2_000 {
              let key = (number * (adder + 1)) % keys
              added.withLock { $0[key, default: 0] += 1 }
              queue.add(key, number.isMultiple(of: 3) ? .background : .interactive)
              if number.isMultiple(of: 50) { await Task.yield() }
            }
          }
        }
      }
      await queue.idle()
      queue.close()
    }
    let (last, seen) = (added.value, handled.value)
    #expect(seen == last)
  }

  @Test func `workers that come and go lose no key`() async {
    let queue = WorkQueue<Int>(name: "fickle", registry: registry)
    let taken = Locked(0)
    await withDiscardingTaskGroup { group in
      for round in 0..<500 {
        let worker = Task {
          while let key = await queue.next() {
            taken.withLock { $0 += 1 }
            queue.finish(key, then: .rest)
          }
        }
        group.addTask { queue.add(round) }
        await Task.yield()
        worker.cancel()
        group.addTask { await worker.value }
      }
    }
    queue.close(dropping: false)
    while let key = await queue.next() {
      taken.withLock { $0 += 1 }
      queue.finish(key, then: .rest)
    }
    #expect(taken.value == 500)
  }
}
