import KubernetesModel
import Serialization
import TerwayModel

extension Import {
  private static let variables = [
    "MIN_ENI_COUNT": "minENIs", "MAX_ENI_COUNT": "maxENIs", "SCALE_UP_THRESHOLD": "scaleUpThreshold",
    "SCALE_DOWN_THRESHOLD": "scaleDownThreshold",
  ]

  /// A Deployment that sized pools, known by the variables that it is given.
  mutating func addAutoscaler(_ subject: Subject) -> Bool {
    let pod = subject.place[["spec", "template", "spec"]]
    guard let pod, let containers = pod["containers"], case .array = containers.value else {
      reject(subject, subject.place, "must have spec.template.spec.containers, a list")
      return false
    }
    let variables = containers.elements.flatMap { $0["env"]?.elements ?? [] }
    guard variables.contains(where: { Self.variables[$0["name"]?.value.string ?? ""] != nil }) else {
      lose(
        subject, subject.place,
        "sizes no pools, as none of its containers has \(Self.variables.keys.sorted().joinedAsChoice): keep it")
      return false
    }
    var draft = SpecDraft()
    for variable in variables { add(variable, to: &draft, subject) }
    for volume in pod["volumes"]?.elements ?? [] {
      lose(subject, volume, "a policy has all of its settings in its spec; carry over by hand what is in there")
    }
    policies.append((subject.place.name.flatMap(ValueSyntax.resourceName.parse) ?? "default", draft))
    return true
  }

  private mutating func add(_ variable: Place, to draft: inout SpecDraft, _ subject: Subject) {
    guard let name = text(subject, variable["name"]) else { return reject(subject, variable, "must have a name") }
    guard let field = Self.variables[name] else {
      return lose(subject, variable, "a policy has nothing for \(name)")
    }
    guard let place = variable["value"] else {
      return lose(subject, variable, "the value of \(name) is elsewhere: set spec.\(field) by hand")
    }
    guard let text = self.text(subject, place) else { return }
    let isCount = field.hasSuffix("ENIs")
    guard !isCount || Int64(text) != nil else {
      return reject(subject, place, "\(name) must be a whole number, not \(text.debugDescription)")
    }
    let value = isCount ? Int64(text).map(JSONValue.integer) ?? .null : .string(text)
    let origin = SpecDraft.Origin(place: place, title: subject.title)
    if draft.set([field], value, from: origin) != nil { lose(subject, place, "\(name) is given twice") }
  }
}
