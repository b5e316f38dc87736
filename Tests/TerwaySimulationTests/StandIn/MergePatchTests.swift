import Serialization
import Testing

@testable import TerwaySimulation

struct `A merge patch` {
  struct Case: Sendable, CustomTestStringConvertible {
    var original, patch, result: JSONValue
    var testDescription: String { "\(original.jsonText()) + \(patch.jsonText())" }
    init(_ original: JSONValue, _ patch: JSONValue, _ result: JSONValue) {
      (self.original, self.patch, self.result) = (original, patch, result)
    }
  }

  /// RFC 7396, appendix A.
  static let cases = [
    Case(["a": "b"], ["a": "c"], ["a": "c"]),
    Case(["a": "b"], ["b": "c"], ["a": "b", "b": "c"]),
    Case(["a": "b"], ["a": nil], [:]),
    Case(["a": "b", "b": "c"], ["a": nil], ["b": "c"]),
    Case(["a": ["b"]], ["a": "c"], ["a": "c"]),
    Case(["a": "c"], ["a": ["b"]], ["a": ["b"]]),
    Case(["a": ["b": "c"]], ["a": ["b": "d", "c": nil]], ["a": ["b": "d"]]),
    Case(["a": [["b": "c"]]], ["a": [1]], ["a": [1]]),
    Case(["a", "b"], ["c", "d"], ["c", "d"]),
    Case(["a": "b"], ["c"], ["c"]),
    Case(["e": nil], ["a": 1], ["e": nil, "a": 1]),
    Case([:], ["a": ["bb": ["ccc": nil]]], ["a": ["bb": [:]]]),
  ]

  @Test(arguments: cases) func `changes what it names`(_ example: Case) {
    #expect(MergePatch.apply(example.patch, to: example.original) == example.result)
  }

  @Test(arguments: cases) func `is found from what was and what shall be, unless nulls are to stay`(_ example: Case) {
    guard !"\(example.result.jsonText())".contains("null") else { return }
    let patch = MergePatch.difference(from: example.original, to: example.result)
    #expect(patch.map { MergePatch.apply($0, to: example.original) } ?? example.original == example.result)
    #expect(MergePatch.difference(from: example.result, to: example.result) == nil)
  }
}
