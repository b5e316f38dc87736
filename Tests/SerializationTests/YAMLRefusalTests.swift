import Serialization
import Testing

struct `YAML refusal` {
  /// What a person may get wrong or an attacker may try, and the whole message.
  static let hostile: [(text: String, message: String)] = [
    ("a: 1\nb: 2\na: 3\n", "f:3:1: the key \"a\" is given twice, first on line 1"),
    ("{a: 1, 'a': 2}", "f:1:8: the key \"a\" is given twice, first on line 1"),
    ("1: a\n'1': b\n", "f:2:1: the key \"1\" is given twice, first on line 1"),
    ("yes: a\non: b\n", "f:2:1: the key \"true\" is given twice, first on line 1"),
    ("{\"a\": 1,\n \"a\": 2}", "f:2:2: the key \"a\" is given twice, first on line 1"),
    ("a: &x 1\nb: *y\n", "f:2:4: the alias *y refers to no anchor before it"),
    ("a: *a\n", "f:1:4: the alias *a refers to no anchor before it"),
    ("a: &a [1, *a]\n", "f:1:11: the alias *a refers to the value that it is part of"),
    ("a: &a 1\n---\nb: *a\n", "f:3:4: the alias *a refers to no anchor before it"),
    ("~: 1\n", "f:1:1: a key must be a string, not null"),
    ("? [a]\n: 1\n", "f:1:3: a key must be a string, not an array"),
    ("? {a: 1}\n: 1\n", "f:1:3: a key must be a string, not an object"),
    ("a: .inf\n", "f:1:4: JSON has no number .inf; put it in quotes if it is a string"),
    ("a: -.Inf\n", "f:1:4: JSON has no number -.Inf; put it in quotes if it is a string"),
    ("a: .NaN\n", "f:1:4: JSON has no number .NaN; put it in quotes if it is a string"),
    ("a: !!binary aGk=\n", "f:1:4: unknown tag !!binary"),
    ("a: !Ref x\n", "f:1:4: unknown tag !Ref"),
    ("a: !!set {b}\n", "f:1:4: unknown tag !!set"),
    ("a: !!seq {b: 1}\n", "f:1:4: unknown tag !!seq"),
    ("a: !!int x\n", "f:1:4: !!int cannot be \"x\""),
    ("a: !!int 1.5\n", "f:1:4: !!int cannot be \"1.5\""),
    ("a: !!bool 1\n", "f:1:4: !!bool cannot be \"1\""),
    ("<<: 1\n", "f:1:1: << takes an alias of a mapping, or a sequence of such aliases"),
    ("<<: [1]\n", "f:1:1: << takes an alias of a mapping, or a sequence of such aliases"),
    ("<<: {a: 1}\n<<: {b: 1}\n", "f:2:1: the key \"<<\" is given twice, first on line 1"),
    ("a: [1\nb: 2\n", "f:2:2: did not find expected ',' or ']' while parsing a flow sequence that starts on line 1"),
    ("a:\n\tb: 1\n", "f:2:1: found character that cannot start any token while scanning for the next token"),
    ("a: \"b\n", "f:2:1: found unexpected end of stream while scanning a quoted scalar that starts on line 1"),
    ("a: b: c\n", "f:1:5: mapping values are not allowed in this context"),
    ("a: 1\n b: 2\n", "f:2:3: mapping values are not allowed in this context"),
    ("a: @b\n", "f:1:4: found character that cannot start any token while scanning for the next token"),
    ("a: \u{1}\n", "f:1:4: control characters are not allowed"),
    ("{\"a\": 1", "f:1:8: did not find expected ',' or '}' while parsing a flow mapping that starts on line 1"),
    ("%YAML 3.0\n---\na\n", "f:1:1: found incompatible YAML document"),
    ("a: \"\\ud800\"\n", "f:1:7: found invalid Unicode character escape code while parsing a quoted scalar"),
  ]

