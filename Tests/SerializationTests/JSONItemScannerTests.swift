import Serialization
import Testing

struct `JSON item scanner` {
  static let list = """
    {"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"7","note":"\\"items\\":[{"},
      "items" : [ {"a":"}\\"]é😀\\\\"} , {"a":"two","b":[[],{}]},3,"x",null ],"after":12}

    """
  static let lines = """
    {"type":"ADDED","object":{"a":"}\\"{é😀\\\\"}}
    {"type":"MODIFIED","object":[{}]}{"type":"BOOKMARK"}
    {"type":"ADDED",
    "object":[{}
    ]}
    {"type":"MODIFIED"} {"type":"MODIFIED"}

      {"type":"DELETED"}
    """

  @Test func `yields the items of a list and then what is around them, wherever the chunks end`() throws {
    let bytes = Array(Self.list.utf8)
    let items = ["{\"a\":\"}\\\"]é😀\\\\\"}", "{\"a\":\"two\",\"b\":[[],{}]}", "3", "\"x\"", "null"]
    for chunks in Self.everySplit(of: bytes) {
      var scanner = JSONItemScanner(.list())
      #expect(try Self.items(of: chunks, &scanner) == items)
      let envelope = try JSONValue(jsonBytes: scanner.finish())
      #expect(envelope.at("metadata", "resourceVersion") == "7")
      #expect(envelope["items"] == .array([]))
      #expect(envelope["after"] == 12)
      #expect(scanner.itemCount == 5)
    }
  }

  @Test func `yields each event of a watch, wherever the chunks end`() throws {
    let types = ["ADDED", "MODIFIED", "BOOKMARK", "ADDED", "MODIFIED", "MODIFIED", "DELETED"]
    for chunks in Self.everySplit(of: Array(Self.lines.utf8)) {
      var scanner = JSONItemScanner(.lines)
      let items = try Self.items(of: chunks, &scanner)
      #expect(try items.map { try JSONValue(jsonText: $0)["type"] } == types.map(JSONValue.string))
      #expect(try scanner.finish().isEmpty)
    }
  }

  @Test func `hands an event out with its last byte`() throws {
    var scanner = JSONItemScanner(.lines)
    #expect(try Self.items(of: [Array("{\"a\":1".utf8)], &scanner) == [])
    #expect(try Self.items(of: [Array("}".utf8)], &scanner) == ["{\"a\":1}"])
  }

  @Test func `takes a list without items and one whose items are null`() throws {
    for text in [#"{"items":[]}"#, #"{"metadata":{},"items":null}"#] {
      var scanner = JSONItemScanner(.list())
      #expect(try Self.items(of: [Array(text.utf8)], &scanner) == [])
      #expect(try scanner.finish().isEmpty == false)
    }
  }

