import Serialization

enum JSONProperties {
  /// What is read is written such that it reads back the same. What is skipped is checked as strictly as what is read, but for
  /// what is JSON and has no value.
  static func check(_ bytes: [UInt8]) {
    let skipped = Result { () throws(JSONError) in
      try JSONReader.read(bytes) { (reader) throws(JSONError) in try reader.skipValue() }
    }
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(jsonBytes: bytes)
    } catch {
      expect((0...bytes.count).contains(error.position.offset), "the error is outside of the text: \(error)")
      switch error {
      case .duplicateKey, .refused: return
      default: break
      }
      guard case .failure = skipped else { fatalError("skipping takes what reading refuses: \(error)") }
      return
    }
    if case .failure(let error) = skipped { fatalError("skipping refuses what reading takes: \(error)") }
    for text in [value.jsonText(), value.jsonText(pretty: true)] {
      do {
        expect(try JSONValue(jsonText: text) == value, "another value comes back from \(text)")
      } catch {
        fatalError("what was written cannot be read: \(error) in \(text)")
      }
    }
  }
}

enum JSONItemProperties {
  private struct Outcome: Equatable {
    var items: [[UInt8]] = []
    var envelope: [UInt8] = []
    var error: String?
  }

  /// The first byte chooses the layout, the second how the rest is cut. What is found must not depend on the cuts, and for a
  /// list must be what a reader of the whole text finds.
  static func check(_ bytes: [UInt8]) {
    guard bytes.count > 2 else { return }
    let text = bytes[2...]
    let layout: JSONItemScanner.Layout = bytes[0].isMultiple(of: 2) ? .list() : .lines
    for limit in [JSONItemScanner.defaultMaximumItemSize, 32] {
      let whole = scan([Array(text)], layout, limit)
      let cut = scan(pieces(of: text, seed: bytes[1]), layout, limit)
      expect(whole == cut, "cut with seed \(bytes[1]): \(cut), whole: \(whole)")
      guard layout == .list(), limit > 32, let value = try? JSONValue(jsonBytes: text), value.object != nil,
        let items = value["items"]?.array
      else { continue }
      expect(whole.error == nil, "the list is refused: \(whole.error ?? "")")
      expect(items == whole.items.compactMap { try? JSONValue(jsonBytes: $0) }, "other items than in \(value)")
      var rest = value
      rest["items"] = []
      expect(rest == (try? JSONValue(jsonBytes: whole.envelope)), "another envelope than in \(value)")
    }
  }

  private static func scan(_ chunks: [[UInt8]], _ layout: JSONItemScanner.Layout, _ limit: Int) -> Outcome {
    var scanner = JSONItemScanner(layout, maximumItemSize: limit)
    var outcome = Outcome()
    do throws(JSONError) {
      for chunk in chunks {
        try scanner.feed(chunk) { (reader) throws(JSONError) in
          outcome.items.append([UInt8](try reader.rawValue()))
        }
      }
      outcome.envelope = try scanner.finish()
    } catch {
      outcome.error = error.description
    }
    return outcome
  }
}
