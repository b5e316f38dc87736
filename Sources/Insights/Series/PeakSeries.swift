/// The greatest value in each stretch of time: what has to be provided for.
struct PeakSeries: Hashable, Sendable {
  /// When the first stretch begins, in seconds since 1970.
  var start: Double
  /// Length of a stretch, in seconds.
  var step: Double
  /// Without gaps: what was missing is on a line between its neighbours.
  var values: [Double] = []

  /// - Parameter step: stretches begin at its multiples. The first and the last are left out when less than nine tenths of
  ///   them are in the history, for their peaks may be.
  init(_ history: History, step: Double) {
    self.step = step
    start = 0
    guard let first = history.readings.first, let last = history.readings.last else { return }
    let tolerance = min(history.interval ?? 0, step) + step / 10
    let from = Int(((first.time - tolerance) / step).rounded(.up))
    let end = Int(((last.time + tolerance) / step).rounded(.down))
    guard from < end else { return }
    start = Double(from) * step
    var peaks = [Double?](repeating: nil, count: end - from)
    for reading in history.readings {
      let index = Int((reading.time / step).rounded(.down)) - from
      guard peaks.indices.contains(index) else { continue }
      peaks[index] = max(peaks[index] ?? -.infinity, reading.value)
    }
    values = Self.filled(peaks)
  }

  private static func filled(_ peaks: [Double?]) -> [Double] {
    let known = peaks.indices.filter { peaks[$0] != nil }
    guard let first = known.first else { return [] }
    var values: [Double] = []
    var (left, next) = (first, 0)
    for index in peaks.indices {
      if let value = peaks[index] {
        values.append(value)
        (left, next) = (index, next + 1)
        continue
      }
      let right = next < known.count ? known[next] : left
      let (before, after) = (peaks[left] ?? 0, peaks[right] ?? 0)
      let part = right == left ? 0 : Double(index - left) / Double(right - left)
      values.append(before + (after - before) * min(max(part, 0), 1))
    }
    return values
  }

  /// When the stretch after the last one begins.
  var end: Double { start + Double(values.count) * step }
}
