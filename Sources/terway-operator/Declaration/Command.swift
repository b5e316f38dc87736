/// One command: all that parsing, help, completion and running need to know of it.
struct Command: Sendable {
  var name: String
  /// One line without a full stop, in lists of commands.
  var summary: String
  /// Paragraphs, separated by empty lines.
  var details: String
  var operand: Operand?
  var groups: [OptionGroup] = []
  /// Arguments after the program's name, each with what it is for.
  var examples: [Example] = []
  var action: @Sendable (Arguments, Invocation) async throws -> ExitCode

  /// A command's options under one heading of its help.
  struct OptionGroup: Sendable {
    var title: String
    var options: [OptionDeclaration]
  }

  struct Example: Sendable {
    var purpose: String
    /// A shell line in which `PROGRAM` stands for the program's name in usage texts and `EXECUTABLE` for its file's.
    var line: String

    init(_ purpose: String, _ line: String) { (self.purpose, self.line) = (purpose, line) }
  }

  /// The one argument without dashes that a command takes.
  struct Operand: Sendable {
    var placeholder: String
    var isRequired: Bool
    var choice: Choice

    enum Choice: Sendable {
      case words([String])
      /// The name of a command, which the command itself looks up.
      case commands
    }
  }
}

extension Command {
  static let help = Option<Bool>.switch("help", short: "h", "Show this help.")

  /// Every option that parsing accepts.
  var options: [OptionDeclaration] { groups.flatMap(\.options) + [Command.help.declaration] }

  /// The groups of the help text.
  var shownGroups: [OptionGroup] {
    groups + [OptionGroup(title: groups.isEmpty ? "Flags" : "Other flags", options: [Command.help.declaration])]
  }
}
