import Serialization
import Testing

@testable import KubernetesModel

struct `Label selector` {
  private let labels = ["app": "terway", "tier": "node"]

  @Test(
    arguments: [
      (#"{}"#, true), (#"{"matchLabels":{"app":"terway"}}"#, true), (#"{"matchLabels":{"app":"other"}}"#, false),
      (#"{"matchExpressions":[{"key":"app","operator":"In","values":["a","terway"]}]}"#, true),
      (#"{"matchExpressions":[{"key":"none","operator":"In","values":["a"]}]}"#, false),
      (#"{"matchExpressions":[{"key":"app","operator":"NotIn","values":["terway"]}]}"#, false),
      (#"{"matchExpressions":[{"key":"none","operator":"NotIn","values":["terway"]}]}"#, true),
      (#"{"matchExpressions":[{"key":"tier","operator":"Exists"}]}"#, true),
      (#"{"matchExpressions":[{"key":"tier","operator":"DoesNotExist"}]}"#, false),
      (#"{"matchExpressions":[{"key":"app","operator":"Later","values":["terway"]}]}"#, false),
      (#"{"matchExpressions":[{"operator":"Later","values":["terway"],"key":"app"}]}"#, false),
    ])
  func `matches as the API server does, and nothing by an operator that it does not know`(
    text: String, matches: Bool
  )
    throws
  {
    #expect(try LabelSelector(jsonText: text).matches(labels) == matches)
  }

  @Test(arguments: [
    "", "[]", "null", "1", #"{"matchLabels":[]}"#, #"{"matchLabels":{"a":1}}"#, #"{"matchLabels":{"a":null}}"#,
    #"{"matchLabels":{"a":"1","\u0061":"2"}}"#, #"{"matchExpressions":{}}"#, #"{"matchExpressions":[1]}"#,
    #"{"matchExpressions":[null]}"#, #"{"matchExpressions":[{"operator":1}]}"#, #"{"matchExpressions":[{"key":[]}]}"#,
    #"{"matchExpressions":[{"values":"a"}]}"#, #"{"matchExpressions":[{"values":[1]}]}"#,
    #"{"matchLabels":{"a":"\ud800"}}"#,
    #"{"matchLabels":{}"#, "{}\0", "\u{FEFF}{}", String(repeating: #"{"x":"#, count: 200),
  ])
  func `that is none is refused, and not one that selects everything`(text: String) {
    #expect(throws: JSONError.self) { try LabelSelector(jsonText: text) }
  }

  @Test func `tells what labels satisfy it, where any do`() {
    typealias Requirement = LabelSelector.Requirement
    let selector = LabelSelector(
      matchLabels: ["release": "x"],
      matchExpressions: [
        Requirement(key: "team", operator: .isIn, values: ["a", "b"]), Requirement(key: "any", operator: .exists),
        Requirement(key: "skip", operator: .doesNotExist),
      ])
    #expect(selector.satisfyingLabels == ["release": "x", "team": "a", "any": "true"])
    let impossible = LabelSelector(
      matchLabels: ["a": "1"], matchExpressions: [Requirement(key: "a", operator: .doesNotExist)])
    #expect(impossible.satisfyingLabels == nil)
  }

  @Test func `is written as the query parameter that servers read`() {
    let selector = LabelSelector(
      matchLabels: ["b": "2", "a": "1"],
      matchExpressions: [
        .init(key: "c", operator: .isIn, values: ["x", "y"]), .init(key: "d", operator: .doesNotExist),
      ])
    #expect(selector.queryText == "a=1,b=2,c in (x,y),!d")
  }
}
