/// Which idle addresses to hold: those that pods had a short time ago.
///
/// An address is given back once it has been idle for as long as giving it back and getting it again would have cost: the
/// ski-rental rule, which never costs more than twice what a clairvoyant would pay (Karlin, Manasse, Rudolph, Sleator,
/// "Competitive snoopy caching", Algorithmica 1988). Addresses are alike, so the k-th one was needed last when demand was
/// last at k: what is held is the range of the demand within that time. As a bound on idle addresses it lets the pool
/// settle at the largest demand, because Terway releases what is above it when the demand is least.
struct ReleaseHold: Hashable, Codable, Sendable {
  /// The time is cut into so many parts, of which the oldest is forgotten at once.
  static let parts = 6

  struct Part: Hashable, Codable, Sendable {
    var number: Int64
    var peak: Int32
    var trough: Int32
  }

  private(set) var peaks: [Part] = []

  init(peaks: [Part] = []) { self.peaks = peaks }

  /// - Parameters:
  ///   - seconds: how long an address is held.
  mutating func add(demand: Int, at now: Double, seconds: Double) {
    let number = Self.part(now, seconds)
    if let last = peaks.last, last.number == number, Int(last.trough)...Int(last.peak) ~= demand { return }
    peaks.removeAll { $0.number <= number - Int64(Self.parts) || $0.number > number }
    let demand = Int32(clamping: demand)
    if let last = peaks.indices.last, peaks[last].number == number {
      peaks[last].peak = max(peaks[last].peak, demand)
      peaks[last].trough = min(peaks[last].trough, demand)
    } else {
      peaks.append(Part(number: number, peak: demand, trough: demand))
    }
  }

  /// The largest demand of late.
  var peak: Int { peaks.reduce(0) { max($0, Int($1.peak)) } }

  /// The largest demand of late less the least.
  var range: Int { peak - Int(peaks.lazy.map(\.trough).min() ?? 0) }

  private static func part(_ now: Double, _ seconds: Double) -> Int64 {
    Int64((now / max(1, seconds) * Double(parts)).rounded(.down))
  }
}
