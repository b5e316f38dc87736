import ControllerRuntime
import FoundationEssentials
import TerwayOperator

/// The operator as a process.
enum OperatorProcess {
  static let run: RunOperator = { options in
    let lifecycle: Operator
    do {
      lifecycle = try await Operator(options, environment: ProcessInfo.processInfo.environment)
    } catch let error as HTTPServerError {
      // A port that is taken has nothing to do with the cluster.
      throw error
    } catch {
      throw Unreachable(reason: error)
    }
    // What ended it is logged already.
    return await lifecycle.run().exitCode == 0 ? .success : .findings
  }
}
