import Testing

@testable import Monitoring

struct `Texts with placeholders` {
  @Test(arguments: [
    ("{a} and {b}", "1 and {a}"), ("none", "none"), ("", ""), ("{unknown} {a}", "{unknown} 1"), ("{{a}}", "{1}"),
    ("{{ $labels.a }} {a", "{{ $labels.a }} {a"), ("{a}{a}", "11"), ("节点 {a}。", "节点 1。"), ("{", "{"), ("}", "}"),
  ])
  func `are filled in one pass, and other braces stay`(text: String, filled: String) {
    #expect(text.filled(with: ["a": "1", "b": "{a}"]) == filled)
  }

  @Test(arguments: [
    ("rate(x[$__rate_interval])", "$__rate_interval", true), ("$$__rate", "$__rate", true), ("abc", "abcd", false),
    ("", "a", false), ("a", "", true), ("aab", "ab", true), ("节点", "点", true), ("aa", "b", false),
  ])
  func `are searched by bytes`(text: String, part: String, isThere: Bool) {
    #expect(text.hasBytes(of: part) == isThere)
  }
}
