import TerwayModel

/// Grafana's names of colours. One thing has one colour on all dashboards.
enum Colour: String, Sendable {
  case green, yellow, orange, red, blue, purple
  case grey = "#8e8e8e"
  case lightBlue = "light-blue"
  case darkGreen = "dark-green"
}

/// From which value on a panel has which colour.
struct Colours: Sendable {
  struct Step: Sendable {
    /// From it on; `nil` is the lowest step.
    var value: Double?
    var colour: Colour
  }

  /// Lowest first, as the profile's thresholds have it.
  var steps: @Sendable (MonitoringProfileSpec.Alerts) -> [Step]
  /// Whether a graph shows them as lines.
  var areLines = true
  /// Whether less is worse.
  var isFalling = false

  /// No value is good or bad.
  static let none = Colours(steps: { _ in [Step(value: nil, colour: .green)] }, areLines: false)
  /// Anything above zero is bad.
  static let zero = rising(yellow: nil, red: 1)

  /// None is bad, more than one is no good either.
  static let one = Colours(
    steps: { _ in steps([(1, .green), (2, .yellow)], from: .red) }, areLines: false, isFalling: true)

  /// The limit of an alert: yellow at nine tenths of it.
  static func limit(_ limit: @escaping @Sendable (MonitoringProfileSpec.Alerts) -> Double) -> Colours {
    Colours(steps: { alerts in steps([(0.9 * limit(alerts), .yellow), (limit(alerts), .red)], from: .green) })
  }

  static func rising(yellow: Double?, red: Double) -> Colours {
    Colours(
      steps: { _ in steps((yellow.map { [($0, .yellow)] } ?? []) + [(red, .red)], from: .green) },
      areLines: yellow != nil)
  }

  /// Too little is bad: red below the first, yellow below the second, if there is one.
  static func falling(red: Double, yellow: Double? = nil) -> Colours {
    Colours(
      steps: { _ in
        steps(yellow.map { [(red, .yellow), ($0, .green)] } ?? [(red, .green)], from: .red)
      }, isFalling: true)
  }

  private static func steps(_ steps: [(Double, Colour)], from lowest: Colour) -> [Step] {
    [Step(value: nil, colour: lowest)] + steps.map { Step(value: $0, colour: $1) }
  }
}

extension Colour {
  /// What a legend that is a word for one thing is drawn in.
  static let ofLegends: [String: Colour] = [
    "receive": .blue, "transmit": .purple, "allocated": .orange, "idle": .green, "usable": .blue, "capacity": .grey,
    "least idle": .darkGreen, "most idle": .lightBlue, "attached": .blue, "limit": .red, "requests": .blue,
    "failures": .red, "invalid": .red, "leaked": .purple, "being returned": .yellow, "limit of receive": .blue,
    "limit of transmit": .purple,
  ]
}
