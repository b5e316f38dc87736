/// When another connection may come in. Pure: it is told what there is and when.
struct ServerAdmission {
  typealias Instant = ContinuousClock.Instant

  enum Entrance: Hashable {
    case open
    /// Closed until then; for as long as nothing else happens where that is `nil`.
    case shut(until: Instant?)
  }

  /// How long a client may keep us waiting when others stand in line for its place.
  static let patience = Duration.seconds(1)
  /// How long accepting rests when the process has no descriptors left.
  static let rest = Duration.milliseconds(100)

  let limit: Int
  private var restsUntil: Instant?

  init(limit: Int) { self.limit = limit }

  /// Accepting failed for want of something.
  mutating func pause(at now: Instant) { restsUntil = now + Self.rest }

  /// - Parameters:
  ///   - connections: how many there are.
  ///   - waitingLongestSince: of those that keep us waiting, since when the longest does; `nil` when none does.
  func entrance(connections: Int, waitingLongestSince: Instant?, at now: Instant) -> Entrance {
    guard connections >= limit else { return entrance(from: restsUntil, at: now) }
    guard let place = waitingLongestSince.map({ $0 + Self.patience }) else { return .shut(until: nil) }
    return entrance(from: max(place, restsUntil ?? place), at: now)
  }

  private func entrance(from instant: Instant?, at now: Instant) -> Entrance {
    if let instant, instant > now { .shut(until: instant) } else { .open }
  }
}
