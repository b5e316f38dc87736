import EniScaling
import Prometheus

/// How much of its addresses each node uses, as a Prometheus told last. Pure.
struct UtilisationReadings: Hashable, Sendable {
  struct Reading: Hashable, Sendable {
    /// Used of all addresses, 0 to 1.
    var ratio: Double
    /// Of the sample, in seconds since 1970.
    var time: Double
    /// Addresses that the node has, used or not; `nil` where that was not asked, or has no answer of use.
    var total: Int?
  }

  private(set) var nodes: [String: Reading] = [:]
  /// Why the last answer was of no use; empty = it was.
  private(set) var failure = ""

  /// The label that names the node.
  static let label = "node"
  /// Above it a ratio is none: what is counted at different moments may exceed 1 a little.
  static let highest = 1.1

  /// Takes an answer in place of the last one. A node that is not in it, or with a value that cannot be, has no reading.
  ///
  /// - Parameters:
  ///   - times: when the samples were taken; `nil` = the answer itself tells.
  ///   - totals: how many addresses each node has, where that was asked, and when those samples were taken.
  mutating func take(
    _ answer: PrometheusAnswer, times: PrometheusAnswer?,
    totals: (answer: PrometheusAnswer, times: PrometheusAnswer?)? = nil
  ) {
    if let totals, !totals.answer.isComplete || !(totals.times?.isComplete ?? true) {
      return fail("the answer about all addresses is partial: \(totals.answer.warnings.first ?? "")")
    }
    // A part may be missing of a node as well as of all nodes: what there is may be too low.
    guard answer.isComplete, times?.isComplete ?? true else {
      return fail("the answer is partial: \((answer.warnings + (times?.warnings ?? [])).first ?? "")")
    }
    var (found, doubtful) = Self.readings(answer, times: times) { (0...Self.highest).contains($0) ? min(1, $0) : nil }
    if found.isEmpty, doubtful.isEmpty {
      return fail("the query gives no series with the label \(Self.label)")
    }
    if let totals {
      let (counts, uncertain) = Self.readings(totals.answer, times: totals.times) { (0...1e6).contains($0) ? $0 : nil }
      doubtful.formUnion(uncertain)
      for (node, count) in counts {
        // Of nothing there is no share.
        guard var reading = found[node] ?? (count.ratio == 0 ? count : nil) else { continue }
        (reading.total, reading.time) = (Int(count.ratio.rounded()), min(reading.time, count.time))
        found[node] = reading
      }
    }
    nodes = found.filter { !doubtful.contains($0.key) }
    failure = ""
  }

  /// Values by node, and the nodes with one that cannot be.
  private static func readings(
    _ answer: PrometheusAnswer, times: PrometheusAnswer?, _ accepted: (Double) -> Double?
  ) -> ([String: Reading], Set<String>) {
    let taken = times.map { answer in
      Dictionary(answer.series.compactMap { series in series.value.map { (series.labels, $0) } }) { first, _ in first }
    }
    var (found, doubtful) = ([String: Reading](), Set<String>())
    for series in answer.series {
      guard let node = series.labels[label], let sample = series.samples.last else { continue }
      var labels = series.labels
      labels["__name__"] = nil
      let time = taken.map { $0[labels] } ?? sample.time
      guard let time, time.isFinite, sample.value.isFinite, let value = accepted(sample.value) else {
        doubtful.insert(node)
        continue
      }
      // Two values for a node: neither can be told to be the right one.
      if found.updateValue(Reading(ratio: value, time: time), forKey: node) != nil {
        doubtful.insert(node)
      }
    }
    return (found, doubtful)
  }

  /// There was no answer of use. What was known before grows old.
  mutating func fail(_ reason: String) { failure = reason }
}

extension PrometheusSeries {
  fileprivate var value: Double? { samples.last?.value }
}

extension NodeObservation {
  /// With the use that a Prometheus tells, as a share of the addresses that the node's ENIs can have: it is that share which
  /// the thresholds of a policy are compared with.
  ///
  /// - Parameter now: seconds since 1970.
  func using(_ reading: UtilisationReadings.Reading?, now: Double) -> NodeObservation {
    var observation = self
    guard let reading else {
      observation.age = nil
      return observation
    }
    let size = enis.held * limits.ipsPerENI
    let total = size > 0 ? size : used + idle
    observation.used = Int((Double(total) * reading.ratio).rounded())
    observation.idle = total - observation.used
    observation.age = age.map { max($0, now - reading.time) }
    return observation
  }
}
