/// What Linux says of a process, as the `process_*` metrics that every Prometheus client library exports.
struct ProcessStatistics: Hashable, Sendable {
  /// User and system time, all threads, in seconds.
  var cpuSeconds: Double
  var residentMemoryBytes: Double
  var virtualMemoryBytes: Double
  /// Unix time, in seconds.
  var startTimeSeconds: Double
  var openFileDescriptors: Double
  /// `nil` where there is no limit.
  var maxFileDescriptors: Double?

  /// The files below `/proc` that it is read from.
  struct Sources: Sendable {
    /// `/proc/self/stat`
    var process: String
    /// `/proc/stat`
    var system: String
    /// `/proc/self/limits`
    var limits: String
    /// Entries of `/proc/self/fd`.
    var openFileDescriptors: Int
  }

  /// In what the kernel counts, as `sysconf` tells.
  struct Units: Sendable {
    var ticksPerSecond: Double
    var bytesPerPage: Double
  }

  /// `nil` when the files are not what proc(5) says: no number is better than a wrong one.
  init?(_ sources: Sources, _ units: Units) {
    // The program's name is in parentheses and may hold any character, parentheses too.
    guard let name = sources.process.lastIndex(of: ")") else { return nil }
    let fields = sources.process[name...].split(whereSeparator: \.isWhitespace).dropFirst().map(Double.init)
    // Counted as proc(5) does: the first one after the name is the third.
    func field(_ number: Int) -> Double? { fields.indices.contains(number - 3) ? fields[number - 3] : nil }
    guard let user = field(14), let system = field(15), let start = field(22), let virtual = field(23),
      let resident = field(24), let boot = Self.value(after: "btime", in: sources.system)
    else { return nil }
    cpuSeconds = (user + system) / units.ticksPerSecond
    startTimeSeconds = boot + start / units.ticksPerSecond
    virtualMemoryBytes = virtual
    residentMemoryBytes = resident * units.bytesPerPage
    openFileDescriptors = Double(sources.openFileDescriptors)
    maxFileDescriptors = Self.value(after: "Max open files", in: sources.limits)
  }

  private static func value(after name: String, in text: String) -> Double? {
    text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
      .flatMap { $0.dropFirst(name.count).split(separator: " ").first }.flatMap { Double($0) }
  }
}
