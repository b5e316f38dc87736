import KubernetesModel
import Serialization
import Testing

struct `Schemas as OpenAPI` {
  static let letters = SchemaPattern("^[a-z]*$", "letters", examples: ["a"])

  static let cases: [(StructuralSchema, JSONValue)] = [
    (.boolean, ["type": "boolean"]),
    (.integer(1...9), ["type": "integer", "format": "int64", "minimum": 1, "maximum": 9]),
    (.integer(0...Int64.max), ["type": "integer", "format": "int64", "minimum": 0]),
    (StructuralSchema(.number(0...1)), ["type": "number", "minimum": 0.0, "maximum": 1.0]),
    (.string(length: 0...Int.max), ["type": "string"]),
    (.string(letters, length: 1...5), ["type": "string", "pattern": "^[a-z]*$", "minLength": 1, "maxLength": 5]),
    (.timestamp, ["type": "string", "format": "date-time", "maxLength": 64]),
    (StructuralSchema(.choice(["A", "B"])), ["type": "string", "enum": ["A", "B"]]),
    (
      .list(of: .boolean, count: 1...3, .set),
      ["type": "array", "items": ["type": "boolean"], "minItems": 1, "maxItems": 3, "x-kubernetes-list-type": "set"]
    ),
    (
      .list(of: .object("", []), count: 0...Int.max, .map(keys: ["k"])),
      [
        "type": "array", "items": ["type": "object"], "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["k"],
      ]
    ),
    (
      .map(of: .boolean, keys: letters, count: 0...3),
      ["type": "object", "additionalProperties": ["type": "boolean"], "maxProperties": 3]
    ),
    (
      StructuralSchema(.integerOrString(1...9, letters)),
      [
        "x-kubernetes-int-or-string": true, "anyOf": [["type": "integer"], ["type": "string"]], "pattern": "^[a-z]*$",
        "minimum": 1, "maximum": 9,
      ]
    ),
    (StructuralSchema(.anyObject), ["type": "object", "x-kubernetes-preserve-unknown-fields": true]),
    (
      StructuralSchema(.objectMeta(name: letters, length: 1...5)),
      [
        "type": "object",
        "properties": ["name": ["type": "string", "pattern": "^[a-z]*$", "minLength": 1, "maxLength": 5]],
      ]
    ),
    (
      .object(
        "Why.", rules: [SchemaRule(.has("a"), at: "a", message: "must be there")],
        [
          .required("b", .boolean, "B."), .field("a", .boolean, default: true, "A."),
          .field("c", .boolean, default: true, filledBy: .reader, "C."), .section("d", .object("D.", [])),
        ]),
      [
        "type": "object", "description": "Why.", "required": ["b"],
        "x-kubernetes-validations": [["rule": "has(self.a)", "message": "must be there", "fieldPath": ".a"]],
        "properties": [
          "a": ["type": "boolean", "description": "A.", "default": true],
          "b": ["type": "boolean", "description": "B."],
          "c": ["type": "boolean", "description": "C."],
          "d": ["type": "object", "description": "D.", "default": [:]],
        ],
      ]
    ),
  ]

  @Test(arguments: cases.indices)
  func `say what the declaration says`(index: Int) {
    #expect(Self.cases[index].0.openAPI == Self.cases[index].1)
  }
}

struct `A CustomResourceDefinition` {
  @Test func `carries names, scope, columns and the status subresource`() {
    let definition = CustomResourceDefinition(
      group: "ops.example.io", scope: .cluster,
      names: .init(kind: "Thing", plural: "things", singular: "thing", shortNames: ["th"], categories: ["all"]),
      versions: [
        .init(
          name: "v1", schema: .object("A thing.", []),
          columns: [
            .condition("Ready", "Ready", "Is it."),
            .init("Size", type: "integer", path: ".spec.size", wide: true, "S."),
          ])
      ])
    #expect(
      definition.manifest == [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "things.ops.example.io"],
        "spec": [
          "group": "ops.example.io", "scope": "Cluster",
          "names": [
            "kind": "Thing", "listKind": "ThingList", "plural": "things", "singular": "thing", "shortNames": ["th"],
            "categories": ["all"],
          ],
          "versions": [
            [
              "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
              "schema": ["openAPIV3Schema": ["type": "object", "description": "A thing."]],
              "additionalPrinterColumns": [
                [
                  "name": "Ready", "type": "string", "description": "Is it.",
                  "jsonPath": #".status.conditions[?(@.type=="Ready")].status"#,
                ],
                ["name": "Size", "type": "integer", "description": "S.", "jsonPath": ".spec.size", "priority": 1],
              ],
            ]
          ],
        ],
      ])
  }
}
