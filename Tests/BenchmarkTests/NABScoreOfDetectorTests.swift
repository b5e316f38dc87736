import Foundation
import TestSupport
import Testing

@testable import terway_benchmark

struct `The anomaly detector on the Numenta Anomaly Benchmark` {
  /// The files are under a licence of their own, and not here.
  private static let directory = Repository.file("../shared/data/nab").standardizedFileURL.path

  @Test(.enabled(if: FileManager.default.fileExists(atPath: directory), "the benchmark's files are not there"))
  func `scores at least 65 by the standard profile`() throws {
    let corpus = try NABCorpus(Self.directory)
    let profile = try #require(corpus.profiles.first { $0.name == "standard" })
    #expect(NABScoring.best(corpus.files.map(Benchmark.detect), profile).value >= 65)
  }
}
