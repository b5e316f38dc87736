import Serialization

/// What a `SelfSubjectRulesReview` says that we may do in one namespace, which includes what we may do everywhere.
struct GrantedRules: Sendable, JSONDecodable {
  struct Rule: Sendable, Hashable, JSONDecodable {
    var verbs: [String] = []
    var groups: [String] = []
    var resources: [String] = []
    var names: [String] = []

    init(json reader: inout JSONReader) throws(JSONError) {
      try reader.readObject { (key, reader) throws(JSONError) in
        switch key {
        case "verbs": verbs = try [String]?(json: &reader) ?? []
        case "apiGroups": groups = try [String]?(json: &reader) ?? []
        case "resources": resources = try [String]?(json: &reader) ?? []
        case "resourceNames": names = try [String]?(json: &reader) ?? []
        default: try reader.skipValue()
        }
      }
    }

    func allows(_ verb: String, _ group: String, _ resource: String) -> Bool {
      let parts = resource.split(separator: "/", maxSplits: 1)
      let anySubresource = parts.count == 2 ? "*/\(parts[1])" : resource
      return names.isEmpty && (verbs.contains("*") || verbs.contains(verb))
        && (groups.contains("*") || groups.contains(group))
        && resources.contains { $0 == "*" || $0 == resource || $0 == anySubresource }
    }
  }

  var rules: [Rule] = []
  /// True when the server could not list everything: another authorizer than RBAC may allow more.
  var isIncomplete = false

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      guard key == "status" else { return try reader.skipValue() }
      try reader.readObject { (key, reader) throws(JSONError) in
        switch key {
        case "resourceRules": rules = try [Rule]?(json: &reader) ?? []
        case "incomplete": isIncomplete = try Bool(json: &reader)
        default: try reader.skipValue()
        }
      }
    }
  }

  /// What of these is not granted, with just the verbs that are missing.
  func missing(of permissions: [Permission]) -> [Permission] {
    permissions.compactMap { permission in
      var missing = permission
      missing.verbs = permission.verbs.filter { verb in
        !rules.contains { $0.allows(verb, permission.group, permission.resource) }
      }
      return missing.verbs.isEmpty ? nil : missing
    }
  }
}
