import FoundationEssentials
import Glibc

/// Measures what the operator promises about speed and memory; `hack/bench.sh` builds it and gives it what it needs.
let arguments = Array(CommandLine.arguments.dropFirst())
do {
  if arguments.first == "child", arguments.count > 1 {
    guard let task = Catalogue.childTasks.first(where: { $0.name == arguments[1] }) else {
      throw BenchmarkError("there is no task \(arguments[1])")
    }
    print(try await task.run(Array(arguments.dropFirst(2))).jsonText())
  } else {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("terway-benchmark-\(getpid())").path
    try await Session(options: try CommandLineOptions(arguments, scratch: scratch)).run()
  }
} catch {
  Progress.say("\(error)")
  exit(1)
}
