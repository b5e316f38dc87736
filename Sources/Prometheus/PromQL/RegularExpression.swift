/// Regular expressions as Prometheus reads them (RE2), of which only the syntax is looked at here.
public enum RegularExpression {
  /// What keeps a text from being one, for a message: `a group that is not closed`; `nil` when nothing does.
  public static func problem(in text: String) -> String? {
    do throws(RegularExpressionError) {
      _ = try RegularExpressionSyntax(checking: text)
      return nil
    } catch {
      return error.problem
    }
  }
}
