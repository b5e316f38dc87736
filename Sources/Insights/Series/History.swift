/// The readings of one signal in the order of time, of which all are finite.
public struct History: Hashable, Sendable {
  public private(set) var readings: [Reading] = []
  /// How many readings were passed over: not finite, or a second one of the same moment.
  public private(set) var unusable = 0

  /// - Parameter raw: in any order; of two of the same moment the later in the list counts.
  public init(_ raw: [Reading]) {
    let usable = raw.filter { $0.time.isFinite && $0.value.isFinite }
    let sorted = usable.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
    for (_, reading) in sorted {
      if readings.last?.time == reading.time { readings.removeLast() }
      readings.append(reading)
    }
    unusable = raw.count - readings.count
  }

  /// Passes over what is not as it should be.
  mutating func keep(_ isUsable: (Reading) -> Bool) {
    let before = readings.count
    readings.removeAll { !isUsable($0) }
    unusable += before - readings.count
  }

  /// One value of a signal.
  public struct Reading: Hashable, Sendable {
    /// Seconds since 1970.
    public var time: Double
    public var value: Double

    public init(time: Double, value: Double) { (self.time, self.value) = (time, value) }
  }
}

extension History {
  /// The median time between two readings, in seconds; `nil` when there are not two.
  public var interval: Double? {
    let gaps = zip(readings.dropFirst(), readings).map { $0.time - $1.time }.sorted()
    return gaps.isEmpty ? nil : gaps[gaps.count / 2]
  }
}
