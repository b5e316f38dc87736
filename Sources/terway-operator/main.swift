import FoundationEssentials
import Glibc

// A reader that goes away is an error of the write, not the end of the process.
signal(SIGPIPE, SIG_IGN)

let environment = ProcessInfo.processInfo.environment
let executable = Invocation.executable(path: CommandLine.arguments.first)
let program = Program(
  invocation: Invocation(
    program: Invocation.program(executable: executable), executable: executable, environment: environment,
    output: Output(
      standardOutput: .fileDescriptor(STDOUT_FILENO, environment: environment),
      standardError: .fileDescriptor(STDERR_FILENO, environment: environment)),
    standardInput: FileDescriptor.standardInput,
    runOperator: OperatorProcess.run))
exit(await program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
