import Foundation

/// What a process holds at an instant.
struct ResourceUsage: CustomStringConvertible {
  /// Seconds since the soak began.
  var time: Double
  /// Resident memory, in KiB.
  var memory: Int
  var descriptors: Int

  init(of process: Int32, at time: Double) throws {
    self.time = time
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    memory =
      status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
      .flatMap { Int($0.filter(\.isNumber)) } ?? 0
    descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
  }

  var description: String { "\(memory / 1_024) MiB, \(descriptors) descriptors" }
}

/// Whether a process grew while its work stayed the same.
struct UsageReport: CustomStringConvertible {
  /// Medians of the second and of the last quarter. The first one warms up: caches and allocators fill.
  private let memory: (early: Int, late: Int)
  private let descriptors: (early: Int, late: Int)
  private let settled: ResourceUsage

  init(_ usage: [ResourceUsage], settled: ResourceUsage) {
    let quarter = usage.count / 4
    let (early, late) = (usage[quarter..<(2 * quarter)], usage.suffix(quarter))
    memory = (Self.median(early.map(\.memory)), Self.median(late.map(\.memory)))
    descriptors = (Self.median(early.map(\.descriptors)), Self.median(late.map(\.descriptors)))
    self.settled = settled
  }

  /// A leak grows with the work done, of which there is as much again between the two quarters as before them.
  var isMemoryFlat: Bool { memory.late <= memory.early + memory.early / 10 }

  /// Connections come and go; a leak only goes up.
  var areDescriptorsFlat: Bool {
    descriptors.late <= descriptors.early + 4 && settled.descriptors <= descriptors.early + 4
  }

  var description: String {
    """
    memory \(memory.early / 1_024) MiB early, \(memory.late / 1_024) MiB late; descriptors \(descriptors.early) early, \
    \(descriptors.late) late; at rest \(settled)
    """
  }

  private static func median(_ values: [Int]) -> Int { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
}
