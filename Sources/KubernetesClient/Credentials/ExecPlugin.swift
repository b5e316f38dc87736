import FoundationEssentials
import Serialization

/// A program that hands out credentials (`client.authentication.k8s.io`).
public struct ExecPlugin: Hashable, Sendable {
  public var apiVersion: String
  public var command: String
  public var arguments: [String]
  public var environment: [String: String]
  /// Shown when the command is not there.
  public var installHint: String?
  public var providesClusterInfo: Bool
}

/// What an exec plugin answered.
struct ExecCredential: Sendable {
  var token: String?
  var clientCertificate: [UInt8]?
  var clientKey: [UInt8]?
  var expiration: Date?

  /// - Throws: a text that says what is wrong; never one that holds the answer, because that is a secret.
  init(answer: [UInt8], apiVersion: String) throws(ExecAnswerError) {
    guard let value = try? JSONValue(jsonBytes: answer), let status = value["status"] else {
      throw ExecAnswerError("its answer is no ExecCredential with a status")
    }
    guard value["apiVersion"]?.string == apiVersion else {
      throw ExecAnswerError("it answered with another apiVersion than \(apiVersion)")
    }
    token = status["token"]?.string
    clientCertificate = status["clientCertificateData"]?.string.map { [UInt8]($0.utf8) }
    clientKey = status["clientKeyData"]?.string.map { [UInt8]($0.utf8) }
    if let text = status["expirationTimestamp"]?.string {
      guard let date = try? Date(text, strategy: .iso8601) else {
        throw ExecAnswerError("expirationTimestamp is no RFC 3339 time")
      }
      expiration = date
    }
    guard token != nil || (clientCertificate != nil && clientKey != nil) else {
      throw ExecAnswerError("its answer holds neither a token nor a client certificate with its key")
    }
  }
}

struct ExecAnswerError: Error {
  var reason: String
  init(_ reason: String) { self.reason = reason }
}

extension ExecPlugin {
  /// How long a plugin may take. Some open a browser; an operator has nobody to look at one.
  static let deadline: Duration = .seconds(60)

  /// Runs the program once.
  ///
  /// - Throws: `ConfigurationError.exec`, naming the command, its exit code, and the plugin's own install hint.
  func run(cluster: JSONValue?) async throws -> ExecCredential {
    var spec: JSONValue = ["interactive": false]
    if providesClusterInfo, let cluster { spec["cluster"] = cluster }
    let request: JSONValue = ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": spec]
    var variables = ProcessInfo.processInfo.environment
    variables.merge(environment) { _, ours in ours }
    variables["KUBERNETES_EXEC_INFO"] = request.jsonText()

    let outcome: Subprocess.Outcome
    do {
      outcome = try await Subprocess.run(
        command: command, arguments: arguments, environment: variables, deadline: Self.deadline)
    } catch {
      throw failure("cannot be started: \(error)")
    }
    guard outcome.exitCode == 0 else {
      throw failure(outcome.timedOut ? "gave no answer within 60 s" : "failed with exit code \(outcome.exitCode)")
    }
    do {
      return try ExecCredential(answer: outcome.output, apiVersion: apiVersion)
    } catch {
      throw failure(error.reason)
    }
  }

  private func failure(_ reason: String) -> ConfigurationError {
    .exec(command: command, reason: reason, hint: installHint)
  }
}
