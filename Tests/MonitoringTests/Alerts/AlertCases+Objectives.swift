/// Error budgets. The objective is 99.9 %, so that 14.4 times too fast is 1.44 % of the requests, and so on.
extension AlertCases {
  /// So many minutes with so many requests per minute, of which this share is bad.
  private typealias Traffic = (minutes: Int, perMinute: Double, bad: Double)

  private static func requests(_ objective: Objective, _ traffic: [Traffic], step: Int) -> [String: String] {
    let all = history(counter: traffic.map { ($0.minutes, $0.perMinute) }, step: step)
    let good = history(counter: traffic.map { ($0.minutes, $0.perMinute * (1 - $0.bad)) }, step: step)
    let bad = history(counter: traffic.map { ($0.minutes, $0.perMinute * $0.bad) }, step: step)
    let metric = "terway_rpc_latency"
    switch objective {
    case .success:
      return together(
        series("\(metric)_count", ["node": "n1", "rpc_api": "AllocIP", "error": "false"], good),
        series("\(metric)_count", ["node": "n1", "rpc_api": "AllocIP", "error": "true"], bad))
    case .latency:
      // No series with error="true" at all, which means that no request failed.
      return together(
        series("\(metric)_count", ["node": "n1", "rpc_api": "AllocIP", "error": "false"], all),
        series("\(metric)_bucket", ["node": "n1", "rpc_api": "AllocIP", "error": "false", "le": "6400"], good),
        series("\(metric)_bucket", ["node": "n1", "rpc_api": "AllocIP", "error": "false", "le": "12800"], all))
    }
  }

  private enum Objective: String, CaseIterable { case success = "Success", latency = "Latency" }

  @CaseList
  private static func fast(_ objective: Objective) -> [AlertCase] {
    let alert = "TerwayIPAllocation\(objective.rawValue)BudgetBurnFast"
    let of = { (traffic: [Traffic]) in requests(objective, traffic, step: 1) }
    AlertCase(
      alert, "in all windows", silent: 2, fires: [4, 60], given: of([(120, 60, 0.0146)]), as: .labelled([:], "1.46%"))
    AlertCase(
      alert, "for an hour, after none", fires: [430], given: of([(360, 60, 0), (80, 60, 0.0146)]),
      as: .labelled([:], "1.46%"))
    AlertCase(
      alert, "an hour just below, though not the last minutes", silent: 380,
      given: of([(300, 60, 0), (70, 60, 0.0141), (20, 60, 0.015)]))
    AlertCase(
      alert, "an hour above, and no longer", silent: 372,
      given: of([(300, 60, 0), (50, 60, 0.016), (30, 60, 0.014)]))
    AlertCase(alert, "six hours", fires: [390], given: of([(400, 60, 0.0062)]), as: .labelled([:], "0.62%"))
    AlertCase(
      alert, "six hours just below, though not the last ones", silent: 435,
      given: of([(400, 60, 0.0058), (40, 60, 0.0062)]))
    AlertCase(
      alert, "six hours above, and no longer", silent: 445, given: of([(400, 60, 0.0062), (50, 60, 0.0058)]))
    AlertCase(
      alert, "20 requests an hour, all bad", fires: [90], given: of([(120, 20.5 / 60, 1)]), as: .labelled([:], "100%"))
    AlertCase(alert, "fewer requests, all bad", silent: 90, given: of([(120, 19.5 / 60, 1)]))
    AlertCase(alert, "all is well", silent: 90, given: of([(120, 60, 0)]))
    AlertCase(alert, "no request at all", silent: 90, given: of([(120, 0, 0)]))
  }

  @CaseList
  private static func slow(_ objective: Objective) -> [AlertCase] {
    let alert = "TerwayIPAllocation\(objective.rawValue)BudgetBurnSlow"
    let of = { (traffic: [Traffic]) in requests(objective, traffic, step: 5) }
    AlertCase(
      alert, "in all windows", silent: 15, fires: [30, 60], given: of([(120, 60, 0.0031)]), as: .labelled([:], "0.31%"))
    AlertCase(
      alert, "for a day, after days of much more traffic and no errors", fires: [4380],
      given: of([(2880, 600, 0), (1520, 60, 0.0031)]), as: .labelled([:], "0.31%"))
    AlertCase(
      alert, "a day just below, though not the last hours", silent: 4520,
      given: of([(2880, 600, 0), (1500, 60, 0.0029), (160, 60, 0.0032)]))
    AlertCase(
      alert, "a day above, and no longer", silent: 4520,
      given: of([(2880, 600, 0), (1440, 60, 0.0033), (220, 60, 0.0029)]))
    AlertCase(alert, "three days", fires: [4700], given: of([(4800, 60, 0.00102)]), as: .labelled([:], "0.102%"))
    AlertCase(
      alert, "three days just below, though not the last hours", silent: 5200,
      given: of([(4800, 60, 0.00097), (420, 60, 0.00104)]))
    AlertCase(
      alert, "three days above, and no longer", silent: 5250, given: of([(4800, 60, 0.00104), (470, 60, 0.00097)]))
    AlertCase(
      alert, "20 requests a day, all bad", fires: [2000], given: of([(2010, 20.5 / 1440, 1)]),
      as: .labelled([:], "100%"))
    AlertCase(alert, "fewer requests, all bad", silent: 2000, given: of([(2010, 19.5 / 1440, 1)]))
    AlertCase(alert, "all is well", silent: 90, given: of([(120, 60, 0)]))
  }

  static var objectives: [AlertCase] {
    Objective.allCases.flatMap { objective in
      fast(objective).map { $0.every(1, evaluatedEvery: 2) } + slow(objective).map { $0.every(5, evaluatedEvery: 15) }
    }
  }
}
