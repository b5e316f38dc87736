import FoundationEssentials
import Serialization

/// What numbers are worth nothing without.
enum Machine {
  static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// How many processes wanted a core, on average over the last minute.
  static var load: Double {
    let words = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8))?.split(separator: " ")
    return words?.first.flatMap { Double($0) } ?? .nan
  }

  static var description: String {
    let memory = Double(ProcessInfo.processInfo.physicalMemory) / Double(1 << 30)
    return "\(cores) cores, \(Quantity.text(memory)) GiB of memory, load \(Quantity.text(load))"
  }

  static var json: JSONValue {
    [
      "cores": .integer(Int64(cores)), "memoryBytes": .integer(Int64(ProcessInfo.processInfo.physicalMemory)),
      "load": .number(load),
    ]
  }
}
