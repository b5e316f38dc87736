import Serialization

/// The options by which commands are given resources, and the reading of them.
enum InputOptions {
  static let files = Option<[String]>.repeated(
    "filename", short: "f", .path("FILE", extensions: InputFile.extensions, or: "- for standard input"), required: true,
    "A file of YAML or JSON documents, a directory with .yaml, .yml and .json files, or - for standard input.")
  static let recursive = Option<Bool>.switch(
    "recursive", short: "R", "Look into the subdirectories of directories too.")
  static let ignoreForeign = Option<Bool>.switch(
    "ignore-foreign",
    """
    Pass over resources of other kinds in files and standard input too, instead of refusing them. In directories they \
    are always passed over.
    """)

  static let group = Command.OptionGroup(
    title: "Input", options: [files.declaration, recursive.declaration, ignoreForeign.declaration])

  /// Reads everything that was named; says on standard error what was passed over.
  static func resources(_ arguments: Arguments, _ invocation: Invocation) throws -> ResourceSet {
    let paths = arguments[files]
    var set = ResourceSet(ignoresForeign: arguments[ignoreForeign])
    for file in try InputFile.files(paths, recursive: arguments[recursive]) {
      let bytes = try file == .standardInput ? invocation.standardInput() : FileDescriptor.bytes(ofFile: file.name)
      set.add(bytes, of: file)
    }
    if !set.skipped.isEmpty {
      let count = set.skipped.values.reduce(0, +)
      let kinds = set.skipped.keys.sorted().joined(separator: ", ")
      invocation.output.note("passed over \(count) \(count == 1 ? "document" : "documents") of other kinds: \(kinds)")
    }
    if set.resources.isEmpty, set.findings.isEmpty {
      throw InputError.nothingFound(names: paths.map { $0 == "-" ? InputFile.standardInput.name : $0 })
    }
    return set
  }
}
