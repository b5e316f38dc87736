/// What `hack/bench.sh` hands on; its help describes the options.
struct CommandLineOptions {
  enum Output: String { case table, json }

  var only: [String] = []
  var lists = false
  var output = Output.table
  /// Where the JSON goes besides.
  var report: String?
  var setting: Setting

  init(_ arguments: [String], scratch: String) throws {
    setting = Setting(scratch: scratch)
    var rest = arguments[...]
    while let option = rest.popFirst() {
      func value() throws -> String {
        guard let value = rest.popFirst() else { throw BenchmarkError("\(option) needs a value") }
        return value
      }
      func count() throws -> Int {
        let text = try value()
        guard let number = Int(text), number > 0 else {
          throw BenchmarkError("\(option) takes a whole number above 0, not \"\(text)\"")
        }
        return number
      }
      switch option {
      case "--list": lists = true
      case "--only": only.append(try value())
      case "--runs": setting.runs = try count()
      case "--nodes": setting.nodes = try count()
      case "--profiles": setting.profiles = try count()
      case "--fleet": setting.fleet = try count()
      case "--nab": setting.nab = try value()
      case "--kubeconfig": setting.kubeconfig = try value()
      case "--audit-log": setting.auditLog = try value()
      case "--report": report = try value()
      case "--output":
        let text = try value()
        guard let output = Output(rawValue: text) else {
          throw BenchmarkError("--output takes table or json, not \"\(text)\"")
        }
        self.output = output
      default: throw BenchmarkError("unknown option: \(option)")
      }
    }
    for name in only where !Catalogue.benchmarks.contains(where: { $0.name == name }) {
      throw BenchmarkError("there is no benchmark \(name); known are \(Catalogue.benchmarks.map(\.name))")
    }
  }

  var chosen: [Benchmark] {
    if !only.isEmpty { return Catalogue.benchmarks.filter { only.contains($0.name) } }
    return Catalogue.benchmarks.filter { !$0.needsAuditLog && $0.needsCorpus == (setting.nab != nil) }
  }
}
