import TestSupport
import Testing

@testable import Insights

struct `A robust trend` {
  @Test(arguments: [0, 1, 2, 5, 300])
  func `finds a line`(count: Int) {
    let trend = RobustTrend((0..<count).map { 7 - 2.5 * Double($0) })
    #expect(abs(trend.slope - (count > 1 ? -2.5 : 0)) < 1e-9)
    #expect(abs(trend.value(at: 2) - (count > 1 ? 2 : count == 1 ? 7 : 0)) < 1e-9)
  }

  @Test func `is not turned by a quarter of wild values`() {
    var generator = SeededGenerator(seed: 1)
    let trend = RobustTrend(
      (0..<60).map { generator.oneIn(4) ? Double.random(in: 0...5000, using: &generator) : 100 + 3 * Double($0) })
    #expect((2.5...3.5).contains(trend.slope))
    #expect(trend.range.contains(3))
  }

  @Test func `is between its bounds as often as they promise`() {
    var generator = SeededGenerator(seed: 2)
    let hits = (0..<200).count { _ in
      let values = (0..<40).map { 2 * Double($0) + Double.random(in: -30...30, using: &generator) }
      return RobustTrend(values).range.contains(2)
    }
    #expect((130...190).contains(hits))
  }
}

struct `A quantile` {
  @Test func `is the same by selection as by sorting`() {
    var generator = SeededGenerator(seed: 13)
    for count in 1...60 {
      // With many equal ones, and with none.
      let values = (0..<count).map { _ in
        count % 2 == 0 ? Double(Int.random(in: 0...5, using: &generator)) : Double.random(in: 0...5, using: &generator)
      }
      for share in [0, 0.1, 0.5, 0.77, 1] {
        var changed = values
        #expect(changed.selectQuantile(share) == values.sorted().sortedQuantile(share))
        #expect(changed.sorted() == values.sorted())
      }
    }
  }
}

struct `A season` {
  private static func week(_ offsets: [Double], days: Int, noise: Double, slope: Double = 0) -> [Double] {
    var generator = SeededGenerator(seed: 9)
    return (0..<days).map {
      100 + slope * Double($0) + offsets[$0 % 7]
        + (noise > 0 ? Double.random(in: -noise...noise, using: &generator) : 0)
    }
  }

  @Test(arguments: [0, 3.0])
  func `is found beside a trend`(slope: Double) {
    let offsets: [Double] = [10, 10, 10, 10, 10, -20, -30]
    let season = Season(Self.week(offsets, days: 42, noise: 2, slope: slope), period: 7)
    #expect(season.offsets.count == 7)
    for (found, expected) in zip(season.offsets, offsets) { #expect(abs(found - expected) < 3) }
    #expect(season.offset(47) == season.offsets[5])
  }

  @Test func `is not found in noise, in what never changes, and in too little`() {
    #expect(Season(Self.week([0, 0, 0, 0, 0, 0, 0], days: 70, noise: 20), period: 7).offsets.isEmpty)
    #expect(Season([Double](repeating: 5, count: 70), period: 7).offsets.isEmpty)
    #expect(Season(Self.week([9, 0, 0, 0, 0, 0, 0], days: 20, noise: 0), period: 7).offsets.isEmpty)
    #expect(Season([1, 2], period: 1).offsets.isEmpty)
  }
}

struct `Peaks` {
  @Test func `are the greatest of each stretch, without those that are cut`() {
    let readings = (0..<100).map { History.Reading(time: 1800 + Double($0) * 600, value: Double($0 % 7)) }
    let peaks = PeakSeries(History(readings), step: 3600)
    #expect(peaks.start == 3600)
    #expect(
      peaks.values
        == [Double](repeating: 6, count: peaks.values.count).enumerated().map { index, _ in
          readings.filter { Int($0.time) / 3600 == index + 1 }.map(\.value).max() ?? -1
        })
    #expect(peaks.end == 61_200)
  }

  @Test func `of what is missing are on a line`() {
    let known: [Double: Double] = [0: 10, 1: 12, 4: 18, 5: 20]
    let readings = known.flatMap { hour, value in
      (0..<6).map { History.Reading(time: hour * 3600 + Double($0) * 600, value: value) }
    }
    #expect(PeakSeries(History(readings), step: 3600).values == [10, 12, 14, 16, 18, 20])
  }

  @Test func `of nothing are none`() {
    #expect(PeakSeries(History([]), step: 60).values.isEmpty)
    #expect(PeakSeries(History([.init(time: 5, value: 1)]), step: 86_400).values.isEmpty)
  }
}
