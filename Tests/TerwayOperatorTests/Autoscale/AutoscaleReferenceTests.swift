import Foundation
import Prometheus
import TestSupport
import Testing

@testable import TerwayOperator

struct `The page on sizing and healing` {
  @Test func `names every metric, and no other`() throws {
    let page = try String(contentsOf: Repository.file("docs/reference/autoscaling.md"), encoding: .utf8)
    let named = Set(page.matches(of: /terway_operator_autoscale_[a-z_]+/).map { String($0.output) })
    let metrics = AutoscaleMetrics(MetricRegistry())
    #expect(named == Set(metrics.names))
  }
}
