import KubernetesModel
import Serialization
import Testing

private enum Mode: String, CaseIterable { case recommend = "Recommend", apply = "Apply" }

struct `Schema validation` {
  static let pattern = SchemaPattern("^[a-z]+$", "lower-case letters", examples: ["abc"])
  static let percent = SchemaPattern("^[0-9]+%$", "a percentage such as \"10%\"", examples: ["10%"])

  let schema: StructuralSchema = .object(
    "",
    rules: [SchemaRule(.integer("least") <= .integer("most"), at: "least", message: "must not exceed most")],
    [
      .optional("name", .string(pattern, length: 2...5), ""),
      .optional("mode", .choice(Mode.self), ""),
      .field("least", .integer(0...9), default: 1, ""),
      .field("most", .integer(0...9), default: 5, ""),
      .optional("ratio", StructuralSchema(.number(0...1)), ""),
      .optional("on", .boolean, ""),
      .optional("share", StructuralSchema(.integerOrString(1...9, percent)), ""),
      .optional("labels", .map(of: .string(length: 0...3), keys: pattern, count: 0...2), ""),
      .optional("words", .list(of: .string(length: 0...9), count: 1...3, .set), ""),
      .optional(
        "entries",
        .list(
          of: .object("", [.required("key", .string(length: 1...9), "Which one."), .optional("value", .boolean, "")]),
          count: 0...9, .map(keys: ["key"])), ""),
      .optional("inner", .object("", [.optional("timeout", .integer(0...9), "")]), ""),
      .optional("free", StructuralSchema(.anyObject), ""),
    ])

  func messages(_ value: JSONValue) -> [String] {
    schema.violations(in: schema.applyingDefaults(to: value), at: [.key("spec")]).map(\.description)
  }

  @Test(
    arguments: [
      [:],
      ["name": "abc", "mode": "Apply", "least": 5, "ratio": 1, "on": false],
      ["ratio": 0.5, "share": 3, "labels": ["a": "", "b": "xyz"], "words": ["a", "b"]],
      ["share": "10%", "entries": [["key": "a"], ["key": "b", "value": true]], "free": ["x": [1]]],
    ] as [JSONValue])
  func `finds nothing wrong with what is right`(value: JSONValue) {
    #expect(messages(value) == [])
  }

