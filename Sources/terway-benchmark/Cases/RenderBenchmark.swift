import Monitoring
import Serialization
import TerwayModel

extension Benchmark {
  /// A profile into the objects that it asks for.
  static let render = Benchmark(name: "render", summary: "profiles into the objects that they ask for") { _ in
    let plain = try spec([:])
    let full = try spec(fullSpec)
    return {
      let (ofPlain, ofFull) = (try perSecond(plain), try perSecond(full))
      return [
        Measurement("profiles with defaults", ofPlain, "1/s of CPU", .atLeast(500)),
        Measurement("profiles with every section", ofFull, "1/s of CPU"),
      ]
    }
  }

  /// Every section on.
  static let fullSpec: JSONValue = [
    "dashboards": ["delivery": ["ConfigMap", "GrafanaDashboard"]], "logging": ["fluentBit": ["enabled": true]],
    "performanceTest": ["enabled": true],
  ]

  private static func spec(_ spec: JSONValue) throws -> MonitoringProfileSpec {
    try MonitoringProfile(["metadata": ["name": "benchmark"], "spec": spec]).spec.get()
  }

  private static func perSecond(_ spec: MonitoringProfileSpec) throws -> Double {
    let count = 500
    var objects = 0
    let watch = Stopwatch()
    for number in 0..<count { objects += MonitoringRenderer.manifests(for: "profile-\(number)", spec: spec).count }
    guard objects >= count else { throw BenchmarkError("the renderer made \(objects) objects of \(count) profiles") }
    return Double(count) / watch.cpu
  }
}
