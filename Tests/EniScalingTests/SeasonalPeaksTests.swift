import Testing

@testable import EniScaling

struct `Seasonal peaks` {
  private func moment(day: Int, hour: Int, minute: Int = 0) -> Double {
    Double(day) * SeasonalPeaks.day + Double(hour) * 3600 + Double(minute) * 60
  }

  @Test func `what came once is not expected again`() {
    var peaks = SeasonalPeaks()
    peaks.add(10, at: moment(day: 0, hour: 10))
    #expect((0...3).allSatisfy { peaks.expected(at: moment(day: $0, hour: 10)) == 0 })
  }

  @Test func `what came on two days is expected at that time, and a quarter of an hour before`() {
    var peaks = SeasonalPeaks()
    peaks.add(10, at: moment(day: 0, hour: 10))
    peaks.add(6, at: moment(day: 1, hour: 10))
    // Of two peaks the lower one.
    #expect(peaks.expected(at: moment(day: 2, hour: 10)) == 6)
    #expect(peaks.expected(at: moment(day: 2, hour: 9, minute: 50)) == 6)
    #expect(peaks.expected(at: moment(day: 2, hour: 9, minute: 30)) == 0)
    #expect(peaks.expected(at: moment(day: 2, hour: 10, minute: 15)) == 0)
  }

  @Test func `a day without it forgets it`() {
    var peaks = SeasonalPeaks()
    for day in 0...1 { peaks.add(8, at: moment(day: day, hour: 23, minute: 59)) }
    #expect(peaks.expected(at: moment(day: 2, hour: 23, minute: 59)) == 8)
    #expect(peaks.expected(at: moment(day: 3, hour: 23, minute: 59)) == 0)
    peaks.add(8, at: moment(day: 4, hour: 23, minute: 59))
    #expect(peaks.expected(at: moment(day: 5, hour: 23, minute: 59)) == 0)
  }
}
