/// One run of the program, from its arguments to its exit code.
struct Program: Sendable {
  let invocation: Invocation

  /// Never throws: every error becomes a message and a code.
  func run(_ arguments: [String]) async -> ExitCode {
    do {
      return try await dispatch(arguments)
    } catch let error as UsageError {
      invocation.output.error("\(error)")
      invocation.output.tell("Run '\(helpLine(for: arguments))' for usage.")
      return .usage
    } catch let error as any ExitingError {
      if let message = error.message { invocation.output.error(message) }
      return error.exitCode
    } catch {
      invocation.output.error("\(error)")
      return .findings
    }
  }

  private func dispatch(_ arguments: [String]) async throws -> ExitCode {
    if invocation.executable.hasPrefix(PluginCompletion.executablePrefix) {
      try invocation.output.write(PluginCompletion(commands: CommandTable.commands).answer(to: arguments))
      return .success
    }
    guard let first = arguments.first else {
      invocation.output.tell(String(HelpCommand.overview(invocation).dropLast()))
      return .usage
    }
    switch ProgramFlag(first) {
    case .help:
      return try HelpCommand.show(nil, invocation)
    case .version:
      return try VersionCommand.show(.text, invocation)
    case nil where first.hasPrefix("-"):
      throw UsageError.flagBeforeCommand(first)
    case nil:
      let command = try CommandTable.command(named: first)
      return try await run(command, Array(arguments.dropFirst()))
    }
  }

  private func run(_ command: Command, _ arguments: [String]) async throws -> ExitCode {
    switch try ArgumentParser.parse(arguments, of: command, environment: invocation.environment) {
    case .help: try HelpCommand.show(command, invocation)
    case .arguments(let parsed): try await command.action(parsed, invocation)
    }
  }

  private func helpLine(for arguments: [String]) -> String {
    let command = CommandTable.commands.first { $0.name == arguments.first }
    return ([invocation.program] + [command?.name].compactMap(\.self) + ["--help"]).joined(separator: " ")
  }
}

/// An error that decides what the program tells the shell.
protocol ExitingError: Error {
  var exitCode: ExitCode { get }
  /// `nil` when there is nothing to say, or nobody to say it to.
  var message: String? { get }
}

extension OutputError: ExitingError {
  var exitCode: ExitCode { self == .brokenPipe ? .brokenPipe : .findings }

  var message: String? {
    switch self {
    case .brokenPipe: nil
    case .failed(let code): "cannot write the output: \(SystemCall.reason(code))"
    }
  }
}
