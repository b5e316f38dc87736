/// What Prometheus' regular expressions (RE2, as Go has it) may look like: a check of the syntax that builds no automaton.
///
/// Takes time and space in proportion to the text; groups are kept on a stack of our own. Names of Unicode scripts in
/// `\p{…}` are not looked up.
struct RegularExpressionSyntax {
  /// Whether the empty string is matched.
  private(set) var acceptsEmpty = true

  private let scalars: [Unicode.Scalar]
  private var position = 0
  /// Open groups, the whole expression first.
  private var groups = [Group()]

  static let maximumRepetition = 1000
  static let maximumDepth = 200

  /// One group while it is read. Each part knows whether the empty string fulfils it, and how often its innermost atom is
  /// repeated.
  private struct Group {
    var anyAlternativeAcceptsEmpty = false
    var acceptsEmpty = true
    var atom: Atom?
    var weight = 1
    var isRepeated = false

    mutating func add(_ next: Atom?) {
      acceptsEmpty = acceptsEmpty && (atom?.acceptsEmpty ?? true)
      weight = max(weight, atom?.weight ?? 1)
      (atom, isRepeated) = (next, false)
    }
  }

  private struct Atom {
    var acceptsEmpty: Bool
    var weight = 1
  }

  init(checking text: String) throws(RegularExpressionError) {
    scalars = Array(text.unicodeScalars)
    while let scalar = peek() {
      position += 1
      try consume(scalar)
    }
    guard groups.count == 1 else { throw error("a group that is not closed") }
    acceptsEmpty = closed().acceptsEmpty
  }

  private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    position + distance < scalars.count ? scalars[position + distance] : nil
  }

  private func error(_ problem: String) -> RegularExpressionError { RegularExpressionError(problem: problem) }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == scalar else { return false }
    position += 1
    return true
  }

  private mutating func add(_ atom: Atom?) { groups[groups.count - 1].add(atom) }

  private mutating func consume(_ scalar: Unicode.Scalar) throws(RegularExpressionError) {
    switch scalar {
    case "(": try open()
    case ")":
      guard groups.count > 1 else { throw error("a closing parenthesis without an opening one") }
      let atom = closed()
      groups.removeLast()
      add(atom)
    case "|":
      add(nil)
      groups[groups.count - 1].anyAlternativeAcceptsEmpty =
        groups[groups.count - 1].anyAlternativeAcceptsEmpty
        || groups[groups.count - 1].acceptsEmpty
      groups[groups.count - 1].acceptsEmpty = true
    case "*": try repeated(0, nil)
    case "+": try repeated(1, nil)
    case "?": try repeated(0, 1)
    case "{":
      if let (least, most) = counts() { try repeated(least, most) } else { add(Atom(acceptsEmpty: false)) }
    case "^", "$": add(Atom(acceptsEmpty: true))
    case "[":
      var classes = RegularExpressionClass(scalars, at: position)
      try classes.read()
      position = classes.position
      add(Atom(acceptsEmpty: false))
    case "\\": try escape()
    default: add(Atom(acceptsEmpty: false))
    }
  }

  // MARK: Groups

  private mutating func closed() -> Atom {
    add(nil)
    let group = groups[groups.count - 1]
    return Atom(acceptsEmpty: group.acceptsEmpty || group.anyAlternativeAcceptsEmpty, weight: group.weight)
  }

  private mutating func open() throws(RegularExpressionError) {
    guard skip("?") else { return try push() }
    if skip("P") {
      guard skip("<") else { throw error("(?P that names no group") }
      let end = scalars[position...].firstIndex(of: ">")
      let name = end.map { String(String.UnicodeScalarView(scalars[position..<$0])) } ?? ""
      guard let end, !name.isEmpty, name.utf8.allSatisfy(\.continuesName) else { throw error("a group without a name") }
      position = end + 1
      return try push()
    }
    var (isNegative, sawFlag) = (false, false)
    while let flag = peek() {
      position += 1
      switch flag {
      case "i", "m", "s", "U": sawFlag = true
      case "-" where !isNegative: (isNegative, sawFlag) = (true, false)
      case ":" where !isNegative || sawFlag: return try push()
      case ")" where !isNegative || sawFlag: return
      default: throw error("(? with something that RE2 does not know")
      }
    }
    throw error("a group that is not closed")
  }

  private mutating func push() throws(RegularExpressionError) {
    guard groups.count < Self.maximumDepth else { throw error("groups nested too deeply") }
    groups.append(Group())
  }

  // MARK: Repetitions

  private mutating func repeated(_ least: Int, _ most: Int?) throws(RegularExpressionError) {
    _ = skip("?")
    guard let atom = groups[groups.count - 1].atom else { throw error("a repetition of nothing") }
    guard !groups[groups.count - 1].isRepeated else { throw error("a repetition of a repetition") }
    guard least <= Self.maximumRepetition, (most ?? 0) <= Self.maximumRepetition, least <= most ?? least else {
      throw error("a repetition of more than \(Self.maximumRepetition), or of fewer at most than at least")
    }
    var weight = atom.weight
    if least >= 2 || most ?? 0 >= 2 {
      weight *= most ?? least
      guard weight <= Self.maximumRepetition else { throw error("repetitions within repetitions that are too many") }
    }
    groups[groups.count - 1].atom = Atom(acceptsEmpty: least == 0 || atom.acceptsEmpty, weight: max(weight, 1))
    groups[groups.count - 1].isRepeated = true
  }

  /// What follows an opening brace, as counts; `nil`, with nothing consumed, when the brace is only a character.
  private mutating func counts() -> (Int, Int?)? {
    let start = position
    if let least = count() {
      if skip("}") { return (least, least) }
      if skip(",") {
        if skip("}") { return (least, nil) }
        if let most = count(), skip("}") { return (least, most) }
      }
    }
    position = start
    return nil
  }

  /// Digits without a leading zero.
  private mutating func count() -> Int? {
    let start = position
    while let digit = peek(), ("0"..."9").contains(digit) { position += 1 }
    let digits = scalars[start..<position]
    guard let first = digits.first, first != "0" || digits.count == 1 else { return nil }
    return digits.count > 8 ? Int.max : Int(String(String.UnicodeScalarView(digits)))
  }

  // MARK: Escapes

  private mutating func escape() throws(RegularExpressionError) {
    guard let letter = peek() else { throw error("a backslash at the end") }
    switch letter {
    case "A", "B", "z":
      position += 1
      add(Atom(acceptsEmpty: true))
    case "b":
      position += 1
      add(Atom(acceptsEmpty: false))
    case "Q": try quoted()
    default:
      var classes = RegularExpressionClass(scalars, at: position)
      if try !classes.readClassEscape() { _ = try classes.readCharacterEscape() }
      position = classes.position
      add(Atom(acceptsEmpty: false))
    }
  }

  /// Up to `\E`, without which the parentheses that Prometheus puts around would be part of it.
  private mutating func quoted() throws(RegularExpressionError) {
    position += 1
    while let scalar = peek() {
      position += 1
      if scalar == "\\", skip("E") { return }
      add(Atom(acceptsEmpty: false))
    }
    throw error("\\Q without \\E")
  }
}

/// Why a text is no regular expression.
struct RegularExpressionError: Error, CustomStringConvertible {
  var problem: String
  var description: String { "a regular expression with \(problem)" }
}
