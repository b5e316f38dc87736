import Serialization

/// What a report says of unusual readings.
struct AnomalySection {
  let reviews: Collected<[SignalReview]>
  let language: Bilingual.Language
  /// More of one signal nobody reads; JSON has them all.
  private static let limit = 10

  private func word(_ en: String, _ zh: String) -> String { language == .en ? en : zh }

  var section: ReportTables.Section {
    var section = ReportTables.Section(title: word("Unusual readings", "异常读数"))
    guard let reviews = reviews.value else {
      section.words = [reviews.reason.map { word("Not known: \($0).", "未知：\($0)。") } ?? withoutHistory]
      return section
    }
    let (days, least) = (Int(Signal.recent / 86_400), Int(SignalReview.leastShare * 100))
    let calm = reviews.filter { $0.reason == nil && $0.anomalies.isEmpty }
    section.words = [
      word(
        "Of the last \(days) days, by what each signal was before; differences below \(least) % are left out.",
        "最近 \(days) 天，以各信号此前的表现为准；差异小于 \(least) % 的不列出。")
    ]
    if !calm.isEmpty { section.words.append(word("As usual: \(names(calm)).", "正常：\(names(calm))。")) }
    let reasons = Dictionary(grouping: reviews) { $0.reason ?? "" }.filter { !$0.key.isEmpty }
    for (reason, unknown) in reasons.sorted(by: { $0.key < $1.key }) {
      let names = names(unknown)
      section.words.append(word("Not known, because \(reason): \(names).", "未知（\(reason)）：\(names)。"))
    }
    section.header = [
      word("signal", "信号"), word("since", "起始"), word("value", "数值"), word("usual", "通常"),
      word("how far", "偏离"), word("how", "方式"), word("surprise", "异常度"),
    ]
    section.rows = reviews.flatMap(rows)
    return section
  }

  private var withoutHistory: String {
    word(
      "No Prometheus was named (--prometheus): what is unusual takes a history, and cannot be told.",
      "未指定 Prometheus（--prometheus）：没有历史数据，无法判断异常。")
  }

  private func names(_ reviews: [SignalReview]) -> String {
    reviews.map { $0.signal.title[language] }.joined(separator: word(", ", "、"))
  }

  /// The newest first.
  private func rows(_ review: SignalReview) -> [[String]] {
    review.anomalies.suffix(Self.limit).reversed().map { anomaly in
      [
        review.signal.title[language], Evidence.text(anomaly.time), review.signal.text(anomaly.value),
        review.signal.text(anomaly.usual), distance(anomaly), anomaly.aspect.text[language], anomaly.surprise.short,
      ]
    }
  }

  /// As a share where there is something to share.
  private func distance(_ anomaly: Anomaly) -> String {
    let sign = anomaly.isAbove ? "+" : "−"
    let difference = abs(anomaly.value - anomaly.usual)
    guard abs(anomaly.usual) > 0 else { return "\(sign)\(difference.short)" }
    return "\(sign)\((min(difference / abs(anomaly.usual), 1e6) * 100).short) %"
  }

  // MARK: JSON

  var records: [JSONValue] {
    reviews.elements.map { review in
      var record: JSONValue = [
        "signal": .string(review.signal.id), "title": .string(review.signal.title.en),
        "unit": .string(review.signal.unit), "query": .string(review.signal.query),
      ]
      switch review.outcome {
      case .unknown(let reason): record["unknown"] = .string(reason)
      case .anomalies(let anomalies):
        record["anomalies"] = .array(
          anomalies.map { anomaly in
            [
              "time": .string(Evidence.text(anomaly.time)), "value": .number(anomaly.value),
              "usual": .number(anomaly.usual), "aspect": .string(anomaly.aspect.rawValue),
              "surprise": .number((anomaly.surprise * 100).rounded() / 100),
            ]
          })
      }
      return record
    }
  }
}
