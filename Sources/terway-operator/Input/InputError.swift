/// Input that could not be read at all.
enum InputError: Error, Equatable, Sendable {
  case unreadable(name: String, code: Int32)
  case isURL(String)
  case noFiles(directory: String, hasSubdirectories: Bool)
  case nothingFound(names: [String])
}

extension InputError: ExitingError {
  var exitCode: ExitCode { .findings }

  var message: String? {
    switch self {
    case .unreadable(let name, let code):
      "cannot read \(name): \(SystemCall.reason(code))"
    case .isURL(let text):
      "cannot read \(text): URLs are not followed; download it and pass it with -f -"
    case .noFiles(let directory, let hasSubdirectories):
      "no .yaml, .yml or .json file in \(directory)"
        + (hasSubdirectories ? "; -R looks into its subdirectories too" : "")
    case .nothingFound(let names):
      "no \(OwnKind.names.joinedAsChoice) of \(OwnKind.apiVersion) in \(names.joined(separator: ", "))"
    }
  }
}
