import FoundationEssentials
import Glibc
import Prometheus

/// The `process_*` metrics of this process, read from `/proc` when a scrape comes. Elsewhere than on Linux there are none.
public enum ProcessCollector {
  public static func collect(into registry: MetricRegistry) {
    registry.collect { current().map(snapshots) ?? [] }
  }

  static func current() -> ProcessStatistics? {
    guard let process = text("/proc/self/stat"), let system = text("/proc/stat"),
      let limits = text("/proc/self/limits"),
      let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    else { return nil }
    return ProcessStatistics(
      .init(
        process: process, system: system, limits: limits,
        // One of them is the directory itself, which is open while it is listed.
        openFileDescriptors: descriptors.count - 1),
      .init(
        ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))), bytesPerPage: Double(sysconf(Int32(_SC_PAGESIZE)))))
  }

  static func snapshots(_ process: ProcessStatistics) -> [MetricSnapshot] {
    let table: [(name: String, help: String, kind: MetricSnapshot.Kind, value: Double?)] = [
      ("process_cpu_seconds_total", "User and system CPU time, in seconds.", .counter, process.cpuSeconds),
      ("process_resident_memory_bytes", "Resident memory, in bytes.", .gauge, process.residentMemoryBytes),
      ("process_virtual_memory_bytes", "Virtual memory, in bytes.", .gauge, process.virtualMemoryBytes),
      ("process_open_fds", "Open file descriptors.", .gauge, process.openFileDescriptors),
      ("process_max_fds", "File descriptors that may be open.", .gauge, process.maxFileDescriptors),
      ("process_start_time_seconds", "When the process started, Unix time.", .gauge, process.startTimeSeconds),
    ]
    return table.compactMap { row in
      row.value.map { MetricSnapshot(row.name, help: row.help, kind: row.kind, samples: [.init([], $0)]) }
    }
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
