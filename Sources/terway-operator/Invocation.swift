/// What surrounds one run of the program: where it reads and writes, and what it was called.
struct Invocation: Sendable {
  /// As usage texts write it: `terway-operator`, or `kubectl terway` for the kubectl plugin.
  var program: String
  /// The executable's file name, which is what a shell completes.
  var executable: String
  var environment: [String: String]
  var output: Output
  var standardInput: @Sendable () throws(InputError) -> [UInt8]
  var runOperator: RunOperator
}

extension Invocation {
  static let defaultExecutable = "terway-operator"

  /// The name in usage texts of a program that was started through a path. kubectl starts `kubectl-terway` for
  /// `kubectl terway`.
  static func program(executable: String) -> String {
    let plugin = "kubectl-"
    guard executable.hasPrefix(plugin) else { return executable }
    return "kubectl " + executable.dropFirst(plugin.count).replacing("_", with: "-")
  }

  /// The file name of a path; the usual name when there is none.
  static func executable(path: String?) -> String {
    path?.split(separator: "/").last.map(String.init) ?? defaultExecutable
  }
}
