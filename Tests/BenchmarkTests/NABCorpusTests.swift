import Foundation
import Serialization
import Testing

@testable import terway_benchmark

struct `Files of the Numenta Anomaly Benchmark` {
  static let files = [
    "config/profiles.json": """
    {"standard": {"CostMatrix": {"tpWeight": 1.0, "fnWeight": 1.0, "fpWeight": 0.11, "tnWeight": 1.0}},
     "low": {"CostMatrix": {"tpWeight": 1.0, "fnWeight": 2.0, "fpWeight": 0.22, "tnWeight": 1.0}}}
    """,
    "labels/combined_windows.json": """
    {"real/a.csv": [["2014-02-14 14:30:05.000000", "2014-02-14 14:40:05.000000"]], "real/absent.csv": []}
    """,
    "data/real/a.csv": "timestamp,value\n2014-02-14 14:25:05,1\n2014-02-14 14:30:05,2.5\n2014-02-14 14:40:05,-3e4\n",
  ]

  private func corpus(_ changes: [String: String?] = [:]) throws -> NABCorpus {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nab-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (path, text) in Self.files.merging(changes.compactMapValues { $0 }, uniquingKeysWith: { $1 }) {
      let file = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return try NABCorpus(folder.path)
  }

  @Test func `are read as they are laid out`() throws {
    let corpus = try corpus()
    #expect(corpus.profiles.map(\.name) == ["low", "standard"])
    #expect(corpus.profiles.map(\.falsePositive) == [0.22, 0.11])
    #expect(corpus.files.map(\.name) == ["real/a.csv"])
    #expect(corpus.files[0].readings.map(\.value) == [1, 2.5, -30_000])
    #expect(corpus.files[0].readings[0].time == 1_392_387_905)
    #expect(corpus.files[0].windows == [1...2])
  }

  @Test(arguments: [
    ("data/real/a.csv", "timestamp,value\n2014-02-14,1\n"),
    ("data/real/a.csv", "timestamp,value\n2014-02-14 14:25:05\n"),
    ("data/real/a.csv", "timestamp,value\n2014-02-14 14:25:05,one\n"), ("config/profiles.json", "{\"standard\": {}}"),
    ("config/profiles.json", "[]"), ("labels/combined_windows.json", "[]"), ("labels/combined_windows.json", "{}"),
    ("labels/combined_windows.json", #"{"real/a.csv": [["2014-02-14 14:30:06", "2014-02-14 14:40:05"]]}"#),
    ("labels/combined_windows.json", #"{"real/a.csv": [["2014-02-14 14:40:05", "2014-02-14 14:30:05"]]}"#),
  ])
  func `that are broken are refused`(path: String, text: String) {
    #expect(throws: (any Error).self) { try corpus([path: text]) }
  }
}
