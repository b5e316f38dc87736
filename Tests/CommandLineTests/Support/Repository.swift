import Foundation

/// Files of this repository.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The text of a golden file. `UPDATE_GOLDENS=1 swift test --filter CommandLineTests` writes it anew.
  static func golden(_ path: String, updatedTo text: String) throws -> String {
    let file = root.appending(path: path)
    if isUpdating {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return try Repository.text(path)
  }
}
