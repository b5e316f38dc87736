import Foundation
import Insights
import TestSupport
import Testing

/// Histories whose truth is known: what a day's peak is, and how an hour differs from it.
enum Truth: CaseIterable {
  case growth, growthWithWeeks, weeks, level, walk, saturating

  func peaks(_ days: Int, _ generator: inout SeededGenerator) -> [Double] {
    var walk = 500.0
    return (0..<days).map { day in
      let noise = generator.normal()
      walk += 5 * noise
      switch self {
      case .growth: return 200 + 2.5 * Double(day) + 5 * noise
      case .growthWithWeeks: return 300 + 2.5 * Double(day) + [0, 0, 0, 0, 0, -40, -60][day % 7] + 5 * noise
      case .weeks: return 300 + [0, 5, 3, 4, 0, -40, -60][day % 7] + 5 * noise
      case .level: return 300 + 10 * noise
      case .walk: return walk
      case .saturating: return 600 - 400 * exp(-Double(day) / 30) + 4 * noise
      }
    }
  }

  /// Greatest at 14:00; the days begin at midnight.
  static func hourly(_ peaks: [Double]) -> [History.Reading] {
    peaks.enumerated().flatMap { day, peak in
      (0..<24).map { hour in
        let share = 0.75 + 0.25 * cos(Double(hour - 14) / 12 * .pi)
        return History.Reading(time: Double(day) * 86_400 + Double(hour) * 3600, value: peak * share)
      }
    }
  }
}

extension SeededGenerator {
  /// Normally distributed with mean 0 and deviation 1 (Box and Muller).
  mutating func normal() -> Double {
    let radius = (-2 * log(Double.random(in: 1e-12..<1, using: &self))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }
}

struct `A forecast` {
  private static let day = 86_400.0

  private static func forecast(_ peaks: [Double], horizon: Int = 30) throws -> Forecast {
    let made = Forecast.make(
      from: History(Truth.hourly(peaks)), horizon: horizon, at: Double(peaks.count) * day)
    return try #require(made.forecast, "\(made.findings)")
  }

  /// Over twelve histories of eight weeks and thirty days each.
  @Test(arguments: Truth.allCases)
  func `is about right, and knows how far it is off`(truth: Truth) throws {
    var generator = SeededGenerator(seed: 4)
    var (within, error, naive, count) = (0, 0.0, 0.0, 0.0)
    for _ in 0..<12 {
      let peaks = truth.peaks(86, &generator)
      let forecast = try Self.forecast(Array(peaks[..<56]))
      #expect(forecast.days.count == 30)
      for (index, day) in forecast.days.enumerated() {
        let actual = peaks[56 + index]
        if (day.low...day.high).contains(actual) { within += 1 }
        error += abs(day.mid - actual)
        naive += abs(peaks[49 + index % 7] - actual)
        count += 1
      }
    }
    #expect(Double(within) / count >= 0.65, "of 80 %")
    #expect(error < naive * 1.15)
    #expect(error / count < 25)
  }

  @Test func `tells trend, week, hours and what it would have said before`() throws {
    var generator = SeededGenerator(seed: 8)
    let forecast = try Self.forecast(Truth.growthWithWeeks.peaks(56, &generator))
    #expect((2...3).contains(forecast.trend.mid))
    #expect(forecast.trend.low < 2.5 && forecast.trend.high > 2.5)
    // Day 0 was a Thursday, so days 5 and 6 of each week are Tuesdays and Wednesdays.
    let week = try #require(forecast.week)
    #expect(week.enumerated().min { $0.element < $1.element }?.offset == 3)
    #expect(week[3] < -35 && week[2] < -15 && week[4] > 0)
    let hours = try #require(forecast.hours)
    #expect(abs(hours[14] - 1) < 1e-9 && abs(hours[2] - 0.5) < 1e-9)
    #expect(try #require(forecast.accuracy.meanError) < 15)
    #expect(abs(forecast.accuracy.weights.values.reduce(0, +) - 1) < 1e-9)
    #expect(forecast.accuracy.modelErrors.count == ForecastModel.allCases.count)
  }

