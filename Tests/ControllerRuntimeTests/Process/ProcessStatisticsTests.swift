import Foundation
import Prometheus
import Testing

@testable import ControllerRuntime

struct `Process statistics` {
  private func sources(name: String = "terway-operator", limit: String = "1048576") -> ProcessStatistics.Sources {
    .init(
      process:
        "7 (\(name)) S 1 7 7 0 -1 4194304 9 0 0 0 250 50 3 4 20 0 12 0 6000 104857600 2560 18446744073709551615 1 1\n",
      system: "cpu  1 2 3\nbtime 1700000000\nprocesses 9\n",
      limits: """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              unlimited            unlimited            seconds
        Max open files            \(limit)              1048576              files

        """,
      openFileDescriptors: 11)
  }
  private let units = ProcessStatistics.Units(ticksPerSecond: 100, bytesPerPage: 4096)

  @Test(arguments: ["terway-operator", "a (b) c", ") S 1 2 3"])
  func `are read field by field, whatever the program is called`(name: String) throws {
    let process = try #require(ProcessStatistics(sources(name: name), units))
    #expect(process.cpuSeconds == 3)
    #expect(process.startTimeSeconds == 1_700_000_060)
    #expect(process.virtualMemoryBytes == 104_857_600)
    #expect(process.residentMemoryBytes == 10_485_760)
    #expect(process.openFileDescriptors == 11)
    #expect(process.maxFileDescriptors == 1_048_576)
  }

  @Test func `have no maximum where there is no limit`() throws {
    let process = try #require(ProcessStatistics(sources(limit: "unlimited"), units))
    #expect(process.maxFileDescriptors == nil)
    #expect(ProcessCollector.snapshots(process).count == 5)
  }

  @Test(arguments: ["", "7 (x", "7 (x) S 1 2", "7 (x) S a b c d e f g h i j k l m n o p q r s t u v w x y z"])
  func `are none where the file is not what it should be`(text: String) {
    var broken = sources()
    broken.process = text
    #expect(ProcessStatistics(broken, units) == nil)
  }

  #if os(Linux)
    @Test func `of this process are sensible, and exported under the usual names`() throws {
      let process = try #require(ProcessCollector.current())
      #expect(process.residentMemoryBytes > 1e6 && process.residentMemoryBytes < process.virtualMemoryBytes)
      #expect(process.openFileDescriptors > 2)
      #expect(process.startTimeSeconds > 1.5e9 && process.startTimeSeconds <= Date().timeIntervalSince1970 + 1)
      let registry = MetricRegistry()
      ProcessCollector.collect(into: registry)
      let text = registry.exposition()
      for name in ["cpu_seconds_total", "resident_memory_bytes", "open_fds", "start_time_seconds"] {
        #expect(text.contains("\nprocess_\(name) ") || text.hasPrefix("process_\(name) "), "\(name)")
      }
    }
  #endif
}
