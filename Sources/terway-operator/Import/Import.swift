import FoundationEssentials
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

/// What manifests that people wrote by hand become: a profile, policies, and a list of what has no place in them.
///
/// Pure: documents go in one after another, and at the end resources come out that are valid. Everything that is neither
/// carried over nor made better by the operator itself is a remark.
struct Import: Sendable {
  private(set) var remarks: [Remark] = []
  /// Documents that were carried over, in whole or in part.
  private(set) var understood = 0
  var profile = SpecDraft()
  var profileName: String?
  var policies: [(name: String, spec: SpecDraft)] = []
  var hasFluentd = false
  var hasLoki = false
  private var hasProfile = false

  /// A resource that is ready to be written.
  struct Outcome: Sendable {
    var profile: JSONValue?
    var policies: [JSONValue]
  }

  /// Everything in a file.
  mutating func add(_ bytes: [UInt8], of file: InputFile) {
    do {
      for document in try YAML.documents(in: bytes, file: file.name) where !document.value.isNull {
        add(Place(document))
      }
    } catch {
      remarks.append(
        Remark(gravity: .wrong, location: error.location, title: "the document", path: [], reason: error.reason))
    }
  }

  private mutating func add(_ place: Place) {
    if place.apiVersion == "v1", place.kind == "List", let items = place["items"] {
      for item in items.elements { add(item) }
      return
    }
    let subject = Subject(place)
    switch (GroupVersionKind(apiVersion: place.apiVersion, kind: place.kind).group, place.kind) {
    case ("monitoring.coreos.com", "ServiceMonitor"): take(subject) { $0.addMonitor(subject) }
    case ("monitoring.coreos.com", "PrometheusRule"): take(subject) { $0.addRules(subject) }
    case ("", "ConfigMap") where place.apiVersion == "v1": take(subject) { $0.addConfigMap(subject) }
    case ("apps", "Deployment"): takePolicy(subject)
    case ("batch", "Job"): take(subject) { $0.addPerformanceTest(subject) }
    case ("", "Namespace") where place.apiVersion == "v1": understood += 1
    case (OwnKind.group, _): lose(subject, place, "is one of the operator's own already")
    case ("", "") where place["dashboard"] != nil || place["panels"] != nil:
      take(subject) { $0.addDashboard(subject, place["dashboard"] ?? place) }
    case ("", ""): reject(subject, place, "must be an object with apiVersion and kind, or a Grafana dashboard")
    default: lose(subject, place, "nothing takes the place of \(place.apiVersion) \(place.kind): keep it")
    }
  }

  private mutating func take(_ subject: Subject, _ add: (inout Import) -> Bool) {
    guard add(&self) else { return }
    hasProfile = true
    understood += 1
  }

  private mutating func takePolicy(_ subject: Subject) {
    if addAutoscaler(subject) { understood += 1 }
  }

  // MARK: The end

  /// - Parameter name: of the profile; `nil` = what the names of the objects say, else `terway`.
  mutating func finish(name: String?) -> Outcome {
    if hasProfile {
      // What was not collected before would need a namespace that may not be there.
      if !hasFluentd { _ = profile.set(["logging", "fluentd", "enabled"], false, from: nil) }
      if !hasLoki { _ = profile.set(["logging", "loki", "enabled"], false, from: nil) }
    }
    var outcome = Outcome(policies: policies.indices.map { finishedPolicy($0) })
    if hasProfile { outcome.profile = finishedProfile(name: name ?? profileName ?? "terway") }
    return outcome
  }

  private mutating func finishedProfile(name: String) -> JSONValue {
    let object = { (spec: JSONValue) in Self.object(MonitoringProfile.resource, name, spec) }
    dropWhatIsInvalid(from: \.profile) { MonitoringProfile.check(object($0)) }
    return object(profile.value.without(Self.defaults) ?? [:])
  }

  private mutating func finishedPolicy(_ index: Int) -> JSONValue {
    let name = policies[index].name
    let object = { (spec: JSONValue) in Self.object(EniAutoscalePolicy.resource, name, spec) }
    dropWhatIsInvalid(from: \.policies[index].spec) { EniAutoscalePolicy.validate(object($0)) }
    return object(policies[index].spec.value)
  }

  private mutating func dropWhatIsInvalid(
    from draft: WritableKeyPath<Import, SpecDraft>, _ check: (JSONValue) -> [Violation]
  ) {
    while let violation = check(self[keyPath: draft].value).first {
      guard let origin = self[keyPath: draft].remove(violation) else { return }
      remark(.lost, origin.title, origin.place, "\(violation)")
    }
  }

  private static func object(_ resource: ResourceType, _ name: String, _ spec: JSONValue) -> JSONValue {
    [
      "apiVersion": .string(resource.kind.apiVersion), "kind": .string(resource.kind.kind),
      "metadata": ["name": .string(name)], "spec": spec,
    ]
  }

  /// A profile's spec with everything as it is when nothing is said.
  private static let defaults: JSONValue? = {
    do { return try JSONValue(jsonBytes: Array(JSONEncoder().encode(MonitoringProfileSpec()))) } catch { return nil }
  }()

  // MARK: Remarks

  mutating func lose(_ subject: Subject, _ place: Place, _ reason: String) {
    remark(.lost, subject.title, place, reason)
  }

  mutating func reject(_ subject: Subject, _ place: Place, _ reason: String) {
    remark(.wrong, subject.title, place, reason)
  }

  private mutating func remark(_ gravity: Remark.Gravity, _ title: String, _ place: Place, _ reason: String) {
    remarks.append(
      Remark(gravity: gravity, location: place.location, title: title, path: place.path, reason: reason))
  }

  /// Every member of an object that is not among these.
  mutating func loseRest(_ subject: Subject, _ place: Place, besides known: Set<String>, _ reason: String) {
    for (name, member) in place.members where !known.contains(name) { lose(subject, member, reason) }
  }

  mutating func set(_ keys: [String], _ value: JSONValue, _ subject: Subject, _ place: Place) {
    guard let clash = profile.set(keys, value, from: SpecDraft.Origin(place: place, title: subject.title)) else {
      return
    }
    let field = "spec.\(keys.joined(separator: "."))"
    let other = clash.origin.map { ", from \($0.place.location)" } ?? ""
    let (present, new) = (clash.value.jsonText(), value.jsonText())
    lose(subject, place, "\(field) is \(present) already\(other); \(new) needs a profile of its own")
  }

  /// The text there; `nil`, and a remark, when it is something else.
  mutating func text(_ subject: Subject, _ place: Place?) -> String? {
    guard let place else { return nil }
    if let text = place.value.string { return text }
    reject(subject, place, "must be a text, not \(place.value.typeName)")
    return nil
  }
}

/// The document that is being read.
struct Subject: Sendable {
  let place: Place
  var title: String { place.title }

  init(_ place: Place) { self.place = place }
}
