import Serialization
import Testing

struct `YAML reading` {
  /// Plain scalars as `sigs.k8s.io/yaml` has them.
  static let plainScalars: [(text: String, value: JSONValue)] = [
    ("", nil), ("~", nil), ("null", nil), ("Null", nil), ("NULL", nil), ("nULL", "nULL"),
    ("true", true), ("True", true), ("TRUE", true), ("tRUE", "tRUE"), ("yes", true), ("Yes", true), ("on", true),
    ("ON", true), ("y", true), ("Y", true), ("false", false), ("no", false), ("NO", false), ("off", false),
    ("n", false),
    ("N", false), ("nO", "nO"),
    ("0", 0), ("-0", 0), ("12", 12), ("+12", 12), ("-12", -12), ("1_000", 1000), ("_1", "_1"), ("0777", 511),
    ("0o14", 12), ("0O14", 12), ("0x1f", 31), ("-0x1F", -31), ("0b101", 5), ("-0b11", -3), ("00", 0), ("0x", "0x"),
    ("0xfg", "0xfg"), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .number(0x1p63)), ("0xffffffffffffffff", .number(0x1p64)),
    ("1e3", .number(1000)), ("1.5", .number(1.5)), ("1.", .number(1)), (".5", .number(0.5)), ("+.5e1", .number(5)),
    ("-1.5E-3", .number(-0.0015)), ("1_0.5", .number(10.5)), ("08", .number(8)), (".5_0", ".5_0"), (".", "."),
    ("1e", "1e"), ("1e400", "1e400"), ("1.2.3", "1.2.3"), ("10.0.0.1", "10.0.0.1"), ("1Gi", "1Gi"), ("100m", "100m"),
    ("0x1p4", "0x1p4"), ("inf", "inf"), ("nan", "nan"), ("Infinity", "Infinity"), ("12:30:45", "12:30:45"),
    ("2001-12-14", "2001-12-14"), ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"), ("=", "="),
    ("a b", "a b"), ("a:b", "a:b"), ("-", "-"), ("a#b", "a#b"), ("é😀", "é😀"),
  ]

  @Test(arguments: plainScalars)
  func `a plain scalar is what Kubernetes makes of it, and quoted it is a string`(text: String, value: JSONValue) throws
  {
    guard text != "-" else { return }  // alone it starts a sequence
    #expect(
      try read("a: \(text)\nb: '\(text)'\nc: \"\(text)\"\nd: !!str \(text)\n") == [
        "a": value, "b": .string(text), "c": .string(text), "d": .string(text),
      ])
    #expect(try read("- |-\n  \(text)\n") == [.string(text)])
  }

  static let keys: [(text: String, key: String)] = [
    ("yes", "true"), ("off", "false"), ("0x10", "16"), ("8080", "8080"), ("1.20", "1.2"), ("1e3", "1000"),
    ("1234567.5", "1.2345675e+06"), ("0.00001", "1e-05"), ("0.5", "0.5"), ("-100.0", "-100"), ("0.0", "0"),
    ("3.14159265358979", "3.1415927"), ("'1.20'", "1.20"), ("\"yes\"", "yes"), ("2001-12-14", "2001-12-14"),
    ("!!str 12", "12"), ("a b", "a b"), ("'<<'", "<<"),
  ]

  @Test(arguments: keys)
  func `a key that is no string becomes what Kubernetes makes of it`(text: String, key: String) throws {
    #expect(try read("\(text): v\n") == .object([key: "v"]))
  }

  static let tags: [(text: String, value: JSONValue)] = [
    ("!!int \"12\"", 12), ("!!float 1", .number(1)), ("!!float '1.5'", .number(1.5)), ("!!bool 'yes'", true),
    ("!!null ''", nil), ("! 12", "12"), ("!!timestamp 2001-12-14", "2001-12-14"), ("!!map {a: 1}", ["a": 1]),
    ("!!seq [1]", [1]), ("!<tag:yaml.org,2002:str> 1", "1"), ("!!str .inf", ".inf"),
  ]

  @Test(arguments: tags)
  func `tags are respected`(text: String, value: JSONValue) throws {
    #expect(try read("a: \(text)") == ["a": value])
  }

  @Test func `reads all documents, leaving out those without content`() throws {
    let text = "# nothing\n---\na: 1\n---\n---\n# nothing either\n---\n- 2\n...\n---\nnull\n"
    let documents = try YAML.documents(in: text, file: "f")
    #expect(documents.map(\.value) == [["a": 1], [2], nil] as [JSONValue])
    for empty in ["", "\n", "# only a comment\n", "---\n", "---\n---\n", "\u{feff}"] {
      #expect(try YAML.documents(in: empty, file: "f").isEmpty)
    }
  }

  @Test func `reads text of every style`() throws {
    let text = """
      literal: |
        a
          b

        # no comment
      kept: |+
        a

      stripped: |-
        a
      folded: >
        a
        b

        c
      double: "a\\tb\\u00e9\\
        c"
      single: 'it''s'
      flow: {a: [1, "b", {c: null}], "d":1, }
      """
    #expect(
      try read(text) == [
        "literal": "a\n  b\n\n# no comment\n", "kept": "a\n\n", "stripped": "a", "folded": "a b\nc\n",
        "double": "a\tbéc", "single": "it's", "flow": ["a": [1, "b", ["c": nil]], "d": 1],
      ])
  }

  @Test func `passes over a byte order mark`() throws {
    let document = try #require(try YAML.documents(in: [0xEF, 0xBB, 0xBF] + Array("a: 1".utf8), file: "f").first)
    #expect(document.value == ["a": 1])
    #expect(document.location(of: [.key("a")])?.description == "f:1:1")
  }

  @Test func `reads JSON files, with surrogate pairs, tabs and several values`() throws {
    let text = "{\"a\":\t\"\\ud83d\\ude00\\/\",\n \"b\": [1e3, 12,\n{\"c\": null}]}\n{\"d\": 1}"
    let documents = try YAML.documents(in: text, file: "f.json")
    #expect(documents.map(\.value) == [["a": "😀/", "b": [.number(1000), 12, ["c": nil]]], ["d": 1]] as [JSONValue])
    #expect(documents[0].location(of: [.key("b"), .index(2), .key("c")])?.description == "f.json:3:2")
    #expect(documents[0].location(of: [.key("b"), .index(1)])?.description == "f.json:2:13")
    #expect(documents[1].location(of: [])?.description == "f.json:4:1")
  }

  @Test func `knows the place of every value`() throws {
    let text = """
      # a profile
      spec:
        alerts:
          qos: {enabled: 1, "threshold":
            2}
        list:
        - a
        -  b: c
           é: {d: e}
      """
    let document = try #require(try YAML.documents(in: text, file: "profile.yaml").first)
    let places: [([PathElement], String?)] = [
      ([], "profile.yaml:2:1"),
      ([.key("spec")], "profile.yaml:2:1"),
      ([.key("spec"), .key("alerts"), .key("qos"), .key("enabled")], "profile.yaml:4:11"),
      ([.key("spec"), .key("alerts"), .key("qos"), .key("threshold")], "profile.yaml:4:23"),
      ([.key("spec"), .key("list"), .index(0)], "profile.yaml:7:5"),
      ([.key("spec"), .key("list"), .index(1)], "profile.yaml:8:6"),
      ([.key("spec"), .key("list"), .index(1), .key("é")], "profile.yaml:9:6"),
      ([.key("spec"), .key("list"), .index(1), .key("é"), .key("d")], "profile.yaml:9:10"),
      ([.key("spec"), .key("list"), .index(2)], nil),
      ([.key("spec"), .key("other")], nil),
      ([.index(0)], nil),
    ]
    for (path, place) in places { #expect(document.location(of: path)?.description == place, "\(path.fieldPath)") }
    #expect(document.nearestLocation(to: [.key("spec"), .key("alerts"), .key("x"), .index(1)]).line == 3)
  }

  @Test func `resolves aliases and merge keys`() throws {
    let text = """
      base: &base {a: 1, b: 2}
      more: &more {b: 3, c: 4}
      one:
        b: 9
        <<: *base
      several: {<<: [*more, *base], d: 5}
      list: [&x 1, *x]
      keys: {&k key: 1, other: *k}
      """
    let value = try read(text)
    #expect(value["one"] == ["a": 1, "b": 9])
    #expect(value["several"] == ["a": 1, "b": 3, "c": 4, "d": 5])
    #expect(value["list"] == [1, 1])
    #expect(value["keys"] == ["key": 1, "other": "key"])
    let document = try #require(try YAML.documents(in: text, file: "f").first)
    #expect(document.location(of: [.key("one"), .key("a")])?.description == "f:1:14")
  }

  private func read(_ text: String) throws -> JSONValue {
    try #require(try YAML.documents(in: text, file: "f").first).value
  }
}
