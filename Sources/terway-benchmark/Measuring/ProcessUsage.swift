import FoundationEssentials
import Glibc

/// What a process has used so far, read off `/proc`.
struct ProcessUsage {
  /// User and system time, in seconds, in steps of 10 ms.
  var cpu: Double
  /// What is resident now, in bytes.
  var resident: Double
  /// The most that was ever resident since the program started, in bytes.
  var peak: Double
  var threads: Double

  init(of process: Int32) throws {
    let directory = "/proc/\(process)"
    let stat = try String(contentsOfFile: "\(directory)/stat", encoding: .utf8)
    // The name of the program may contain anything, but is the last thing in parentheses.
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      throw BenchmarkError("cannot read \(directory)/stat: \(stat)")
    }
    cpu = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    let status = try String(contentsOfFile: "\(directory)/status", encoding: .utf8)
    func number(_ key: String) throws -> Double {
      let line = status.split(separator: "\n").first { $0.hasPrefix("\(key):") }
      guard let words = line?.split(whereSeparator: \.isWhitespace), words.count > 1, let value = Double(words[1])
      else {
        throw BenchmarkError("there is no \(key) in \(directory)/status")
      }
      return value
    }
    resident = try number("VmRSS") * 1024
    peak = try number("VmHWM") * 1024
    threads = try number("Threads")
  }

  static var own: ProcessUsage { get throws { try ProcessUsage(of: getpid()) } }
}

/// What stands in the way of measuring.
struct BenchmarkError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// How long something took.
struct Stopwatch {
  private let started = ContinuousClock.now
  private let cpuAtStart = Self.cpuTime

  /// Seconds on the wall.
  var wall: Double { started.duration(to: .now).inSeconds }

  /// Seconds that a core worked for this process, on all threads together.
  var cpu: Double { Self.cpuTime - cpuAtStart }

  /// What this process has used since it began, user and system, in seconds.
  static var cpuTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension Double {
  var inMebibytes: Double { self / Double(1 << 20) }
}
