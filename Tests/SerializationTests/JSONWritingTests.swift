import Foundation
import Serialization
import Testing

struct `JSON writing` {
  @Test func `sorts keys and escapes no more than it must`() {
    let value: JSONValue = ["b": [1, 2.5, nil, true], "a/b": "\"\\\n\u{1}\u{1f}é😀/", "aa": [:], "ab": []]
    #expect(
      value.jsonText()
        == #"{"a/b":"\"\\\n\u0001\u001fé😀/","aa":{},"ab":[],"b":[1,2.5,null,true]}"#)
  }

  @Test func `writes a line for each member and element when it is for people`() {
    let value: JSONValue = ["b": [1, ["c": "d"]], "a": [:], "e": []]
    #expect(
      value.jsonText(pretty: true) == """
        {
          "a": {},
          "b": [
            1,
            {
              "c": "d"
            }
          ],
          "e": []
        }

        """)
  }

  static let numbers: [(JSONValue, String)] = [
    (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"), (.number(1), "1.0"),
    (.number(0.1), "0.1"), (.number(1e21), "1e+21"), (.number(.leastNonzeroMagnitude), "5e-324"),
    (.number(.infinity), "null"), (.number(.nan), "null"),
  ]

  @Test(arguments: numbers)
  func `writes numbers so that they read back the same`(value: JSONValue, text: String) {
    #expect(value.jsonText() == text)
  }

  @Test(arguments: 1...20)
  func `what is written reads back the same`(seed: UInt64) throws {
    var generator = ValueGenerator(seed: seed)
    for _ in 0..<50 {
      let value = generator.value()
      #expect(try JSONValue(jsonBytes: value.jsonBytes()) == value)
      #expect(try JSONValue(jsonBytes: value.jsonBytes(pretty: true)) == value)
    }
  }

  @Test func `any value can be a member of a Codable type`() throws {
    let value: JSONValue = ["a": [1, 2.5, "b", nil, true, ["c": [:]]]]
    #expect(try JSONDecoder().decode(JSONValue.self, from: Data(value.jsonBytes())) == value)
    #expect(try JSONValue(jsonBytes: JSONEncoder().encode(value)) == value)
  }
}