  @Test func `says when something is used up`() throws {
    var generator = SeededGenerator(seed: 6)
    let forecast = try Self.forecast(Truth.growth.peaks(56, &generator), horizon: 90)
    // 200 + 2.5 · day reaches 400 on day 80, which is in 24 days.
    let exhaustion = forecast.days(until: 400, at: 56 * Self.day)
    let (early, expected) = (try #require(exhaustion.early), try #require(exhaustion.expected))
    #expect((17...31).contains(expected))
    #expect(early <= expected && early > 5)
    #expect(exhaustion.late ?? 90 >= expected)
    #expect(forecast.days(until: 100, at: 56 * Self.day).late == 0)
    #expect(forecast.days(until: 5000, at: 56 * Self.day) == Exhaustion())
  }

  @Test func `of less than two weeks is made of hours`() throws {
    let forecast = try Self.forecast((0..<6).map { 100 + 10 * Double($0) }, horizon: 7)
    #expect(forecast.week == nil)
    #expect(forecast.days.count == 7)
    #expect((140...200).contains(forecast.days[2].mid))
  }

  @Test func `holds for histories that are not as they should be`() throws {
    var generator = SeededGenerator(seed: 3)
    let good = Truth.hourly(Truth.growth.peaks(56, &generator))
    let end = 56 * Self.day
    func names(_ readings: [History.Reading], at now: Double = end) -> (findings: [String], forecast: Forecast?) {
      let made = Forecast.make(from: History(readings), horizon: 30, at: now)
      for day in made.forecast?.days ?? [] {
        #expect(day.low <= day.mid && day.mid <= day.high && day.low >= 0 && day.high.isFinite)
      }
      return (made.findings.map(\.name), made.forecast)
    }
    #expect(names([]).findings == ["empty"])
    #expect(names([.init(time: 0, value: .nan)]).findings == ["unusable", "empty"])
    #expect(names([.init(time: 0, value: 5)]).findings.first == "short")
    #expect(names(Array(good.prefix(30))).findings == ["short", "old"])
    #expect(names(Array(good.prefix(30))).forecast == nil)
    #expect(names(good).findings == [])
    #expect(names(good, at: end + 3 * Self.day).findings == ["old"])
    #expect(names(good.map { .init(time: $0.time, value: 50) }).findings == ["constant"])
    #expect(names(good.map { .init(time: $0.time, value: 0) }).forecast?.days.last == .init(low: 0, mid: 0, high: 0))

    let gappy = good.filter { Int($0.time / 3600) % 100 < 70 }
    #expect(names(gappy).findings == ["gaps"])
    #expect(try abs(#require(names(gappy).forecast).trend.mid - 2.5) < 1)
    let mostlyMissing = good.filter { Int($0.time / 3600) % 300 < 60 }
    #expect(names(mostlyMissing).findings == ["gaps", "old"])
    #expect(names(mostlyMissing).forecast == nil)

    let strange = good.enumerated().map { index, reading in
      History.Reading(
        time: reading.time,
        value: index % 50 == 7 ? .nan : index % 50 == 9 ? 1e300 : index % 50 == 11 ? -3 : reading.value)
    }
    #expect(names(strange).findings.contains("unusable"))
    #expect(try abs(#require(names(strange).forecast).trend.mid - 2.5) < 1)

    let counter = good.indices.map { History.Reading(time: good[$0].time, value: Double($0 % 400) * 12) }
    #expect(names(counter).findings == ["counter"])
    #expect(names(counter).forecast == nil)

    let exploding = good.map { History.Reading(time: $0.time, value: pow(2, $0.time / Self.day / 5).rounded()) }
    #expect(names(exploding).findings == ["exploding"])
    let last = try #require(names(exploding).forecast?.days.last)
    #expect(last.high > last.mid * 2)
  }
}