  @Test(
    arguments: [
      (["name": "Abc"], #"spec.name: "Abc" must be lower-case letters"#),
      (["name": "abc\n"], #"spec.name: "abc\n" must be lower-case letters"#),
      (["name": "a"], #"spec.name: "a" must have at least 2 characters"#),
      (["name": "abcdef"], #"spec.name: "abcdef" must have at most 5 characters, not 6"#),
      (["name": 12], "spec.name: 12 must be a string, not an integer"),
      (["name": ["abc"]], "spec.name: the list of one item must be a string, not a list"),
      (["mode": "apply"], #"spec.mode: "apply" must be one of Recommend, Apply; did you mean "Apply"?"#),
      (["mode": "never"], #"spec.mode: "never" must be one of Recommend, Apply"#),
      (["mode": ""], #"spec.mode: "" must be one of Recommend, Apply"#),
      (["most": 10], "spec.most: 10 must be between 0 and 9"),
      (["most": -1], "spec.most: -1 must be between 0 and 9"),
      (["most": 1.5], "spec.most: 1.5 must be an integer, not a number"),
      (["most": "4"], #"spec.most: "4" must be an integer, not a string; write 4"#),
      (["most": "many"], #"spec.most: "many" must be an integer, not a string"#),
      (["ratio": 1.5], "spec.ratio: 1.5 must be between 0.0 and 1.0"),
      (["on": "true"], #"spec.on: "true" must be true or false, not a string; write true"#),
      (["on": "yes"], #"spec.on: "yes" must be true or false, not a string"#),
      (["share": "10"], #"spec.share: "10" must be a percentage such as "10%""#),
      (["share": 0], "spec.share: 0 must be between 1 and 9"),
      (["share": true], #"spec.share: true must be an integer or a percentage such as "10%", not a boolean"#),
      (["labels": ["a": "long"]], #"spec.labels.a: "long" must have at most 3 characters, not 4"#),
      (["labels": ["A": ""]], #"spec.labels: "A" as a key must be lower-case letters"#),
      (["labels": ["a": "", "b": "", "c": ""]], "spec.labels: must have at most 2 entries, not 3"),
      (["labels": []], "spec.labels: the list of 0 items must be an object, not a list"),
      (["words": []], "spec.words: must not be empty"),
      (["words": ["a", "b", "c", "d"]], "spec.words: must have at most 3 items, not 4"),
      (["words": ["a", "b", "a"]], #"spec.words[2]: "a" is a duplicate of spec.words[0]"#),
      (["words": ["a", nil]], "spec.words[1]: null must be a string, not null"),
      (["entries": [["value": true]]], "spec.entries[0].key: is required: Which one."),
      (["entries": [["key": "a"], ["key": "a"]]], #"spec.entries[1].key: "a" is a duplicate of spec.entries[0]"#),
      (["inner": true], "spec.inner: true must be an object, not a boolean"),
      (["inner": "true"], #"spec.inner: "true" must be an object, not a string"#),
      (["inner": "3"], #"spec.inner: "3" must be an object, not a string"#),
      (["inner": 3], "spec.inner: 3 must be an object, not an integer"),
      (["labels": false], "spec.labels: false must be an object, not a boolean"),
      (["words": 3], "spec.words: 3 must be a list, not an integer"),
      (["free": "false"], #"spec.free: "false" must be an object, not a string"#),
      (["on": 1], "spec.on: 1 must be true or false, not an integer"),
      (["ratio": "1"], #"spec.ratio: "1" must be a number, not a string; write 1"#),
      (["least": 6], "spec.least: 6 must not exceed most"),
      (["naem": "abc"], #"spec.naem: unknown field; did you mean "name"?"#),
      (["Mode": "Apply"], #"spec.Mode: unknown field; did you mean "mode"?"#),
      (["timeout": 3], "spec.timeout: unknown field; did you mean spec.inner.timeout?"),
      (["inner": ["xyz": 3]], "spec.inner.xyz: unknown field; known here are timeout"),
      (["name": "\u{1B}[2Jx"], #"spec.name: "\u{1B}[2Jx" must be lower-case letters"#),
    ] as [(JSONValue, String)])
  func `says where, what it is, and what is allowed`(value: JSONValue, message: String) {
    #expect(messages(value) == [message])
  }

  @Test func `reports everything at once, in the order of the schema, unknown fields last`() {
    let value: JSONValue = ["zzz": 1, "entries": [["key": ""]], "name": "A", "least": 20, "aaa": 2]
    #expect(
      schema.violations(in: schema.applyingDefaults(to: value)).map(\.path.fieldPath) == [
        "name", "least", "entries[0].key", "aaa", "zzz",
      ])
  }

  @Test func `a rule is not judged on values that are wrong themselves`() {
    #expect(messages(["least": "x"]) == [#"spec.least: "x" must be an integer, not a string"#])
  }

  @Test func `long values are cut`() throws {
    let violation = try #require(schema.violations(in: ["name": .string(String(repeating: "a", count: 500))]).first)
    #expect(violation.value == "\"\(String(repeating: "a", count: 80))\"…")
  }

  @Test func `what is no object at all is one violation without a path`() {
    #expect(schema.violations(in: "text").map(\.description) == [#""text" must be an object, not a string"#])
  }
}

struct `Did you mean` {
  @Test(
    arguments: [
      ("intervall", "interval"), ("Interval", "interval"), ("intreval", "interval"), ("ipan", "ipam"),
      ("scrape_timeout", "scrapeTimeout"), ("x", nil), ("elephant", nil), ("", nil), ("\0", nil),
      (String(repeating: "interval", count: 100), nil), (String(repeating: "é", count: 100_000), nil),
    ])
  func `a near word is suggested, a far one is not`(word: String, expected: String?) {
    let fields = ["interval", "scrapeTimeout", "ipam", "namespace"].map {
      SchemaField.optional($0, .boolean, "")
    }
    let reason = StructuralSchema.object("", fields).violations(in: .object([word: true])).first?.reason
    let known = "known here are interval, scrapeTimeout, ipam, namespace"
    #expect(reason == "unknown field; \(expected.map { "did you mean \"\($0)\"?" } ?? known)")
  }
}
