import KubernetesModel
import Serialization
import Testing

@testable import TerwayOperator

struct `Object difference` {
  private let manager = FieldManager("terway-operator")

  private func differs(_ desired: JSONValue, _ live: JSONValue, owned: JSONValue = [:]) -> Bool {
    var live = live
    live["metadata"] = [
      "managedFields": [
        ["manager": "kubectl", "operation": "Update", "fieldsV1": ["f:other": [:]]],
        ["manager": "terway-operator", "operation": "Apply", "fieldsV1": owned],
      ]
    ]
    return ObjectDifference.isPresent(desired: desired, live: live, manager: manager)
  }

  @Test(
    arguments: [
      (["data": ["a": "1"]], ["data": ["a": "1"]], false, "equal"),
      (["data": ["a": "1"]], ["data": ["a": "1", "b": "2"]], false, "a foreign member is left alone"),
      (["data": ["a": "1"]], ["data": ["a": "2"]], true, "an edited value"),
      (["data": ["a": "1"]], ["data": [:]], true, "a removed value"),
      (["data": ["a": "1"]], [:], true, "a removed section"),
      (["list": ["a"]], ["list": ["a", "b"]], true, "an added element"),
      (["list": [["x": 1]]], ["list": [["x": 1, "default": true]]], false, "a default inside an element"),
      (["list": ["a", "b"]], ["list": ["b", "a"]], true, "another order"),
      (["labels": [:]], [:], false, "an empty map that the server dropped"),
      (["list": []], [:], false, "an empty list that the server dropped"),
      (["list": []], ["list": ["a"]], true, "a list that is to be empty"),
      (["n": 1], ["n": 1.0], false, "the same number written otherwise"),
      (["n": 1], ["n": "1"], true, "a number that became a text"),
    ] as [(JSONValue, JSONValue, Bool, String)])
  func `is present when a field that we want is not as we want it`(
    desired: JSONValue, live: JSONValue, expected: Bool, name: String
  ) {
    let owned: JSONValue = desired["list"]?.array?.isEmpty == false ? ["f:list": [:]] : [:]
    #expect(differs(desired, live, owned: owned) == expected, "\(name)")
  }

  @Test func `is present when we own a field that we no longer want`() {
    let live: JSONValue = ["data": ["a": "1", "b": "2"]]
    #expect(differs(["data": ["a": "1"]], live, owned: ["f:data": ["f:a": [:], "f:b": [:]]]))
    #expect(!differs(["data": ["a": "1"]], live, owned: ["f:data": [".": [:], "f:a": [:]]]))
  }

  @Test(
    arguments: [
      (["f:groups": [:]], false, "a list that is ours as a whole"),
      ([:], true, "a list that somebody else wrote as a whole"),
      (["f:groups": ["k:{\"name\":\"a\"}": ["f:name": [:], "f:rules": [:]]]], false, "an element with a list of ours"),
      (["f:groups": ["k:{\"name\":\"a\"}": ["f:name": [:]]]], true, "an element whose list somebody else wrote"),
      (
        ["f:groups": ["k:{\"name\":\"a\",\"kind\":\"x\"}": ["f:name": [:], "f:rules": [:]]]], false,
        "a key with a default of the server's"
      ),
    ] as [(JSONValue, Bool, String)])
  func `is present when a list is no longer ours, although what we want is in it`(
    owned: JSONValue, expected: Bool, name: String
  ) {
    let desired: JSONValue = ["groups": [["name": "a", "rules": [["alert": "x"]]]]]
    let live: JSONValue = ["groups": [["name": "a", "rules": [["alert": "x", "for": "1m"]]]]]
    #expect(differs(desired, live, owned: owned) == expected, "\(name)")
  }

  @Test func `is present when we never applied the object`() {
    let object: JSONValue = ["data": ["a": "1"]]
    #expect(ObjectDifference.isPresent(desired: object, live: object, manager: manager))
  }
}
