import Foundation
import Serialization
import Testing

struct `YAML writing` {
  @Test func `lays an object out as kubectl does`() {
    let value: JSONValue = [
      "status": ["phase": "Ready"],
      "spec": ["z": [], "a": [:], "list": [["b": 1, "a": ["x"]], ["q"], [["r"], "s"]]],
      "metadata": ["name": "node", "labels": ["status": "s", "apiVersion": "a"]], "kind": "K", "apiVersion": "v1",
      "data": ["f.conf": "line 1\n  line 2\n", "no-newline": "a\nb", "many": "a\n\n\n", "indented": "  a\nb\n"],
    ]
    #expect(
      YAML.text(value) == """
        apiVersion: v1
        kind: K
        metadata:
          labels:
            apiVersion: a
            status: s
          name: node
        data:
          f.conf: |
            line 1
              line 2
          indented: |2
              a
            b
          many: |+
            a


          no-newline: |-
            a
            b
        spec:
          a: {}
          list:
          - a:
            - x
            b: 1
          - - q
          - - - r
            - s
          z: []
        status:
          phase: Ready

        """)
  }

  static let scalars: [(value: JSONValue, text: String)] = [
    (nil, "null"), (true, "true"), (12, "12"), (.number(1), "1.0"), (.number(1e21), "1.0e+21"),
    (.number(.leastNonzeroMagnitude), "5.0e-324"), (.number(.nan), "null"), ([:], "{}"), ([], "[]"),
    ("", "\"\""), ("a b", "a b"), ("yes", "\"yes\""), ("No", "\"No\""), ("y", "\"y\""), ("null", "\"null\""),
    ("~", "\"~\""), ("12", "\"12\""), ("0777", "\"0777\""), ("1e3", "\"1e3\""), ("1_000", "\"1_000\""),
    ("12:30", "\"12:30\""), ("2001-12-14", "\"2001-12-14\""), ("=", "\"=\""), ("<<", "\"<<\""), (".inf", "\".inf\""),
    ("10.0.0.1", "10.0.0.1"), ("10.0.0.0/8", "10.0.0.0/8"), ("v1.2.3", "v1.2.3"), ("1.2.3", "1.2.3"), ("5m", "5m"),
    ("50%", "50%"), (":8080", ":8080"), ("--flag=x", "--flag=x"), ("-1 apple", "-1 apple"), ("a: b", "\"a: b\""),
    ("a:", "\"a:\""), ("a #b", "\"a #b\""), ("a#b:c", "a#b:c"), ("- a", "\"- a\""),
    ("{{ $labels.x }}", "\"{{ $labels.x }}\""),
    ("rate(x{a=\"b\"}[5m]) > 1", "rate(x{a=\"b\"}[5m]) > 1"), ("[\"a\"]", "'[\"a\"]'"),
    ("it's: \"x\"", "'it''s: \"x\"'"),
    (" a", "\" a\""), ("a\tb", "\"a\\tb\""), ("a\u{85}\u{1}", "\"a\\u0085\\u0001\""), ("é😀", "é😀"), ("\n", "\"\\n\""),
    ("a\r\nb", "\"a\\r\\nb\""), ("*a", "\"*a\""), ("@a", "\"@a\""), ("!a", "\"!a\""), ("---", "\"---\""),
  ]

  @Test(arguments: scalars)
  func `quotes what some reader would take for something else, and nothing more`(value: JSONValue, text: String) {
    #expect(YAML.text(["k": value]) == "k: \(text)\n")
    #expect(YAML.text(value) == "\(text)\n")
    if let key = value.string { #expect(YAML.text(.object([key: 1])) == "\(text): 1\n") }
  }

  @Test func `puts documents one after another`() throws {
    let values: [JSONValue] = [["a": "b\n\n"], [1], "text", nil]
    let text = YAML.text(documents: values)
    #expect(text == "a: |+\n  b\n\n---\n- 1\n---\ntext\n---\nnull\n")
    #expect(try YAML.documents(in: text, file: "f").map(\.value) == values)
  }

  @Test(arguments: 1...40)
  func `what is written reads back the same`(seed: UInt64) throws {
    var generator = ValueGenerator(seed: seed)
    for _ in 0..<50 {
      let value = generator.value()
      let text = YAML.text(value)
      #expect(try YAML.documents(in: text, file: "f").map(\.value) == [value], "\(text)")
    }
  }

  @Test(arguments: ValueGenerator.tricky)
  func `hard texts read back the same, as root, member, key and element`(text: String) throws {
    let string = JSONValue.string(text)
    for value in [string, ["k": string], [string, string], .object([text: [string]]), [[.object([text: string])]]] {
      let written = YAML.text(documents: [value, value])
      #expect(try YAML.documents(in: written, file: "f").map(\.value) == [value, value], "\(written)")
    }
  }

  @Test(.enabled(if: PyYAML.isInstalled, "python3 with PyYAML is not installed"))
  func `another reader gets the same`() throws {
    var values = ValueGenerator.tricky.map { text in JSONValue.object([text: .string(text), "l": [.string(text)]]) }
    var generator = ValueGenerator(seed: 7)
    values += (0..<500).map { _ in generator.value() }
    let read = try PyYAML.read(YAML.text(documents: values))
    #expect(read.count == values.count)
    for (value, other) in zip(values, read) { #expect(other == value, "\(YAML.text(value))") }
  }
}

/// The reader of YAML 1.1 that Python programs use.
private enum PyYAML {
  static let isInstalled = (try? run("import yaml", "")) != nil

  static func read(_ text: String) throws -> [JSONValue] {
    let program = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin.buffer.read()))))"
    return try [JSONValue](jsonBytes: run(program, text))
  }

  private struct Failure: Error {}

  private static func run(_ program: String, _ input: String) throws -> Data {
    let directory = FileManager.default.temporaryDirectory.appending(component: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = directory.appending(component: "input.yaml")
    try Data(input.utf8).write(to: file)
    let output = Pipe()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program]
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure() }
    return data
  }
}
