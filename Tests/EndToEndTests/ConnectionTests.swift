import Foundation
import HTTPTransport
import Serialization
import TestSupport
import Testing

extension EndToEnd {
  /// `terway-operator run` with something that keeps it from its cluster.
  struct `What keeps the operator from its cluster` {
    /// Files of one test, and what to put into a kubeconfig.
    private final class Place {
      let cluster: Cluster
      let directory = FileManager.default.temporaryDirectory.appendingPathComponent("connection-\(UUID().uuidString)")
      var server: String
      var authority: [UInt8]

      init() async throws {
        cluster = try await Cluster.clean()
        server = cluster.client.configuration.server
        authority = try #require(cluster.client.configuration.endpoint.tls.certificateAuthorities)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      }

      deinit { try? FileManager.default.removeItem(at: directory) }

      func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

      func write(_ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path("kubeconfig")))
        return path("kubeconfig")
      }

      /// A kubeconfig with one context, as JSON, which is YAML.
      func kubeconfig(user: JSONValue) throws -> String {
        let cluster: JSONValue = [
          "server": .string(server), "certificate-authority-data": .string(Data(authority).base64EncodedString()),
        ]
        let content: JSONValue = [
          "current-context": "test", "clusters": [["name": "test", "cluster": cluster]],
          "users": [["name": "joe", "user": user]],
          "contexts": [["name": "test", "context": ["cluster": "test", "user": "joe"]]],
        ]
        return try write(content.jsonText(pretty: true))
      }
    }

    private static let secret = "not-to-be-shown"

    /// Runs the operator, which must end by itself, without a word too many and without touching the cluster.
    ///
    /// - Returns: what it says in its last line.
    private func message(
      _ cluster: Cluster, _ kubeconfig: String, _ arguments: String..., metricsAddress: String = "127.0.0.1:0",
      exitCode: Int32 = 3
    ) async throws -> String {
      let audit = try AuditLog(cluster.plane)
      let output = try await Command.run(
        "timeout",
        [
          "60", Repository.product("terway-operator").path, "run", "--kubeconfig", kubeconfig, "--log-level", "debug",
          "--metrics-bind-address", metricsAddress, "--health-probe-bind-address", "127.0.0.1:0",
        ] + arguments)
      #expect(output.exitCode == exitCode, "\(output.standardError)")
      #expect(output.standardOutput.isEmpty)
      #expect(!output.standardError.contains(Self.secret))
      #expect(try audit.entries().filter { $0.isWrite && $0.userAgent.hasPrefix("terway-operator/") }.isEmpty)
      let lines = output.standardError.split(separator: "\n")
      let errors = lines.filter { $0.hasPrefix("error: ") }
      #expect(errors.count == 1, "\(output.standardError)")
      #expect(lines.last == errors.last, "\(output.standardError)")
      return String(errors.last?.dropFirst("error: ".count) ?? "")
    }

    @Test func `is a kubeconfig that is not there`() async throws {
      let place = try await Place()
      let message = try await message(place.cluster, place.path("missing"))
      #expect(message == "\(place.path("missing")): no such file")
    }

    @Test func `is a kubeconfig that is not YAML, with the place of the fault`() async throws {
      let place = try await Place()
      let file = try place.write("apiVersion: v1\nclusters:\n- name: [\ntoken: \(Self.secret)\n")
      let message = try await message(place.cluster, file)
      let pattern = try Regex("^\(file):5:1: ")
      #expect(message.firstMatch(of: pattern) != nil, "\(message)")
    }

    @Test func `is a context that does not exist, with those that do`() async throws {
      let place = try await Place()
      let file = try place.kubeconfig(user: ["token": .string(Self.secret)])
      let message = try await message(place.cluster, file, "--context", "production")
      #expect(message == "\(file): there is no context 'production'; known are test")
    }

    @Test func `is a server whose certificate another authority signed`() async throws {
      let place = try await Place()
      let other = try Data(contentsOf: URL(fileURLWithPath: place.cluster.plane.environment["TERWAY_CA_CERT"] ?? ""))
      place.authority = [UInt8](other)
      let file = try place.kubeconfig(user: ["token": .string(Self.secret)])
      let message = try await message(place.cluster, file)
      #expect(message.contains("signed by an authority that is not trusted"))
      #expect(message.contains("certificate-authority"), "what to change: \(message)")
      #expect(message.contains(file))
    }

    @Test func `is a client certificate that has expired`() async throws {
      let place = try await Place()
      let environment = place.cluster.plane.environment
      try await Command.succeed(
        "openssl",
        [
          "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/O=system:masters/CN=late", "-keyout",
          place.path("late.key"), "-out", place.path("late.csr"),
        ])
      try await Command.succeed(
        "openssl",
        [
          "x509", "-req", "-in", place.path("late.csr"), "-CA", environment["TERWAY_CA_CERT"] ?? "", "-CAkey",
          environment["TERWAY_CA_KEY"] ?? "", "-set_serial", "7", "-days", "-1", "-out", place.path("late.crt"),
        ])
      let file = try place.kubeconfig(user: ["client-certificate": "late.crt", "client-key": "late.key"])
      let message = try await message(place.cluster, file)
      #expect(message.contains("401"))
      #expect(message.contains("client certificate"))
      #expect(message.contains("expired"))
      #expect(message.contains(file))
    }

    @Test func `is a server that cannot be reached`() async throws {
      let place = try await Place()
      place.server = "https://127.0.0.1:1"
      let file = try place.kubeconfig(user: ["token": .string(Self.secret)])
      let message = try await message(place.cluster, file)
      #expect(message.contains("cannot connect to 127.0.0.1:1"))
      #expect(message.contains(file))
    }

    @Test func `is a token that the server does not know`() async throws {
      let place = try await Place()
      let file = try place.kubeconfig(user: ["token": .string(Self.secret)])
      let message = try await message(place.cluster, file)
      #expect(message.contains("401"))
      #expect(message.contains("token"))
      #expect(message.contains(file))
    }

    @Test func `is nothing when only a port is taken, which is another exit code`() async throws {
      let place = try await Place()
      let taken = String(place.server.split(separator: ":").last ?? "")
      let message = try await message(
        place.cluster, place.cluster.plane.kubeconfig, metricsAddress: "127.0.0.1:\(taken)", exitCode: 1)
      #expect(message.contains("cannot listen on 127.0.0.1:\(taken): another process has the port"), "\(message)")
    }
  }
}
