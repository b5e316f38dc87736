/// What a regular expression is made of.
indirect enum PatternTree: Hashable {
  case characters(CharacterSet)
  case sequence([PatternTree])
  case either([PatternTree])
  /// At least so often, and at most so often or, with `nil`, as often as one likes.
  case repeated(PatternTree, Int, Int?)

  /// Some ranges of ASCII, or all scalars but those.
  struct CharacterSet: Hashable, Sendable {
    var ranges: [ClosedRange<Unicode.Scalar>]
    var isNegated = false

    /// - Parameter byte: `nil` for a scalar beyond ASCII.
    func contains(_ byte: UInt8?) -> Bool {
      guard let byte else { return isNegated }
      return ranges.contains { $0.contains(Unicode.Scalar(byte)) } != isNegated
    }
  }
}

struct PatternError: Error, Hashable {
  var reason: String
}

/// Reads literals, `\` in front of punctuation, `\s`, `.`, `[…]`, `(…)`, `|`, `*`, `+`, `?` and `{m,n}`; nothing else.
struct PatternParser {
  private var rest: Substring.UnicodeScalarView

  /// What is between the anchors.
  static func parse(_ text: String) throws(PatternError) -> PatternTree {
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else { throw PatternError(reason: "it holds more than ASCII") }
    var parser = PatternParser(rest: text[...].unicodeScalars)
    let tree = try parser.sequence()
    // An anchor would belong to one of the alternatives only.
    if parser.rest.first == "|" { throw PatternError(reason: "a | outside of parentheses") }
    guard parser.rest.isEmpty else { throw PatternError(reason: "a ) without its (") }
    return tree
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func alternatives() throws(PatternError) -> PatternTree {
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .either(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternTree {
    var parts: [PatternTree] = []
    while let next = rest.first, next != "|", next != ")" { parts.append(try quantified()) }
    return .sequence(parts)
  }

  private mutating func quantified() throws(PatternError) -> PatternTree {
    let atom = try atom()
    let tree: PatternTree
    switch rest.first {
    case "*": tree = .repeated(atom, 0, nil)
    case "+": tree = .repeated(atom, 1, nil)
    case "?": tree = .repeated(atom, 0, 1)
    case "{":
      guard let end = rest.firstIndex(of: "}") else { throw PatternError(reason: "a { without its }") }
      tree = try counted(atom, String(rest[rest.index(after: rest.startIndex)..<end]))
      rest = rest[end...]
    default: return atom
    }
    rest.removeFirst()
    if let next = rest.first, "*+?{".unicodeScalars.contains(next) {
      throw PatternError(reason: "\(next) after a repetition")
    }
    return tree
  }

  private func counted(_ atom: PatternTree, _ text: String) throws(PatternError) -> PatternTree {
    let bounds = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    // RE2 refuses more than 1,000 as well.
    guard let least = bounds.first ?? nil, (0...1_000).contains(least), bounds.count <= 2 else {
      throw PatternError(reason: "{\(text)} is no count")
    }
    if bounds.count == 1 { return .repeated(atom, least, least) }
    if text.hasSuffix(",") { return .repeated(atom, least, nil) }
    guard let most = bounds[1], (least...1_000).contains(most) else {
      throw PatternError(reason: "{\(text)} is no count")
    }
    return .repeated(atom, least, most)
  }

  private mutating func atom() throws(PatternError) -> PatternTree {
    let first = rest.removeFirst()
    switch first {
    case "(":
      if rest.first == "?" { throw PatternError(reason: "(? is not used here") }
      let group = try alternatives()
      guard take(")") else { throw PatternError(reason: "a ( without its )") }
      return group
    case "[": return .characters(try set())
    case ".": return .characters(PatternTree.CharacterSet(ranges: ["\n"..."\n"], isNegated: true))
    case "\\": return .characters(PatternTree.CharacterSet(ranges: try escaped()))
    case "*", "+", "?", "{", "}", "]", "^", "$": throw PatternError(reason: "\(first) has to be escaped here")
    default: return .characters(PatternTree.CharacterSet(ranges: [first...first]))
    }
  }

  private mutating func set() throws(PatternError) -> PatternTree.CharacterSet {
    var set = PatternTree.CharacterSet(ranges: [])
    set.isNegated = take("^")
    while let first = rest.popFirst() {
      if first == "]" {
        guard !set.ranges.isEmpty else { throw PatternError(reason: "a [] without content") }
        return set
      }
      if first == "\\" {
        set.ranges += try escaped()
      } else if rest.first == "-", let last = rest.dropFirst().first, last != "]" {
        guard first <= last, last != "\\" else { throw PatternError(reason: "\(first)-\(last) is no range") }
        set.ranges.append(first...last)
        rest.removeFirst(2)
      } else {
        set.ranges.append(first...first)
      }
    }
    throw PatternError(reason: "a [ without its ]")
  }

  private mutating func escaped() throws(PatternError) -> [ClosedRange<Unicode.Scalar>] {
    guard let scalar = rest.popFirst() else { throw PatternError(reason: "\\ at the end") }
    if scalar == "s" { return [" "..." ", "\t"..."\n", "\u{c}"..."\r"] }
    guard !("a"..."z").contains(scalar), !("A"..."Z").contains(scalar), !("0"..."9").contains(scalar) else {
      throw PatternError(reason: "\\\(scalar) is not used here")
    }
    return [scalar...scalar]
  }
}
