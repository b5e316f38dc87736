import Foundation
import Locking
import TerwayOperator

@testable import terway_operator

/// What one run of the program, inside of this process, did.
struct TestRun: Sendable {
  var code: ExitCode
  var output: String
  var errors: String
  /// What the operator would have been started with.
  var operatorOptions: OperatorOptions?
}

extension TestRun {
  /// - Parameter line: the arguments, separated by spaces.
  static func of(
    _ line: String, input: String = "", environment: [String: String] = [:], executable: String = "terway-operator",
    isStyled: Bool = false
  ) async -> TestRun {
    await of(
      line.split(separator: " ").map(String.init), input: input, environment: environment, executable: executable,
      isStyled: isStyled)
  }

  static func of(
    _ arguments: [String], input: String = "", environment: [String: String] = [:],
    executable: String = "terway-operator", isStyled: Bool = false
  ) async -> TestRun {
    let (output, errors) = (Recorder(), Recorder())
    let started = Lock<OperatorOptions?>(nil)
    let invocation = Invocation(
      program: Invocation.program(executable: executable), executable: executable, environment: environment,
      output: Output(standardOutput: output.sink(isStyled), standardError: errors.sink(isStyled)),
      standardInput: { () throws(InputError) in Array(input.utf8) },
      runOperator: { options in
        started.withLock { $0 = options }
        return .success
      })
    let code = await Program(invocation: invocation).run(arguments)
    return TestRun(
      code: code, output: output.text, errors: errors.text, operatorOptions: started.withLock { $0 })
  }
}

/// Keeps what is written to it.
final class Recorder: Sendable {
  private let bytes = Lock<[UInt8]>([])

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  func sink(_ isStyled: Bool) -> TextSink {
    TextSink(isStyled: isStyled) { [self] new throws(OutputError) in bytes.withLock { $0 += new } }
  }
}
