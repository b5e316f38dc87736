import Foundation
import KubernetesModel
import Serialization
import TerwayModel
import Testing

/// `UPDATE_GOLDENS=1 swift test --filter CustomResourceDefinitionFileTests` writes the files anew.
/// One after another, because the first one may write what the others read.
@Suite(.serialized) struct `The files in crds` {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "crds")
  static let definitions = [MonitoringProfile.definition, EniAutoscalePolicy.definition]
  static let header = """
    # Generated from Sources/TerwayModel; edits are lost. To write it anew:
    #   UPDATE_GOLDENS=1 swift test --filter CustomResourceDefinitionFileTests

    """

  static func fileName(_ definition: CustomResourceDefinition) -> String {
    "\(definition.group)_\(definition.names.plural).yaml"
  }

  static let kustomization = """
    # kubectl apply -k crds
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
    \(definitions.map { "- \(fileName($0))" }.joined(separator: "\n"))

    """

  @Test func `are what the schemas declare`() throws {
    for definition in Self.definitions {
      try expect(Self.fileName(definition), toHold: Self.header + YAML.text(definition.manifest))
    }
    try expect("kustomization.yaml", toHold: Self.kustomization)
  }

  @Test func `read back as what they were written from`() throws {
    for definition in Self.definitions {
      let name = Self.fileName(definition)
      let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
      #expect(try YAML.documents(in: text, file: name).map(\.value) == [definition.manifest])
    }
  }

  @Test func `are all there is`() throws {
    let present = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(Set(present) == Set(Self.definitions.map(Self.fileName) + ["kustomization.yaml"]))
  }

  private func expect(_ name: String, toHold text: String) throws {
    let file = Self.folder.appending(path: name)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let present = FileManager.default.contents(atPath: file.path).map { String(decoding: $0, as: UTF8.self) }
    guard present != text else { return }
    let same = zip(text.split(separator: "\n"), (present ?? "").split(separator: "\n")).prefix { $0 == $1 }
    let line = text.split(separator: "\n").dropFirst(Array(same).count).first ?? "the end"
    Issue.record("crds/\(name) should have \"\(line)\" next; UPDATE_GOLDENS=1 writes it anew")
  }
}
