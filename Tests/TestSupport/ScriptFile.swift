import Foundation

/// Programs that tests write and run.
public enum ScriptFile {
  /// Writes an executable file.
  ///
  /// A program of its own makes the file. Were it written here, a test that starts a process at that moment would pass
  /// the open descriptor on to it, and the kernel runs no file that somebody has open for writing ("text file busy").
  public static func write(_ text: String, to file: URL) throws {
    let draft = file.appendingPathExtension("draft")
    try Data(text.utf8).write(to: draft)
    defer { try? FileManager.default.removeItem(at: draft) }
    let install = try Process.run(
      URL(fileURLWithPath: "/usr/bin/install"), arguments: ["-m", "755", draft.path, file.path])
    install.waitUntilExit()
    guard install.terminationStatus == 0 else {
      throw Command.Failure(description: "install of \(file.path) ended with \(install.terminationStatus)")
    }
  }
}