  @Test func `cut short anywhere, a list is an error`() {
    let bytes = Array(Self.list.utf8.dropLast(2))
    for count in bytes.indices {
      var scanner = JSONItemScanner(.list())
      #expect(throws: JSONError.self) {
        _ = try Self.items(of: [Array(bytes[..<count])], &scanner)
        _ = try scanner.finish()
      }
    }
  }

  @Test func `a watch that ends within an event is an error`() throws {
    var scanner = JSONItemScanner(.lines)
    _ = try Self.items(of: [Array(#"{"a":1}{"a":"#.utf8)], &scanner)
    #expect(throws: JSONError.truncated(at: JSONPosition(offset: 12, line: 1, column: 13))) { try scanner.finish() }
  }

  @Test(arguments: 1...10)
  func `finds the ends of items of any content, in chunks of any size`(seed: UInt64) throws {
    var generator = ValueGenerator(seed: seed)
    let items = (0..<30).map { _ in
      JSONValue.object([generator.string(): generator.value(), "pad": .array((0..<3).map { _ in generator.value() })])
    }
    let list = JSONValue.object(["items": .array(items), "metadata": generator.value()])
    let lines = items.map { $0.jsonText() }.joined(separator: "\n")
    for (layout, text) in [
      (.list(), list.jsonText()), (.list(), list.jsonText(pretty: true)), (.lines, lines),
    ] as [(JSONItemScanner.Layout, String)] {
      for size in [1, 7, 63, 64, 65, 200, 1 << 20] {
        var scanner = JSONItemScanner(layout)
        let found = try Self.items(of: Self.chunks(of: Array(text.utf8), size: size), &scanner)
        #expect(try found.map { try JSONValue(jsonText: $0) } == items)
        let envelope = try scanner.finish()
        #expect(try layout == .lines || JSONValue(jsonBytes: envelope)["metadata"] == list["metadata"])
      }
    }
  }

  static let hostile: [(layout: JSONItemScanner.Layout, text: String, error: String)] = [
    (.list(), "", "the input is empty"),
    (.list(), "[]", "expected { (line 1, column 1, byte 0)"),
    (.list(), "<html>", "expected {"),
    (.list(), "{}", "the required field items is missing"),
    (.list(), "{} {}", "there is more after the end"),
    (.list(), #"{,}"#, "expected a key"),
    (.list(), #"{"a" 1}"#, "expected : after the key"),
    (.list(), #"{"a":}"#, "expected a JSON value"),
    (.list(), #"{"a":1 "items":[]}"#, "expected , or }"),
    (.list(), #"{"a":1,}"#, "expected a key"),
    (.list(), #"{"a":tru,"items":[]}"#, "expected true"),
    (.list(), #"{"a":[},"items":[]}"#, "expected a JSON value"),
    (.list(), #"{"items":[1,]}"#, "expected a JSON value"),
    (.list(), #"{"items":[1 2]}"#, "expected , or ]"),
    (.list(), #"{"items":[{"a":1]}]}"#, "items[0]: expected , or }"),
    (.list(), #"{"items":[],"items":[]}"#, "the key \"items\" is given twice"),
    (.list(), "{\"items\":[{},\n{\"a\":\n\"\u{1}\"}]}", "items[1]: a string contains a control character"),
    (.list(), #"{"items":[],"it\u0065ms":[]}"#, "the key \"items\" is given twice"),
    (.list(), #"{"a\x":1,"items":[]}"#, "unknown escape"),
    (.list(), #"{"a\ud800":1,"items":[]}"#, "an escape is half of a surrogate pair"),
    (.list(), "\u{FEFF}{}", "expected { (line 1, column 1, byte 0)"),
    (.list(), "\0{}", "expected { (line 1, column 1, byte 0)"),
    (.list(), "{\"items\":[]}\0", "there is more after the end"),
    (.list(), "{\"items\":[\0]}", "expected a JSON value"),
    (.list(), "{\"items\":[{}\0]}", "expected , or ]"),
    (.list(), #"{"items":[-]}"#, "items[0]: the input ends inside"),
    (.list(), #"{"items":[1e]}"#, "items[0]: the input ends inside"),
    (.list(), #"{"items":[01]}"#, "items[0]: a number must not start with 0"),
    (.list(), #"{"items":[{"a":"\ud800"}]}"#, "items[0]"),
    (.list(), #"{"items":[\#(String(repeating: "[", count: 200))"#, "the input ends inside"),
    (.lines, "1", "expected { to start an object"),
    (.lines, "\u{FEFF}{}", "expected { to start an object (line 1, column 1, byte 0)"),
    (.lines, "{}\0", "expected { to start an object (line 1, column 3, byte 2)"),
    (.lines, "{\"a\":\"\0\"}", "a string contains a control character"),
    (.lines, "{\"a\":tru}", "expected true"),
    (.lines, "{\"a\":tru}\n{}", "expected true"),
    (.lines, "{\"a\":[}\n{]}", "expected a JSON value"),
    (.lines, String(repeating: #"{"a":"#, count: 200) + "1" + String(repeating: "}", count: 200), "arrays and objects"),
    (.lines, "{},{}", "expected { to start an object (line 1, column 3, byte 2)"),
    (.lines, "{}\n{]}", "expected a key in double quotes (line 2, column 2, byte 4)"),
    (.lines, "upstream connect error", "expected { to start an object"),
  ]

  @Test(arguments: hostile.indices)
  func `refuses what is no list or watch, wherever the chunks end`(index: Int) {
    let (layout, text, expected) = Self.hostile[index]
    var whole: JSONError?
    for chunks in Self.everySplit(of: Array(text.utf8)) {
      var scanner = JSONItemScanner(layout)
      let error = #expect(throws: JSONError.self) {
        _ = try Self.items(of: chunks, &scanner)
        _ = try scanner.finish()
      }
      #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
      whole = whole ?? error
      #expect(error == whole, "the place must not depend on the chunks")
    }
  }

  /// Within an item, a key and a value around the items: what looks like UTF-8 and is none.
  @Test(
    arguments: [
      [0xFF], [0x80], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ]
      as [[UInt8]])
  func `refuses what is not UTF-8, wherever it is and wherever the chunks end`(bad: [UInt8]) {
    for (before, after) in [
      (#"{"items":[{"a":""#, #""}]}"#), (#"{"items":[{""#, #"":1}]}"#), (#"{""#, #"":1,"items":[]}"#),
      (#"{"a":""#, #"","items":[]}"#),
    ] {
      for chunks in Self.everySplit(of: Array(before.utf8) + bad + Array(after.utf8)) {
        var scanner = JSONItemScanner(.list())
        let error = #expect(throws: JSONError.self) {
          _ = try Self.items(of: chunks, &scanner)
          _ = try scanner.finish()
        }
        #expect(error?.reason.contains("not valid UTF-8") == true, "\(error?.description ?? "")")
      }
    }
  }

  @Test func `finds the items under a key that is written with escapes`() throws {
    for chunks in Self.everySplit(of: Array(#"{"a":1,"\u0069tems":[1,2]}"#.utf8)) {
      var scanner = JSONItemScanner(.list())
      #expect(try Self.items(of: chunks, &scanner) == ["1", "2"])
      #expect(try JSONValue(jsonBytes: scanner.finish()) == ["a": 1, "items": []])
    }
  }

  @Test func `errors are placed in the stream`() {
    let text = "{\"items\":[{},\n{\"a\":\n \"\u{1}\"}]}"
    for chunks in Self.everySplit(of: Array(text.utf8)) {
      var scanner = JSONItemScanner(.list())
      let error = #expect(throws: JSONError.self) { try Self.items(of: chunks, &scanner) }
      #expect(error?.position.offset == 22)
      #expect(error?.position.line == 3)
      #expect(error?.position.column == 3)
    }
  }

  @Test func `an item or an envelope beyond the limit is refused, naming the limit`() throws {
    let long = "\"" + String(repeating: "x", count: 98) + "\""
    for (text, isTooLong) in [
      (#"{"items":[\#(long)]}"#, false), (#"{"items":[\#(long + "  "),{}]}"#, false),
      (#"{"items":[[\#(long)]]}"#, true), (#"{"a":\#(long),"b":\#(long),"c":\#(long),"items":[]}"#, true),
    ] {
      var whole: JSONError?
      for size in [4096, 7, 1] {
        var scanner = JSONItemScanner(.list(), maximumItemSize: 100)
        let chunks = Self.chunks(of: Array(text.utf8), size: size)
        let result = Result { try Self.items(of: chunks, &scanner) }
        guard isTooLong else {
          _ = try result.get()
          continue
        }
        let error = #expect(throws: JSONError.self) { try result.get() }
        #expect(error?.reason == "an item is longer than the limit of 100 bytes")
        whole = whole ?? error
        #expect(error == whole, "the place must not depend on the chunks")
      }
    }
  }

  @Test func `what the receiver throws ends the scan`() {
    var scanner = JSONItemScanner(.list())
    let error = #expect(throws: JSONError.self) {
      try scanner.feed(Array(#"{"items":[{"n":1},{"n":"x"}]}"#.utf8)) { reader throws(JSONError) in
        try reader.readObject { _, reader throws(JSONError) in _ = try reader.readInt() }
      }
    }
    #expect(error?.description == "items[1].n: expected an integer, found string (line 1, column 24, byte 23)")
  }

  /// The bytes in one chunk, in two at every position, and in chunks of one, two and three bytes.
  private static func everySplit(of bytes: [UInt8]) -> [[[UInt8]]] {
    [[bytes]] + bytes.indices.map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
      + (1...3).map { chunks(of: bytes, size: $0) }
  }

  private static func chunks(of bytes: [UInt8], size: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
  }

  private static func items(of chunks: [[UInt8]], _ scanner: inout JSONItemScanner) throws -> [String] {
    var items: [String] = []
    for chunk in chunks {
      try scanner.feed(chunk) { reader throws(JSONError) in
        items.append(String(decoding: try reader.rawValue(), as: UTF8.self))
      }
    }
    return items
  }
}
