import FoundationEssentials
import Insights
import Serialization

/// Files of the Numenta Anomaly Benchmark, or a part of them, in its layout: `config/profiles.json`,
/// `labels/combined_windows.json` and `data`. Labels of files that are not there are left out.
struct NABCorpus {
  var profiles: [NABProfile]
  var files: [File]

  struct File: Sendable {
    /// Below `data`.
    var name: String
    var readings: [History.Reading]
    /// Of indices, in order.
    var windows: [ClosedRange<Int>]
  }

  init(_ directory: String) throws {
    profiles = try NABProfile.profiles(try Self.json("\(directory)/config/profiles.json"))
    let path = "\(directory)/labels/combined_windows.json"
    guard case .object(let labels) = try Self.json(path) else { throw BenchmarkError("\(path) is no JSON object") }
    files = try labels.sorted { $0.key < $1.key }.compactMap { name, windows in
      let file = "\(directory)/data/\(name)"
      guard FileManager.default.fileExists(atPath: file) else { return nil }
      return try File(name: name, csv: try Self.text(file), windows: windows)
    }
    guard !files.isEmpty else { throw BenchmarkError("\(directory)/data has none of the files in \(path)") }
  }

  private static func json(_ path: String) throws -> JSONValue { try JSONValue(jsonBytes: Array(try text(path).utf8)) }

  private static func text(_ path: String) throws -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw BenchmarkError("\(path) cannot be read; --nab takes a folder with config, labels and data")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension NABCorpus.File {
  /// - Parameter csv: a header, then lines of `2014-02-14 14:30:00,0.132`.
  init(name: String, csv: String, windows: JSONValue) throws {
    self.name = name
    let lines = csv.split(whereSeparator: \.isNewline).dropFirst()
    readings = try lines.map { line in
      let fields = line.split(separator: ",")
      guard fields.count == 2, let time = Self.seconds(fields[0]), let value = Double(fields[1]) else {
        throw BenchmarkError("\(name): \"\(line)\" is no time and value")
      }
      return History.Reading(time: time, value: value)
    }
    let indices = Dictionary(readings.enumerated().map { ($1.time, $0) }, uniquingKeysWith: { first, _ in first })
    self.windows = try (windows.array ?? []).map { window in
      let bounds = (window.array ?? []).compactMap { $0.string.flatMap { Self.seconds($0.prefix(19)) } }
      guard bounds.count == 2, let first = indices[bounds[0]], let last = indices[bounds[1]], first <= last else {
        throw BenchmarkError("\(name): the window \(window.jsonText()) does not begin and end with a reading")
      }
      return first...last
    }.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// Of `2014-02-14 14:30:00`, in seconds since 1970, as if it were UTC.
  static func seconds(_ text: Substring) -> Double? {
    let parts = text.split { "- :".contains($0) }.compactMap { Int($0) }
    guard parts.count == 6 else { return nil }
    let (year, month) = parts[1] > 2 ? (parts[0], parts[1] - 3) : (parts[0] - 1, parts[1] + 9)
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + parts[2] - 719_469
    return Double(((days * 24 + parts[3]) * 60 + parts[4]) * 60 + parts[5])
  }
}
