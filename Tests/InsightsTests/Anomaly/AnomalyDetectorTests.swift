import Foundation
import Insights
import TestSupport
import Testing

struct `The anomaly detector` {
  /// Twelve days in steps of five minutes; work from eight to eighteen, with noise.
  static func workload(noise: Double = 2, change: (Int, Double) -> Double = { $1 }) -> History {
    var generator = SeededGenerator(seed: 11)
    return History(
      (0..<12 * 288).map { index in
        let hour = Double(index % 288) / 12
        let usual = (hour >= 8 && hour < 18 ? 80.0 : 20) + Double.random(in: -noise...noise, using: &generator)
        return History.Reading(time: Double(index) * 300, value: change(index, usual))
      })
  }

  private static func day(_ anomaly: Anomaly) -> Int { Int(anomaly.time / 86_400) }

  @Test func `is silent on what repeats itself`() {
    #expect(Self.workload(noise: 0).anomalies(since: 3 * 86_400) == [])
    #expect(Self.workload().anomalies(since: 3 * 86_400).count <= 2)
    let constant = History((0..<2000).map { History.Reading(time: Double($0) * 60, value: 45) })
    #expect(constant.anomalies() == [])
  }

  /// On the eleventh day.
  enum Event: CaseIterable {
    case spike, outage, quietDay, doubledDay, higherLevel

    var expected: Set<Anomaly.Aspect> {
      switch self {
      case .spike, .outage: [.level, .jump, .season]
      case .quietDay: [.season]
      case .doubledDay, .higherLevel: [.level, .jump, .season, .shift]
      }
    }

    func value(_ index: Int, _ usual: Double) -> Double {
      let (day, hour) = (index / 288, index % 288 / 12)
      switch self {
      case .spike: return day == 10 && index % 288 == 40 ? 300 : usual
      case .outage: return day == 10 && hour == 12 ? 0 : usual
      case .quietDay: return day == 10 && usual > 50 ? usual - 60 : usual
      case .doubledDay: return day == 10 ? usual * 2 : usual
      case .higherLevel: return day >= 10 ? usual + 150 : usual
      }
    }
  }

  @Test(arguments: Event.allCases)
  func `tells an event once, when it begins`(event: Event) throws {
    let found = Self.workload(change: event.value).anomalies(since: 5 * 86_400).filter { Self.day($0) == 10 }
    let first = try #require(found.first)
    #expect(event.expected.contains(first.aspect))
    #expect(first.isAbove == (event != .outage && event != .quietDay))
    #expect(found.count <= 3)
    let begin = try #require((10 * 288..<11 * 288).first { event.value($0, 80) != 80 || event.value($0, 20) != 20 })
    let lastMoment = Double(event == .quietDay ? 10 * 288 + 9 * 12 : begin + 12) * 300
    #expect(first.time >= Double(begin) * 300 && first.time <= lastMoment)
  }

  @Test func `does not depend on the unit`() {
    let plain = Self.workload(change: Event.doubledDay.value).anomalies()
    // A power of two, which changes no rounding.
    let scaled = Self.workload { Event.doubledDay.value($0, $1) * 1_048_576 }.anomalies()
    #expect(scaled.map(\.time) == plain.map(\.time))
    #expect(scaled.map(\.aspect) == plain.map(\.aspect))
  }

  @Test func `says of a reading the same whatever comes later`() {
    let readings = Self.workload(change: Event.spike.value).readings
    let all = History(readings).anomalies()
    let part = History(Array(readings.prefix(3100))).anomalies()
    #expect(part == all.filter { $0.time < 3100 * 300 })
    #expect(!part.isEmpty)
  }

  @Test func `passes over what is no number and what comes late, and lives through gaps`() {
    var detector = AnomalyDetector(interval: 300)
    for index in 0..<600 {
      #expect(detector.add(Double(index % 3), at: Double(index) * 300)?.surprise ?? 0 < 1)
    }
    let end = 600.0 * 300
    #expect(detector.add(.nan, at: end) == nil)
    #expect(detector.add(.infinity, at: end) == nil)
    #expect(detector.add(1e9, at: end - 600) == nil)
    #expect(detector.add(1e9, at: .nan) == nil)
    #expect(detector.add(1e9, at: end + 30 * 86_400)?.aspect == .season)
  }

  @Test func `lets what is too small to matter hide nothing`() throws {
    let (blip, event) = (10 * 288 + 150, 10 * 288 + 180)
    let history = Self.workload(noise: 0) { index, usual in
      index == blip ? usual + 1 : index == event ? usual * 4 : usual
    }
    #expect(history.anomalies(since: 9 * 86_400).map(\.time) == [Double(blip) * 300])
    #expect(history.anomalies(leastShare: 0.05, since: 9 * 86_400).map(\.time) == [Double(event) * 300])
  }

  @Test(arguments: [0.001, 1, 3600, 86_400, 1e7])
  func `takes any interval`(interval: Double) {
    var detector = AnomalyDetector(interval: interval)
    for index in 0..<300 { _ = detector.add(Double(index % 5), at: Double(index) * interval) }
    #expect(detector.add(1e6, at: 300 * interval) != nil)
  }
}
