import KubernetesModel
import Serialization
import Testing

struct `Schema defaulting` {
  let schema: StructuralSchema = .object(
    "",
    [
      .section(
        "outer",
        .object(
          "",
          [
            .field("level", .integer(0...9), default: 3, ""),
            .optional("note", .string(length: 0...9), ""),
            .field("name", .string(length: 0...9), default: "", filledBy: .reader, ""),
          ])),
      .field(
        "items", .list(of: .object("", [.field("on", .boolean, default: true, "")]), count: 0...9), default: [], ""),
      .optional("byKey", .map(of: .object("", [.field("on", .boolean, default: true, "")]), count: 0...9), ""),
    ])

  @Test(
    arguments: [
      ("nothing given", [:], ["outer": ["level": 3, "name": ""], "items": []]),
      ("null is absent", ["outer": ["level": nil, "note": nil]], ["outer": ["level": 3, "name": ""], "items": []]),
      ("given values stay", ["outer": ["level": 5]], ["outer": ["level": 5, "name": ""], "items": []]),
      (
        "falsy values stay", ["items": [["on": false]]], ["outer": ["level": 3, "name": ""], "items": [["on": false]]]
      ),
      (
        "items of lists", ["items": [[:], [:]]],
        ["outer": ["level": 3, "name": ""], "items": [["on": true], ["on": true]]]
      ),
      (
        "values of maps", ["byKey": ["a": [:]]],
        ["outer": ["level": 3, "name": ""], "items": [], "byKey": ["a": ["on": true]]]
      ),
      ("unknown fields stay", ["extra": 1], ["outer": ["level": 3, "name": ""], "items": [], "extra": 1]),
      ("a wrong type is left alone", ["outer": "x"], ["outer": "x", "items": []]),
    ] as [(String, JSONValue, JSONValue)])
  func `fills in what is absent, at every depth`(case: String, given: JSONValue, expected: JSONValue) {
    #expect(schema.applyingDefaults(to: given) == expected)
  }

  @Test func `empty texts that reading fills in again need not be written`() {
    let value: JSONValue = ["outer": ["level": 5, "name": "", "note": ""], "items": [["on": true]]]
    let written = schema.omittingEmptyTexts(from: value)
    #expect(written == ["outer": ["level": 5, "note": ""], "items": [["on": true]]])
    #expect(schema.applyingDefaults(to: written) == value)
  }

  @Test func `a default can be replaced, at any depth`() {
    var changed = schema
    changed.setDefault(7, of: ["outer", "level"])
    changed.setDefault(7, of: ["nowhere", "level"])
    #expect(changed.applyingDefaults(to: [:]).at("outer", "level") == 7)
    #expect(changed.field("outer", "level")?.defaultValue == 7)
    #expect(schema.field("outer", "level")?.defaultValue == 3)
  }
}
