import KubernetesModel
import Serialization

extension Manifest {
  /// A PrometheusRule as several, each within `limit` bytes of JSON, with as many rules as fit and in their order; anything
  /// else, and one that fits, as it is. A rule that alone is too large stays, for whoever looks at sizes to find.
  ///
  /// Parts after the first are numbered, and so are their groups: two groups of one name would be one to prometheus-operator.
  func split(within limit: Int = ObjectLimits.prometheusRule) -> [Manifest] {
    guard reference.resource == GeneratedResource.prometheusRule, size > limit,
      let groups = content.at("spec", "groups")?.array
    else { return [self] }
    let overhead = part(1, groups: []).size
    var parts: [[JSONValue]] = [[]]
    var used = overhead
    for group in groups {
      let frame = group.replacing(rules: [], part: 99).jsonBytes().count + 1
      var rules: [JSONValue] = []
      used += frame
      for rule in group["rules"]?.array ?? [] {
        let size = rule.jsonBytes().count + 1
        if used + size > limit, !(rules.isEmpty && parts[parts.count - 1].isEmpty) {
          if !rules.isEmpty { parts[parts.count - 1].append(group.replacing(rules: rules, part: parts.count)) }
          parts.append([])
          rules = []
          used = overhead + frame
        }
        rules.append(rule)
        used += size
      }
      if !rules.isEmpty { parts[parts.count - 1].append(group.replacing(rules: rules, part: parts.count)) }
    }
    return parts.enumerated().map { part($0 + 1, groups: $1) }
  }

  private func part(_ number: Int, groups: [JSONValue]) -> Manifest {
    var part = self
    if number > 1 {
      let name = ObjectName.subdomain(reference.key.name, "-\(number)")
      part.reference = ObjectReference(
        reference.resource, ObjectKey(namespace: reference.key.namespace, name: name))
      part.content["metadata"]?["name"] = .string(name)
    }
    part.content["spec"]?["groups"] = .array(groups)
    return part
  }
}

extension JSONValue {
  fileprivate func replacing(rules: [JSONValue], part number: Int) -> JSONValue {
    var group = self
    group["rules"] = .array(rules)
    if number > 1 { group["name"] = .string("\(self["name"]?.string ?? "").\(number)") }
    return group
  }
}
