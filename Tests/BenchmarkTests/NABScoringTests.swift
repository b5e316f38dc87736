import Testing

@testable import terway_benchmark

struct `The score of the Numenta Anomaly Benchmark` {
  static let standard = NABProfile(name: "standard", truePositive: 1, falseNegative: 1, falsePositive: 0.11)
  static let rewardsFinding = NABProfile(name: "low FN", truePositive: 1, falseNegative: 2, falsePositive: 0.11)

  private static func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 0.0005 }

  @Test(arguments: [(0, 0), (1, 0), (40, 6), (4032, 604), (5000, 750), (100_000, 750)])
  func `leaves out the first part of a file`(count: Int, expected: Int) {
    #expect(NABScoring.probationary(count) == expected)
  }

  @Test(arguments: [(-1, 0.9866), (-0.2, 0.4621), (0, 0), (1, -0.9866), (3, -1), (3.1, -1)])
  func `follows a sigmoid`(position: Double, expected: Double) {
    #expect(Self.isNear(NABScoring.sigmoid(position), expected))
  }

  /// Worths by hand: (2 / (1 + e^(5·position)) − 1), within windows over the same of −1.
  @Test(arguments: [
    (0, -1), (9, -1), (10, 1), (12, 0.9174), (14, 0.4684), (15, -0.5546), (18, -0.9866), (29, -1), (30, 1),
    (39, 0.2482),
  ])
  func `values an early detection within a window, and blames least what is just behind one`(
    index: Int, expected: Double
  ) {
    let readings = NABScoring.worths(count: 40, windows: [10...14, 30...39])
    #expect(Self.isNear(readings[index].worth, expected))
    #expect(readings[index].window == (index >= 30 ? 1 : (10...14).contains(index) ? 0 : nil))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Of readings of one file of 40, of which 6 are there to learn from, with a window of 10 to 14; the others are 0.
    var surprises: [Int: Double]
    var score: Double
    var threshold: Double
    var profile = standard
  }

  static func cases() -> [Case] {
    let nothing = Case(testDescription: "nothing", surprises: [:], score: 0, threshold: .infinity)
    var cases = [nothing]
    func add(_ name: String, _ surprises: [Int: Double], _ score: Double, at threshold: Double) {
      cases.append(Case(testDescription: name, surprises: surprises, score: score, threshold: threshold))
    }
    add("perfect", [10: 1], 100, at: 1)
    add("late, and something before it", [14: 5, 8: 4], 73.419, at: 5)
    add("the earliest in a window counts", [14: 5, 12: 5], 95.87, at: 5)
    add("early, at the price of a false alarm", [14: 5, 8: 4, 10: 4], 94.5, at: 4)
    add("a false alarm is surer", [8: 5, 10: 4], 94.5, at: 4)
    add("what is behind a window costs less", [15: 5, 10: 4], 96.95, at: 4)
    add("while learning", [3: 5], 0, at: .infinity)
    var missed = Case(testDescription: "misses cost twice", surprises: [14: 5], score: 82.28, threshold: 5)
    missed.profile = rewardsFinding
    return cases + [missed]
  }

  @Test(arguments: cases())
  func `is the best over all thresholds`(example: Case) {
    let surprises = (0..<40).map { example.surprises[$0] ?? 0 }
    let file = NABResult(name: "a", windows: [10...14], surprises: surprises)
    let score = NABScoring.best([file], example.profile)
    #expect(abs(score.value - example.score) < 0.01)
    #expect(score.threshold == example.threshold)
  }

  @Test func `takes one threshold for all files`() {
    // Finding the first window costs seven false alarms of the second file.
    let first = NABResult(name: "a", windows: [10...14], surprises: (0..<40).map { $0 == 10 ? 1 : 0 })
    let second = NABResult(
      name: "b", windows: [10...14], surprises: (0..<40).map { $0 == 10 ? 2 : (30..<37).contains($0) ? 1 : 0 })
    let score = NABScoring.best([first, second], Self.standard)
    #expect(score.threshold == 1)
    #expect(abs(score.value - 100 * (2 - 7 * 0.11 + 2) / 4) < 0.05)
  }

  @Test func `does not count a window that ends while a detector learns`() {
    let file = NABResult(name: "a", windows: [1...4], surprises: (0..<40).map { $0 == 2 ? 1 : 0 })
    // Nothing is lost, as nothing can be found: half of what is between nothing and everything.
    #expect(NABScoring.best([file], Self.standard) == NABScore(value: 50, threshold: .infinity))
  }
}
