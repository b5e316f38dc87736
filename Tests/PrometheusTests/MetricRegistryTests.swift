import Prometheus
import TestSupport
import Testing

struct `Metric registry` {
  @Test func `writes families by name and series by label values`() {
    let registry = MetricRegistry()
    let queue = registry.gauge("workqueue_depth", help: "Items waiting.", labels: ["name"])
    queue.with(["name": "profile"]).set(3)
    queue.with(["name": "node"]).set(0.5)
    registry.counter("leases_total", help: "Leases taken.").increment(by: 2)
    #expect(
      registry.exposition() == """
        # HELP leases_total Leases taken.
        # TYPE leases_total counter
        leases_total 2
        # HELP metric_registry_rejected_series_total Series left out because their metric was at its limit.
        # TYPE metric_registry_rejected_series_total counter
        metric_registry_rejected_series_total{metric="workqueue_depth"} 0
        # HELP workqueue_depth Items waiting.
        # TYPE workqueue_depth gauge
        workqueue_depth{name="node"} 0.5
        workqueue_depth{name="profile"} 3

        """)
  }

  @Test func `a series is there at zero once it was asked for`() {
    let registry = MetricRegistry()
    let errors = registry.counter("errors_total", help: "Errors.", labels: ["controller"])
    #expect(!registry.exposition().contains("errors_total{"))
    _ = errors.with(["controller": "profile"])
    #expect(registry.exposition().contains("errors_total{controller=\"profile\"} 0\n"))
  }

  @Test func `a family without labels is there at zero at once`() {
    let registry = MetricRegistry()
    _ = registry.counter("errors_total", help: "Errors.")
    #expect(registry.exposition().contains("\nerrors_total 0\n"))
  }

  @Test func `a histogram writes cumulated buckets, sum and count`() {
    let registry = MetricRegistry()
    let latency = registry.histogram("latency_seconds", help: "Latency.", labels: ["verb"], buckets: [0.1, 1])
    let get = latency.with(["verb": "get"])
    for value in [0.05, 0.1, 0.5, 7] { get.observe(value) }
    get.observe(.nan)
    get.observe(Duration.milliseconds(250))
    #expect(
      registry.exposition().hasPrefix(
        """
        # HELP latency_seconds Latency.
        # TYPE latency_seconds histogram
        latency_seconds_bucket{verb="get",le="0.1"} 2
        latency_seconds_bucket{verb="get",le="1"} 4
        latency_seconds_bucket{verb="get",le="+Inf"} 5
        latency_seconds_sum{verb="get"} 7.9
        latency_seconds_count{verb="get"} 5

        """))
  }

  @Test(arguments: [
    (#"back\slash"#, #"back\\slash"#), (#"quo"te"#, #"quo\"te"#), ("new\nline", #"new\nline"#), ("网络", "网络"),
    ("new\r\nline", "new\r\\nline"), ("\"\u{301}", "\\\"\u{301}"),
  ])
  func `escapes label values`(value: String, written: String) {
    let registry = MetricRegistry()
    registry.gauge("g", help: "G.", labels: ["l"]).with(["l": value]).set(1)
    #expect(registry.exposition().contains("g{l=\"\(written)\"} 1\n"))
  }

  @Test func `escapes help texts`() {
    let registry = MetricRegistry()
    registry.gauge("g", help: "one\\two\nthree \"four\"").set(1)
    #expect(registry.exposition().contains(#"# HELP g one\\two\nthree "four""# + "\n"))
  }

  @Test(arguments: [
    (1.0, "1"), (-0.5, "-0.5"), (1e15, "1000000000000000"), (1e16, "1e+16"), (123_456_789_012, "123456789012"),
    (.infinity, "+Inf"),
    (-.infinity, "-Inf"), (.nan, "NaN"), (1e-7, "1e-07"),
  ])
  func `writes numbers as Prometheus reads them`(value: Double, written: String) {
    let registry = MetricRegistry()
    registry.gauge("g", help: "G.").set(value)
    #expect(registry.exposition().contains("\ng \(written)\n"))
  }

  @Test(arguments: [-1.0, .nan, .infinity])
  func `a counter ignores what would make it fall or never end`(amount: Double) {
    let counter = MetricRegistry().counter("c_total", help: "C.").with([:])
    counter.increment(by: 3)
    counter.increment(by: amount)
    #expect(counter.value == 3)
  }

  @Test func `a full family exports no more series and counts what it refused`() {
    let registry = MetricRegistry(seriesLimit: 2)
    let family = registry.counter("c_total", help: "C.", labels: ["pod"])
    for pod in ["a", "b", "c", "d"] { family.with(["pod": pod]).increment() }
    family.with(["pod": "a"]).increment()
    let text = registry.exposition()
    #expect(text.contains("c_total{pod=\"a\"} 2\n"))
    #expect(!text.contains("pod=\"c\""))
    #expect(text.contains("metric_registry_rejected_series_total{metric=\"c_total\"} 2\n"))
    family.remove(["pod": "a"])
    family.with(["pod": "c"]).increment()
    #expect(registry.exposition().contains("c_total{pod=\"c\"} 1\n"))
  }

  @Test func `collectors are read at each scrape, merged by name and bounded`() {
    let registry = MetricRegistry(seriesLimit: 1)
    let source = registry.gauge("source", help: "What the collector reads.")
    registry.collect {
      [MetricSnapshot("c", help: "C.", kind: .gauge, samples: [.init([.init("from", "a")], source.with([:]).value)])]
    }
    registry.collect {
      [
        MetricSnapshot(
          "c", help: "C.", kind: .gauge, samples: (0..<12).map { .init([.init("from", "b\($0)")], Double($0)) })
      ]
    }
    source.set(1)
    #expect(registry.exposition().contains("c{from=\"a\"} 1\n"))
    source.set(2)
    let text = registry.exposition()
    #expect(text.contains("c{from=\"a\"} 2\n"))
    #expect(text.split(separator: "\n").count { $0.hasPrefix("c{") } == 10)
    #expect(text.contains("metric_registry_rejected_series_total{metric=\"c\"} 6\n"))
  }

  @Test func `asking again for a family returns it`() {
    let registry = MetricRegistry()
    registry.counter("c_total", help: "C.").increment()
    registry.counter("c_total", help: "C.").increment()
    #expect(registry.counter("c_total", help: "C.").with([:]).value == 2)
  }

  @Test func `loses no update of threads that count at once`() async {
    let registry = MetricRegistry()
    let counter = registry.counter("c_total", help: "C.", labels: ["t"])
    let histogram = registry.histogram("h_seconds", help: "H.")
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<1_000 {
            counter.with(["t": "x"]).increment()
            histogram.observe(0.5)
          }
        }
      }
    }
    #expect(counter.with(["t": "x"]).value == 8_000)
    #expect(registry.exposition().contains("h_seconds_count 8000\n"))
  }

  @Test(.enabled(if: Promtool.installed != nil))
  func `promtool finds nothing wrong with the exposition`() throws {
    let registry = MetricRegistry()
    registry.counter("things_total", help: "Things \\ \"counted\".", labels: ["kind"]).with(["kind": "a\"\\\nb"])
      .increment()
    registry.gauge("temperature_celsius", help: "Temperature.").set(-1.5e-9)
    registry.histogram("wait_seconds", help: "Wait.", labels: ["queue"]).with(["queue": "q"]).observe(0.3)
    let verdict = try #require(Promtool.installed).check(metrics: registry.exposition())
    #expect(verdict.isContent, "\(verdict.output)")
  }
}

struct `Metric names` {
  @Test(arguments: [
    ("up", true), ("node:cpu:rate5m", true), ("_x9", true), ("", false), ("9x", false), ("a-b", false), ("é", false),
  ])
  func `of metrics`(name: String, valid: Bool) {
    #expect(MetricName.isValid(metric: name) == valid)
  }

  @Test(arguments: [("le", true), ("node:cpu", false), ("", false), ("0", false)])
  func `of labels`(name: String, valid: Bool) {
    #expect(MetricName.isValid(label: name) == valid)
  }
}
