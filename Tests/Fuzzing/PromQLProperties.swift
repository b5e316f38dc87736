import Prometheus

enum PromQLProperties {
  /// Every error has a place within the text, and what is read is written such that it reads back the same.
  static func check(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    for dialect in [PromQL.Dialect.prometheus, .grafana] {
      do throws(PromQLSyntaxError) {
        let expression = try PromQL(parsing: text, as: dialect)
        let written = expression.text
        try expectSame(written, as: dialect)
        _ = expression.outputLabels { _ in ["node"] }
        _ = expression.keptApart(by: "cluster").text
        expect(expression.selectors.count >= expression.metricNames.count, "metrics without selectors in \(written)")
      } catch {
        expect((0...text.utf8.count).contains(error.offset), "\(error) is outside of the text")
        expect((1...1 + text.utf8.count { $0 == 0x0A }).contains(error.line), "\(error) is outside of the text")
        expect(error.column >= 1 && error.column <= text.utf8.count + 1, "\(error) is outside of its line")
      }
    }
  }

  private static func expectSame(_ written: String, as dialect: PromQL.Dialect) throws(PromQLSyntaxError) {
    do throws(PromQLSyntaxError) {
      let again = try PromQL(parsing: written, as: dialect).text
      expect(again == written, "\(written) becomes \(again)")
    } catch {
      // One level of parentheses more than was read can be one too many.
      guard error.found.contains("nested") else {
        fatalError("what was written cannot be read: \(error) in \(written)")
      }
    }
  }
}
