extension ScalingDecision.Reason {
  /// In CamelCase, as conditions and events have it.
  public var name: String {
    switch self {
    case .steady: "Steady"
    case .buffer: "Buffer"
    case .fillsNext: "FillsNext"
    case .seasonal: "Seasonal"
    case .aboveScaleUp: "AboveScaleUpThreshold"
    case .belowScaleDown: "BelowScaleDownThreshold"
    case .belowMinimum: "BelowMinimum"
    case .aboveMaximum: "AboveMaximum"
    case .released: "Released"
    case .holding: "Holding"
    case .coolingDown: "CoolingDown"
    case .stabilizing: "Stabilizing"
    case .overBudget: "OverBudget"
    case .atMaximum: "AtMaximum"
    case .scarcity: "AddressesScarce"
    case .unknown(let fault): fault.name
    }
  }
}

extension ScalingDecision {
  /// Why, for people, in a sentence.
  public var sentence: String {
    switch reason {
    case .steady:
      "Node \(node) keeps \(band.text)."
    case .buffer(let count):
      "Node \(node) gets \(band.text): \(count) idle addresses on every node serve the promised share of new pods."
    case .fillsNext(let pods):
      "Node \(node) gets \(band.text): it is among the nodes that fill next, where up to \(pods) pods are expected."
    case .seasonal(let pods):
      "Node \(node) gets \(band.text): on the last two days up to \(pods) pods came to a node at this time."
    case .aboveScaleUp(let used, let total):
      "Node \(node) grows to \(desiredENIs) ENIs: \(used) of \(total) addresses are used, more than scaleUpThreshold."
    case .belowScaleDown(let used, let total):
      "Node \(node) shrinks to \(desiredENIs) ENIs: \(used) of \(total) addresses are used, less than scaleDownThreshold."
    case .belowMinimum(let enis):
      "Node \(node) grows to \(desiredENIs) ENIs: it has \(enis), fewer than minENIs."
    case .aboveMaximum(let enis):
      "Node \(node) should have \(desiredENIs) ENIs: it has \(enis), more than maxENIs; Terway releases those without pods."
    case .released(let excess):
      "Node \(node) gets \(band.text): \(excess) idle addresses were kept for as long as it paid."
    case .holding(let excess):
      "Node \(node) keeps \(excess) idle addresses more than it needs: getting them again would cost more than keeping them."
    case .coolingDown(let seconds):
      "Node \(node) does not shrink for another \(text(seconds)): it was changed a short time ago."
    case .stabilizing(let seconds):
      "Node \(node) does not grow for another \(text(seconds)): the demand may not last."
    case .overBudget(let budget):
      "Node \(node) waits with its change: \(budget.text)."
    case .atMaximum(let wanted):
      "Node \(node) is at its maximum of \(desiredENIs) ENIs; its pods would need \(wanted) addresses."
    case .scarcity:
      "Node \(node) keeps no idle addresses: its vSwitch has run out of them."
    case .unknown(let fault):
      "Node \(node) is held and not shrunk: \(fault.description)."
    }
  }
}

extension ScalingDecision.Budget {
  var text: String {
    switch self {
    case .apiWrites: "budget.writesPerMinute is used up"
    case .nodeChanges: "it has been changed as often as it may today"
    case .cloudCalls: "the cloud's API has taken as many calls as it may this minute"
    }
  }
}

extension PoolBand {
  var text: String { "\(min) to \(max) idle addresses" }
}

extension ObservationFault {
  public var name: String {
    switch self {
    case .missing: "NoData"
    case .stale, .podsStale: "StaleData"
    case .clockWentBack: "ClockWentBack"
    case .negative, .tooMany: "ContradictoryData"
    case .noLimits: "UnknownLimits"
    }
  }

  var description: String {
    switch self {
    case .missing: "there is no data of it"
    case .stale(let seconds): "its data is \(text(seconds)) old"
    case .podsStale(let seconds): "what is known of its pods is \(text(seconds)) old"
    case .clockWentBack(let seconds): "the clock went back by \(text(seconds))"
    case .negative(let field, let value): "\(field) is \(value)"
    case .tooMany(let field, let value, let limit): "\(field) is \(value), and \(limit) at most are possible"
    case .noLimits: "the limits of its instance type are not known"
    }
  }
}

/// Whole seconds, however absurd the number is.
private func text(_ seconds: Double) -> String {
  seconds < 1e15 ? "\(Int64(seconds.rounded(.up))) s" : "more than 30 million years"
}
