/// What lines that say the same of different things have in common: identifiers, numbers, addresses and whatever is long
/// and random become `…`. With them goes what could be a credential.
enum LogTemplate {
  static let gap = "…"
  /// A line that is longer is cut.
  static let longest = 400

  static func of(_ message: String) -> String {
    var result = ""
    var word = ""
    for character in message.prefix(longest) {
      if isPartOfWord(character) {
        word.append(character)
      } else {
        take(&word, into: &result)
        result.append(character)
      }
    }
    take(&word, into: &result)
    return message.count > longest ? result + gap : result
  }

  private static func take(_ word: inout String, into result: inout String) {
    defer { word = "" }
    guard isSpecific(word) else { return result += word }
    // Two identifiers with a dash between are one gap.
    if !result.hasSuffix(gap) { result += gap }
  }

  private static func isPartOfWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "-" || character == "_" || character == "."
      || character == "+"
  }

  /// True for what names one thing: it holds a digit, or is as long as no word is. Names of APIs and codes, which hold
  /// neither, stay.
  private static func isSpecific(_ word: String) -> Bool {
    if word.contains(where: \.isNumber) { return !["v1", "v1beta1", "IPv4", "IPv6", "ipv4", "ipv6"].contains(word) }
    return word.utf8.count > 40
  }
}
