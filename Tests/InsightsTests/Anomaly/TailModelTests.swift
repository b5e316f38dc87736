import Foundation
import TestSupport
import Testing

@testable import Insights

struct `A tail` {
  @Test(arguments: [1.5, 3, 6], [1e-6, 1, 1e9])
  func `knows the chance of what follows a power law`(index: Double, scale: Double) {
    var generator = SeededGenerator(seed: 7)
    var tail = TailModel(halfLife: 1e9)
    func magnitude(chance: Double) -> Double { scale * pow(chance, -1 / index) }
    for _ in 0..<5000 { tail.learn(magnitude(chance: Double.random(in: 0.000_01..<1, using: &generator))) }
    for surprise in [2.5, 3, 4] {
      #expect(abs(tail.surprise(magnitude(chance: pow(10, -surprise))) - surprise) < 0.5)
    }
    #expect(tail.surprise(magnitude(chance: 0.1)) == 0)
  }

  @Test func `says nothing before it has seen enough`() {
    var tail = TailModel(halfLife: 1e9)
    for _ in 0..<49 { tail.learn(1) }
    #expect(tail.surprise(1e6) == 0)
    tail.learn(1)
    tail.learn(1)
    #expect(tail.surprise(1e6) > 4)
  }

  @Test func `takes what never varied for what hardly varies`() {
    var tail = TailModel(halfLife: 1e9)
    for _ in 0..<1000 { tail.learn(0) }
    #expect(tail.surprise(0) == 0)
    #expect(tail.surprise(1e-9) > 4)
  }

  @Test func `forgets`() {
    var tail = TailModel(halfLife: 100)
    for _ in 0..<200 { tail.learn(1000) }
    for _ in 0..<6000 { tail.learn(1) }
    #expect(tail.surprise(1000) > 4)
  }
}

struct `The recent day` {
  @Test func `has the median and the means of a plain count`() {
    var generator = SeededGenerator(seed: 3)
    var recent = RecentDay(day: 12, short: 3)
    var values: [Double] = []
    func median(_ values: [Double]) -> Double? {
      let sorted = values.sorted()
      return sorted.isEmpty ? nil : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    func mean(_ values: ArraySlice<Double>) -> Double { values.reduce(0, +) / Double(values.count) }
    for _ in 0..<100 {
      #expect(recent.median == median(values.suffix(12)))
      #expect(recent.median(last: 5) == median(values.suffix(5)))
      if values.count < 15 {
        #expect(recent.means == nil)
      } else {
        #expect(abs((recent.means?.short ?? .nan) - mean(values.suffix(3))) < 1e-9)
        #expect(abs((recent.means?.day ?? .nan) - mean(values.dropLast(3).suffix(12))) < 1e-9)
      }
      // Few different values, so that there are many equal ones.
      let value = Double(Int.random(in: 0..<6, using: &generator))
      values.append(value)
      recent.add(value)
    }
  }
}

struct `A sliding maximum` {
  @Test func `finds what is above all of the time before`() {
    var generator = SeededGenerator(seed: 5)
    var maximum = SlidingMaximum()
    var seen: [(time: Double, value: Double)] = []
    var time = 0.0
    for _ in 0..<500 {
      time += Double(Int.random(in: 1...4, using: &generator))
      let value = Double(Int.random(in: 0..<8, using: &generator))
      let greatest = seen.filter { $0.time >= time - 20 }.map(\.value).max() ?? -1
      #expect(maximum.exceeds(value, at: time, memory: 20) == (value > 0 && value > greatest))
      seen.append((time, value))
    }
  }
}
