import KubernetesModel
import Serialization

/// The resources of several files, and what is wrong with them.
struct ResourceSet: Sendable {
  /// In the order of the files, valid or not.
  private(set) var resources: [Resource] = []
  private(set) var findings: [Finding] = []
  /// Kinds of documents that were passed over, with how often.
  private(set) var skipped: [String: Int] = [:]
  private let ignoresForeign: Bool

  /// `1 finding`, `2 findings`
  var findingCount: String { "\(findings.count) \(findings.count == 1 ? "finding" : "findings")" }

  /// - Parameter ignoresForeign: documents of other kinds are passed over in files that somebody named, too.
  init(ignoresForeign: Bool) { self.ignoresForeign = ignoresForeign }

  mutating func add(_ bytes: [UInt8], of file: InputFile) {
    let before = findings.count
    defer {
      findings[before...].sort { ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column) }
    }
    do {
      for document in try YAML.documents(in: bytes, file: file.name) {
        add(document.value, at: [], of: document, isNamed: file.isNamed)
      }
    } catch {
      findings.append(Finding(location: error.location, violation: Violation(at: [], error.reason)))
    }
  }

  private mutating func add(_ value: JSONValue, at base: [PathElement], of document: YAMLDocument, isNamed: Bool) {
    if value.isNull, base.isEmpty { return }
    if let items = Self.items(of: value) {
      for (index, item) in items.enumerated() {
        add(item, at: base + [.key("items"), .index(index)], of: document, isNamed: isNamed)
      }
      return
    }
    switch ResourceIdentification(value) {
    case .own(let kind):
      check(Resource(kind: kind, value: value, document: document, base: base))
    case .mistaken(let violation):
      report(violation, below: base, in: document)
    case .foreign(let name) where !isNamed || ignoresForeign:
      skipped[name, default: 0] += 1
    case .foreign:
      report(ResourceIdentification.refusal(of: value), below: base, in: document)
    }
  }

  private mutating func check(_ resource: Resource) {
    for violation in resource.kind.validate(resource.value) {
      report(violation, below: resource.base, in: resource.document)
    }
    let path: [PathElement] = [.key("metadata"), .key("name")]
    if let name = resource.name,
      let other = resources.first(where: { $0.name == name && $0.kind.type == resource.kind.type })
    {
      let violation = Violation(
        at: path, value: .string(name),
        "is the name of another \(resource.kind.type.kind.kind), at \(other.location(of: path))")
      report(violation, below: resource.base, in: resource.document)
    }
    resources.append(resource)
  }

  private mutating func report(_ violation: Violation, below base: [PathElement], in document: YAMLDocument) {
    var violation = violation
    violation.path = base + violation.path
    let location = document.nearestLocation(to: violation.path)
    findings.append(Finding(location: location, violation: violation, value: document.value.value(at: violation.path)))
  }

  /// The items of a `v1` `List`, which is what kubectl prints, or of a list of ours.
  private static func items(of value: JSONValue) -> [JSONValue]? {
    guard let apiVersion = value["apiVersion"]?.string, let kind = value["kind"]?.string else { return nil }
    let isList =
      (apiVersion == "v1" && kind == "List")
      || (apiVersion == OwnKind.apiVersion && OwnKind.names.contains { kind == "\($0)List" })
    return isList ? value["items"]?.array : nil
  }
}
