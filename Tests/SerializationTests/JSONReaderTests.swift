import Serialization
import Testing

struct `JSON reader` {
  static let valid: [(text: String, value: JSONValue)] = [
    ("null", JSONValue.null),
    (" true ", true),
    ("false\n", false),
    ("0", 0),
    ("-0", 0),
    ("-17", -17),
    ("9223372036854775807", .integer(.max)),
    ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .number(9_223_372_036_854_775_808)),
    ("1.0", .number(1)),
    ("-1.5e-3", .number(-0.0015)),
    ("1E2", .number(100)),
    ("1e-400", .number(0)),
    (#""""#, ""),
    (#""a\"\\\/\b\f\n\r\t\u0041\u00e9""#, "a\"\\/\u{8}\u{c}\n\r\tAé"),
    (#""\ud83d\ude00 😀 ż""#, "😀 😀 ż"),
    (#""\u0000""#, "\0"),
    (
      "\"a string that is longer than a machine word, with \u{7f} in it\"",
      .string("a string that is longer than a machine word, with \u{7f} in it")
    ),
    ("[]", []),
    ("[ 1 , [ ] , { } ]", [1, [], [:]]),
    (#"{"a":{"b":[null]},"":1}"#, ["a": ["b": [nil]], "": 1]),
  ]

  @Test(arguments: valid)
  func `reads any value`(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(jsonText: text) == expected)
    #expect(
      try JSONReader.read(Array(text.utf8)) { reader throws(JSONError) in try reader.rawValue() }.isEmpty == false)
  }

  /// Bytes that are no JSON, what the error says, and the byte at which it says so.
  static let hostile: [(bytes: [UInt8], reason: String, offset: Int)] = [
    (utf8(""), "the input is empty", 0),
    (utf8(" \n "), "the input is empty", 3),
    ([0xEF, 0xBB, 0xBF, 0x7B, 0x7D], "byte order mark", 0),
    (utf8("nul"), "the input ends inside", 3),
    (utf8("nulL"), "expected null", 0),
    (utf8("NaN"), "expected a JSON value", 0),
    (utf8("'a'"), "expected a JSON value", 0),
    (utf8("-"), "the input ends inside", 1),
    (utf8("-a"), "expected a digit", 1),
    (utf8("+1"), "expected a JSON value", 0),
    (utf8("01"), "must not start with 0", 0),
    (utf8("-012"), "must not start with 0", 1),
    (utf8(".5"), "expected a JSON value", 0),
    (utf8("1."), "the input ends inside", 2),
    (utf8("1.e5"), "expected a digit", 2),
    (utf8("1e"), "the input ends inside", 2),
    (utf8("1e+x"), "expected a digit", 3),
    (utf8("0x10"), "more after the end", 1),
    (utf8("1 2"), "more after the end", 2),
    (utf8("{} }"), "more after the end", 3),
    (utf8("["), "the input ends inside", 1),
    (utf8("[1"), "the input ends inside", 2),
    (utf8("[1,"), "the input ends inside", 3),
    (utf8("[1,]"), "expected a JSON value", 3),
    (utf8("[,1]"), "expected a JSON value", 1),
    (utf8("[1 2]"), "expected , or ]", 3),
    (utf8("[1}"), "expected , or ]", 2),
    (utf8("[}"), "expected a JSON value", 1),
    (utf8("]"), "expected a JSON value", 0),
    (utf8("{"), "the input ends inside", 1),
    (utf8("{]"), "expected a key", 1),
    (utf8("{a:1}"), "expected a key", 1),
    (utf8("{1:1}"), "expected a key", 1),
    (utf8(#"{"a"}"#), "expected : after", 4),
    (utf8(#"{"a":}"#), "expected a JSON value", 5),
    (utf8(#"{"a":1,}"#), "expected a key", 7),
    (utf8(#"{"a":1]"#), "expected , or }", 6),
    (utf8(#"{"a":1 "b":2}"#), "expected , or }", 7),
    (utf8(#"{"a""#), "the input ends inside", 4),
    (utf8(#"{"a":"#), "the input ends inside", 5),
    (utf8(#"""#), "the input ends inside", 1),
    (utf8(#""abcdefghijk"#), "the input ends inside", 12),
    (utf8(#""\"#), "the input ends inside", 2),
    (utf8(#""\u12"#), "the input ends inside", 5),
    (utf8(#""\x""#), "unknown escape", 1),
    (utf8(#""\u12g4""#), "four hexadecimal digits", 1),
    (utf8(#""\ud800""#), "half of a surrogate pair", 1),
    (utf8(#""\udc00\ud800""#), "half of a surrogate pair", 1),
    (utf8(#""\ud800\u0041""#), "half of a surrogate pair", 1),
    (utf8("\"a\nb\""), "control character", 2),
    (utf8("\"12345678\u{1}\""), "control character", 9),
    ([0x22, 0xFF, 0x22], "not valid UTF-8", 1),
    ([0x22, 0x80, 0x22], "not valid UTF-8", 1),
    ([0x22, 0xC0, 0xAF, 0x22], "not valid UTF-8", 1),
    ([0x22, 0xE0, 0x80, 0xAF, 0x22], "not valid UTF-8", 1),
    ([0x22, 0xED, 0xA0, 0x80, 0x22], "not valid UTF-8", 1),
    ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], "not valid UTF-8", 1),
    ([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], "not valid UTF-8", 1),
    ([0x22, 0xE2, 0x82], "not valid UTF-8", 1),
    ([0x00], "expected a JSON value", 0),
    (utf8(String(repeating: "[", count: 100_000)), "nested more than 128", 128),
    (utf8(String(repeating: #"{"a":"#, count: 100_000)), "nested more than 128", 640),
  ]

  @Test(arguments: hostile.indices)
  func `refuses what is not JSON, whether it is read or skipped`(index: Int) {
    let (bytes, reason, offset) = Self.hostile[index]
    expectError(reason, at: offset) { () throws(JSONError) in _ = try JSONValue(jsonBytes: bytes) }
    expectError(reason, at: offset) { () throws(JSONError) in
      try JSONReader.read(bytes) { reader throws(JSONError) in try reader.skipValue() }
    }
  }

  @Test func `refuses a number beyond the range of a double where it is read`() throws {
    for text in ["1e400", "-1e400", String(repeating: "9", count: 400)] {
      expectError("beyond the range", at: 0) { () throws(JSONError) in _ = try JSONValue(jsonText: text) }
    }
    #expect(throws: JSONError.self) { try Int(jsonText: "1e30") }
    #expect(throws: JSONError.self) { try Int(jsonText: "1.5") }
    #expect(throws: JSONError.self) { try Int32(jsonText: "2147483648") }
    #expect(try Int(jsonText: "1e3") == 1000)
  }

  @Test func `takes the deepest nesting that is allowed`() throws {
    let text = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try JSONValue(jsonText: text).typeName == "array")
    try JSONReader.read(text.utf8) { reader throws(JSONError) in try reader.skipValue() }
  }

  @Test func `cut short anywhere, a document is an error and no trap`() throws {
    let text = #"{"a":[1,-2.5e+3,true,false,null,"x\n\ud83d\ude00é😀"],"b":{"c":{}}}"#
    let bytes = Array(text.utf8)
    _ = try JSONValue(jsonBytes: bytes)
    for count in bytes.indices {
      #expect(throws: JSONError.self) { try JSONValue(jsonBytes: bytes[..<count]) }
      #expect(throws: JSONError.self) {
        try JSONReader.read(bytes[..<count]) { reader throws(JSONError) in try reader.skipValue() }
      }
    }
  }

  @Test func `with any byte replaced, a document is read or refused but never traps`() {
    let bytes = Array(#"{"a":[1,-2.5e3,true,"\u0041é"],"b":{}}"#.utf8)
    for index in bytes.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = bytes
        changed[index] = byte
        let value = Result { try JSONValue(jsonBytes: changed) }
        let skipped = Result {
          try JSONReader.read(changed) { reader throws(JSONError) in try reader.skipValue() }
        }
        // Skipping checks the same grammar; only duplicate keys and the range of numbers are seen by reading alone.
        if case .success = value { #expect(throws: Never.self) { try skipped.get() } }
      }
    }
  }

  @Test func `a key that is given twice is refused where the object is materialised`() throws {
    let text = "{\"a\": 1,\n \"\\u0061\": 2}"
    let error = #expect(throws: JSONError.self) { try JSONValue(jsonText: text) }
    #expect(error?.description == #"a: the key "a" is given twice (line 2, column 12, byte 20)"#)
  }

  @Test func `errors name the path, the line and the column`() throws {
    let text = """
      {"metadata": {"name": "n"},
       "items": [{"spec": {"count": 1}},
                 {"spec": {"count": "2"}}]}
      """
    let error = #expect(throws: JSONError.self) { try Inventory(jsonText: text) }
    #expect(
      error?.description
        == "items[1].spec.count: expected an integer, found string (line 3, column 31, byte 93)")
  }

  @Test func `narrow types take what they use and skip the rest`() throws {
    let text = """
      {"kind": "Inventory", "managedFields": [{"f:a": {"f:b\\"]}": {}}}, "]", [[1e5]]],
       "metadata": {"uid": "u", "na\\u006de": "n", "labels": {"a": "}"}},
       "items": [{"spec": {"other": [], "count": 7}}, {"spec": {}}], "more": null}
      """
    let inventory = try Inventory(jsonText: text)
    #expect(inventory.name == "n")
    #expect(inventory.counts == [7, nil])
  }

  @Test func `a member that must be there is named when it is not`() throws {
    let error = #expect(throws: JSONError.self) { try Inventory(jsonText: #"{"metadata": {}}"#) }
    #expect(error?.reason == "the required field metadata.name is missing")
  }

  @Test func `hands out the bytes of a value untouched`() throws {
    let raw = try JSONReader.read(#" [1 , {"a" : "\u0041"}] "#.utf8) { reader throws(JSONError) in
      try reader.rawValue()
    }
    #expect(String(decoding: raw, as: UTF8.self) == #"[1 , {"a" : "\u0041"}]"#)
  }

  @Test func `reads collections and optionals of what can be read`() throws {
    #expect(try [String: [Int?]](jsonText: #"{"a": [1, null]}"#) == ["a": [1, nil]])
    #expect(try [Bool](jsonText: "[true,false]") == [true, false])
    #expect(try Double(jsonText: "3") == 3)
    #expect(throws: JSONError.self) { try [String: Int](jsonText: #"{"a": "b"}"#) }
    #expect(throws: JSONError.self) { try String(jsonText: "null") }
  }
}

private struct Inventory: JSONDecodable {
  var name: String
  var counts: [Int?] = []

  init(json reader: inout JSONReader) throws(JSONError) {
    var name: String?
    var counts: [Int?] = []
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "metadata":
        try reader.readObject { key, reader throws(JSONError) in
          if key == "name" { name = try reader.readString() }
        }
      case "items":
        try reader.readArray { reader throws(JSONError) in
          var count: Int?
          try reader.readObject { key, reader throws(JSONError) in
            guard key == "spec" else { return }
            try reader.readObject { key, reader throws(JSONError) in
              if key == "count" { count = try reader.read() }
            }
          }
          counts.append(count)
        }
      default: break
      }
    }
    self.name = try reader.require(name, "metadata.name")
    self.counts = counts
  }
}

private func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

private func expectError(
  _ reason: String, at offset: Int, _ body: () throws(JSONError) -> Void,
  sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
  do throws(JSONError) {
    try body()
    Issue.record("no error; expected: \(reason)", sourceLocation: sourceLocation)
  } catch {
    #expect(error.reason.contains(reason), sourceLocation: sourceLocation)
    #expect(error.position.offset == offset, "\(error)", sourceLocation: sourceLocation)
  }
}
