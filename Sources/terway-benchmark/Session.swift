import FoundationEssentials
import Glibc
import Serialization

/// Runs what was chosen and tells what came of it.
struct Session {
  let options: CommandLineOptions

  func run() async throws {
    if options.lists { return list() }
    try FileManager.default.createDirectory(atPath: options.setting.scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: options.setting.scratch) }
    Progress.say(Machine.description)
    var summaries: [Summary] = []
    var loads: [String: JSONValue] = [:]
    for benchmark in options.chosen {
      let before = Machine.load
      summaries += try await measure(benchmark)
      loads[benchmark.name] = ["before": .number(before), "after": .number(Machine.load)]
    }
    let report: JSONValue = [
      "machine": Machine.json, "runs": .integer(Int64(options.setting.runs)), "load": .object(loads),
      "results": .array(summaries.map(\.json)),
    ]
    if let path = options.report { try Data(report.jsonBytes(pretty: true)).write(to: URL(fileURLWithPath: path)) }
    print(options.output == .json ? report.jsonText(pretty: true) : SummaryTable.text(summaries))
  }

  private func measure(_ benchmark: Benchmark) async throws -> [Summary] {
    Progress.say("\(benchmark.name): \(benchmark.summary) (load \(Quantity.text(Machine.load)))")
    let run = try await benchmark.prepare(options.setting)
    var runs: [[Measurement]] = []
    for number in 1...options.setting.runs {
      let measurements = try await run()
      runs.append(measurements)
      let text = measurements.map { "\($0.name) \(Quantity.text($0.value)) \($0.unit)" }.joined(separator: ", ")
      Progress.say("\(benchmark.name), run \(number): \(text) (load \(Quantity.text(Machine.load)))")
    }
    return Summary.summaries(of: benchmark.name, runs)
  }

  private func list() {
    for benchmark in Catalogue.benchmarks {
      let name = benchmark.name + String(repeating: " ", count: max(1, 12 - benchmark.name.count))
      let audit = benchmark.needsAuditLog ? " with an audit log, and runs only by --only" : ""
      let needs =
        benchmark.needsCluster ? "; needs a control plane\(audit)" : benchmark.needsCorpus ? "; needs --nab" : ""
      print("\(name)\(benchmark.summary)\(needs)")
    }
  }
}

/// What is told while a benchmark runs, apart from the result.
enum Progress {
  static func say(_ text: String) {
    let line = Array("bench: \(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }
}