  @Test(arguments: hostile)
  func `names the place and what is wrong`(text: String, message: String) {
    let error = #expect(throws: YAMLError.self) { try YAML.documents(in: text, file: "f") }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  static let badBytes: [(bytes: [UInt8], message: String)] = [
    ([0x61, 0x3A, 0x20, 0xFF], "f:1:4: the file is not valid UTF-8"),
    ([0x61, 0x3A, 0x0A, 0xC3, 0xA9, 0xC0, 0xAF], "f:2:2: the file is not valid UTF-8"),
    ([0xFF, 0xFE, 0x61, 0x00], "f:1:1: the file is UTF-16; save it as UTF-8"),
    ([0xFE, 0xFF, 0x00, 0x61], "f:1:1: the file is UTF-16; save it as UTF-8"),
    ([0x61, 0x00, 0x62], "f:1:2: control characters are not allowed"),
  ]

  @Test(arguments: badBytes)
  func `takes UTF-8 only`(bytes: [UInt8], message: String) {
    let error = #expect(throws: YAMLError.self) { try YAML.documents(in: bytes, file: "f") }
    #expect(error?.description == message)
  }

  @Test(arguments: ["[", "{", "{a: ", "- ", "? ", "[{", "[{a: ", "&a [", "!!seq ["])
  func `a million levels are refused at the limit`(opening: String) {
    let text = String(repeating: opening, count: 1_000_000 / opening.utf8.count)
    let error = #expect(throws: YAMLError.self) { try YAML.documents(in: text, file: "f") }
    guard case .tooDeep(limit: 128, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `levels that only aliases add up to are refused too`() {
    let deep = String(repeating: "[", count: 100) + "1" + String(repeating: "]", count: 100)
    var text = "a0: &a0 \(deep)\n"
    for level in 1...3 { text += "a\(level): &a\(level) \(deep.replacing("1", with: "*a\(level - 1)"))\n" }
    let error = #expect(throws: YAMLError.self) { try YAML.documents(in: text, file: "f") }
    #expect(error?.reason == "mappings and sequences are nested more than 128 deep")
  }

  /// Each level refers to the one below many times: a few hundred bytes that stand for more than memory holds.
  @Test(arguments: ["[%]", "{a%}", "<<"])
  func `a billion laughs are refused before they are laughed`(shape: String) {
    var text = "l0: &l0 \"lol\"\n"
    if shape == "<<" { text = "l0: &l0 {k: \(String(repeating: "lol", count: 1000))}\n" }
    for level in 1...40 {
      let aliases =
        switch shape {
        case "[%]": "[" + (0..<10).map { _ in "*l\(level - 1)" }.joined(separator: ",") + "]"
        case "<<": "{<<: [" + (0..<10).map { _ in "*l\(level - 1)" }.joined(separator: ",") + "]}"
        default: "{" + (0..<10).map { "a\($0): *l\(level - 1)" }.joined(separator: ",") + "}"
        }
      text += "l\(level): &l\(level) \(aliases)\n"
    }
    let error = #expect(throws: YAMLError.self) { try YAML.documents(in: text, file: "f") }
    #expect(error?.reason == "the aliases of the document stand for more than 4194304 bytes")
  }

  @Test func `cut short or changed anywhere, a file is read or refused but never traps`() {
    let text = "a: &x {b: [1, 'c', \"d\\n\"]}\nl: |2-\n  e\n? *x\n<<: *x\n--- !!str é\n- - ~\n"
    let bytes = Array(text.utf8)
    var refused = 0
    for index in bytes.indices {
      for byte in [0x00, 0x09, 0x0A, 0x20, 0x22, 0x26, 0x2A, 0x2D, 0x3A, 0x5B, 0x7B, 0x7D, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] = byte
        for input in [Array(bytes[..<index]), changed] {
          do { _ = try YAML.documents(in: input, file: "f") } catch { refused += 1 }
        }
      }
    }
    #expect(refused > 0)
  }
}
