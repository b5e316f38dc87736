/// The largest rises at each time of the day, for demand that comes every day at the same time and is too rare to count
/// otherwise: a seasonal-naïve forecast that only raises.
///
/// It has a say once a second day has confirmed the first: of the last two days the lower peak counts, so that what came
/// once is not expected again.
struct SeasonalPeaks: Hashable, Codable, Sendable {
  static let slots = 96
  static let day = 86_400.0

  struct Peak: Hashable, Codable, Sendable {
    /// Of the current day, and of the two before, in this slot.
    var day: Int32 = -1
    var current: UInt16 = 0
    var previous: UInt16 = 0
    var beforePrevious: UInt16 = 0
  }

  private(set) var peaks = [Peak](repeating: Peak(), count: slots)

  init() {}

  var isUsable: Bool { peaks.count == Self.slots }

  mutating func add(_ rise: Int, at now: Double) {
    let slot = Self.slot(now)
    let day = Int32(clamping: Int(now / Self.day))
    if peaks[slot].day != day { roll(slot, to: day) }
    peaks[slot].current = max(peaks[slot].current, UInt16(clamping: rise))
  }

  /// What the last two days confirm for this time of the day and the quarter of an hour that follows.
  func expected(at now: Double) -> Int {
    max(confirmed(Self.slot(now), now), confirmed(Self.slot(now + 900), now + 900))
  }

  private func confirmed(_ slot: Int, _ now: Double) -> Int {
    let peak = peaks[slot]
    switch Int(now / Self.day) - Int(peak.day) {
    case 0: return Int(min(peak.previous, peak.beforePrevious))
    case 1: return Int(min(peak.current, peak.previous))
    default: return 0
    }
  }

  private mutating func roll(_ slot: Int, to day: Int32) {
    let isNextDay = peaks[slot].day >= 0 && day == peaks[slot].day + 1
    peaks[slot].beforePrevious = isNextDay ? peaks[slot].previous : 0
    peaks[slot].previous = isNextDay ? peaks[slot].current : 0
    peaks[slot].current = 0
    peaks[slot].day = day
  }

  private static func slot(_ now: Double) -> Int {
    let second = now.truncatingRemainder(dividingBy: day)
    return min(slots - 1, max(0, Int(second / day * Double(slots))))
  }
}
