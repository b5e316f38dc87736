import Testing

@testable import KubernetesModel

struct `A schema pattern` {
  @Test(arguments: [
    ("^$", [""], ["a", "\n"]),
    ("^[a-z]+$", ["a", "abc"], ["", "A", "ab1", "a\n", "\na", "é", "a\0"]),
    ("^[a-z]([-a-z0-9]*[a-z0-9])?$", ["a", "a-b", "a--9"], ["", "-a", "a-", "9a"]),
    ("^(a|bc|)d$", ["ad", "bcd", "d"], ["abcd", "a", "bd"]),
    ("^a{2}b{0,2}c{1,}$", ["aac", "aabbccc"], ["ac", "aab", "aabbbc", "aaac"]),
    ("^([1-9]|[1-9][0-9]|100)%$", ["1%", "99%", "100%"], ["0%", "101%", "%", "1"]),
    ("^(x*)*y$", ["y", "xxy"], ["x", String(repeating: "x", count: 5_000)]),
    ("^[^\\s/?#]+$", ["a", "é", "😀", "\u{a0}"], ["", "a b", "a\u{c}", "/", "a\r\n"]),
    ("^a\\.b.$", ["a.bc", "a.b😀"], ["axbc", "a.b", "a.b\n"]),
    ("^[a$-]$", ["a", "$", "-"], ["b", ""]),
    ("^( +[0-9]+){2}$", [" 1 2", "  10   20"], [" 1", "1 2", " 1 2 3"]),
  ])
  func `takes the whole text and nothing else`(expression: String, good: [String], bad: [String]) {
    let pattern = SchemaPattern(expression, "", examples: [])
    for text in good { #expect(pattern.matches(text), "\(expression) takes \(text.debugDescription)") }
    for text in bad {
      #expect(!pattern.matches(text), "\(expression) does not take \(text.debugDescription.prefix(40))")
    }
  }

  @Test(arguments: [
    "(", ")", "(a", "a)", "[", "[a", "[]", "[z-a]", "*", "a**", "a+?", "a{", "a{x}", "a{2,1}", "a{1001}", "a{1,2,3}",
    "a{,2}", "\\", "\\d", "\\1", "\\b", "(?:a)", "(?i)a", "a^b", "a$b", "[\\d]", "{", "}", "]", "a|b", "é",
    "[a-é]",
  ])
  func `of a form that servers read differently, or not at all, is refused`(expression: String) {
    #expect(throws: PatternError.self) { try PatternParser.parse(expression) }
  }

  @Test func `that would need a table without end is refused`() throws {
    let tree = try PatternParser.parse("(a|b)*a(a|b){20}")
    #expect(throws: PatternError.self) { try PatternAutomaton(tree) }
  }
}
