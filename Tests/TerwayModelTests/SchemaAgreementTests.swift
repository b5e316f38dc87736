import Foundation
import KubernetesModel
import Serialization
import Testing

@testable import TerwayModel

/// A field that exists on one side only makes one of these fail.
struct `Swift types and schemas agree` {
  @Test func `on the defaults of a monitoring profile`() throws {
    #expect(try .encoded(MonitoringProfileSpec()) == MonitoringProfileSchema.spec.applyingDefaults(to: [:]))
  }

  @Test func `on the defaults of an autoscale policy`() throws {
    #expect(try .encoded(EniAutoscalePolicySpec()) == EniAutoscalePolicySchema.spec.applyingDefaults(to: [:]))
  }

  @Test func `on every field of a monitoring profile`() throws {
    try expectRoundTrip(MonitoringProfileSpec.self, MonitoringProfileSchema.spec)
    try expectRoundTrip(MonitoringProfileStatus.self, MonitoringProfileSchema.status)
  }

  @Test func `on every field of an autoscale policy`() throws {
    try expectRoundTrip(EniAutoscalePolicySpec.self, EniAutoscalePolicySchema.spec)
    try expectRoundTrip(EniAutoscalePolicyStatus.self, EniAutoscalePolicySchema.status)
  }

  @Test func `an empty status is valid`() throws {
    #expect(MonitoringProfileSchema.status.violations(in: try MonitoringProfileStatus().json()) == [])
    #expect(EniAutoscalePolicySchema.status.violations(in: try EniAutoscalePolicyStatus().json()) == [])
  }

  private func expectRoundTrip<Value: Codable>(_ type: Value.Type, _ schema: StructuralSchema) throws {
    let value = DifferingValue.make(of: schema)
    #expect(schema.violations(in: value) == [])
    #expect(DifferingValue.leavesAtDefault(value, schema) == [])
    #expect(try .encoded(value.decoded(as: type)) == value)
  }
}
