import KubernetesModel
import Serialization
import Testing

struct `Schema rules` {
  static let cases: [(SchemaPredicate, cel: String, holds: JSONValue, fails: JSONValue)] = [
    (.integer("a") < .integer("b"), "self.a < self.b", ["a": 1, "b": 2], ["a": 2, "b": 2]),
    (.integer("a", "b") >= 3, "self.a.b >= 3", ["a": ["b": 3]], ["a": ["b": 2]]),
    (.text("a") == "it's", #"self.a == 'it\'s'"#, ["a": "it's"], ["a": "its"]),
    (.text() != "", "self != ''", "x", ""),
    (.length("a") > 2, "size(self.a) > 2", ["a": "äöü"], ["a": "äö"]),
    (.count("a") == 1, "size(self.a) == 1", ["a": ["x": 1]], ["a": []]),
    (.has("a") && .integer("a") <= 2, "has(self.a) && self.a <= 2", ["a": 2], [:]),
    (!.has("a") || .integer("a") <= 2, "!has(self.a) || self.a <= 2", [:], ["a": 3]),
    (
      !(.has("a") || .has("b")) && .has("c"), "!(has(self.a) || has(self.b)) && has(self.c)", ["c": 1],
      ["b": 1, "c": 1]
    ),
    ((.has("a") || .has("b")) && .has("c"), "(has(self.a) || has(self.b)) && has(self.c)", ["a": 1, "c": 1], ["a": 1]),
    (.text("a", isOneOf: ["x", "y"]), "self.a in ['x', 'y']", ["a": "y"], ["a": "z"]),
    (!.text("a", isOneOf: ["x"]), "!(self.a in ['x'])", ["a": "y"], ["a": "x"]),
    (.list("a", contains: "x"), "'x' in self.a", ["a": ["y", "x"]], ["a": ["y"]]),
    (.text("for") == "namespace", "self.__for__ == 'namespace'", ["for": "namespace"], ["for": "x"]),
  ]

  @Test(arguments: cases.indices)
  func `mean here what they say in CEL`(index: Int) {
    let (condition, cel, right, wrong) = Self.cases[index]
    #expect(condition.cel == cel)
    #expect(condition.holds(for: right))
    #expect(!condition.holds(for: wrong))
  }

  @Test func `a comparison with an absent field fails, as it is an error in CEL`() {
    #expect(!(SchemaTerm<Int64>.integer("a") < 5).holds(for: [:]))
    #expect(!(SchemaTerm<Int64>.integer("a") >= 5).holds(for: [:]))
  }

  @Test(
    arguments: [
      (Duration.seconds(15), "duration('15s')"), (.milliseconds(50), "duration('50ms')"),
      (.seconds(3600), "duration('3600s')"), (.zero, "duration('0s')"), (.milliseconds(1500), "duration('1500ms')"),
    ])
  func `durations are spelled as CEL reads them`(duration: Duration, cel: String) {
    #expect(duration.celLiteral == cel)
  }
}
