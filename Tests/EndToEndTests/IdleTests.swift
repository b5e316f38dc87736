import TestSupport
import Testing

extension EndToEnd {
  struct `An operator with nothing to do` {
    @Test func `writes nothing and reconciles nothing for a minute`() async throws {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway", Cluster.allSections)
      try await cluster.waitUntilReady("terway")
      try await process.waitUntilQuiet()
      // The event about what was created is written a little later.
      let profile = try await cluster.profile("terway")
      try await eventually("all is said") { try await !cluster.events("Created", about: profile).isEmpty }

      let audit = try AuditLog(cluster.plane)
      let reconciles = try await process.reconciles()
      let versions = try await cluster.versions(of: "terway")
      try await Task.sleep(for: .seconds(60))
      #expect(try audit.operatorWrites().isEmpty)
      #expect(try await process.reconciles() == reconciles)
      #expect(try await cluster.versions(of: "terway") == versions)
      #expect(try await cluster.profile("terway").metadata.resourceVersion == profile.metadata.resourceVersion)
      try await process.stop()
    }

    @Test func `writes nothing when it starts on a cluster that is in shape`() async throws {
      let cluster = try await Cluster.clean()
      let first = try await cluster.startOperator()
      try await cluster.apply("terway", Cluster.allSections)
      let profile = try await cluster.waitUntilReady("terway")
      try await first.waitUntilQuiet()
      try await eventually("all is said") { try await !cluster.events("Created", about: profile).isEmpty }
      try await first.stop()

      let audit = try AuditLog(cluster.plane)
      let second = try await cluster.startOperator()
      try await eventually("the profile was looked at") { try await second.reconciles() > 0 }
      try await second.waitUntilQuiet()
      #expect(try audit.operatorWrites().isEmpty)
      try await second.stop()
    }
  }
}
