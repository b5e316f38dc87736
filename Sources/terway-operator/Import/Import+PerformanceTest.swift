import Serialization

extension Import {
  /// A Job that runs iperf3.
  mutating func addPerformanceTest(_ subject: Subject) -> Bool {
    let containers = subject.place[["spec", "template", "spec", "containers"]]?.elements ?? []
    let words = containers.flatMap { ($0["command"]?.elements ?? []) + ($0["args"]?.elements ?? []) }
      .compactMap(\.value.string).joined(separator: " ").split(whereSeparator: \.isWhitespace).map(String.init)
    guard let start = words.firstIndex(of: "iperf3"), let place = containers.first else {
      lose(subject, subject.place, "measures nothing with iperf3: keep it")
      return false
    }
    set(["performanceTest", "enabled"], true, subject, subject.place)
    let arguments = Array(words[start...].prefix { $0 != "ping" })
    func number(after flag: String) -> Int64? {
      arguments.firstIndex(of: flag).flatMap { arguments.indices.contains($0 + 1) ? Int64(arguments[$0 + 1]) : nil }
    }
    let base = ["performanceTest"]
    if let seconds = number(after: "-t") { set(base + ["duration"], .string("\(seconds)s"), subject, place) }
    if let streams = number(after: "-P") { set(base + ["parallelStreams"], .integer(streams), subject, place) }
    return true
  }
}
