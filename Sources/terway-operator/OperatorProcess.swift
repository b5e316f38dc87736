import ControllerRuntime
import Foundation
import TerwayOperator

/// The operator as a process.
enum OperatorProcess {
  static let run: RunOperator = { options in
    var settings = OperatorOptions()
    settings.kubeconfig = options.kubeconfig
    settings.context = options.context
    settings.metricsAddress = options.metricsAddress
    settings.healthAddress = options.probeAddress
    settings.usesLeaderElection = options.leaderElection != nil
    if let election = options.leaderElection {
      settings.leaderElectionNamespace = election.namespace
      settings.leaseTiming = election.timing
    }
    settings.logLevel = options.logLevel
    settings.logFormat = options.logFormat
    settings.workers = options.workers
    settings.userAgent = "terway-operator/\(BuildInformation.current.version)"
    do {
      let reason = try await Operator(settings, environment: ProcessInfo.processInfo.environment).run()
      return reason.exitCode == 0 ? .success : .findings
    } catch let error as HTTPServerError {
      // A port that is taken has nothing to do with the cluster.
      throw error
    } catch {
      throw Unreachable(reason: error)
    }
  }
}
