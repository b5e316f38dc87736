/// What the program takes in place of a command.
enum ProgramFlag: CaseIterable, Sendable {
  case help
  case version

  init?(_ argument: String) {
    guard let flag = Self.allCases.first(where: { $0.spellings.contains(argument) }) else { return nil }
    self = flag
  }

  var spellings: [String] {
    switch self {
    case .help: ["-h", "--help"]
    case .version: ["--version"]
    }
  }

  var label: String { (spellings.count == 1 ? "    " : "") + spellings.joined(separator: ", ") }

  var help: String {
    switch self {
    case .help: "Show this help, or that of a command."
    case .version: "Print the version."
    }
  }
}
