/// The cheapest way in which one node's pool could have followed its demand, had it been known: a dynamic programme over
/// the pool's size, run forwards, so that it needs one row of states and no history.
///
/// For each size it keeps the least cost of all pasts that end there, and what these pasts consist of. Between changes of
/// the demand nothing is to be gained by a call; at a change every size may move to every other, paying for the calls.
/// Compare the offline optimum of "right-sizing" (Lin, Wierman, Andrew, Thereska, INFOCOM 2011), which has linear costs.
struct OracleNode: Sendable {
  private struct State {
    var cost = 0.0
    var idleSeconds = 0.0
    var waitSeconds = 0.0
    var calls: Int32 = 0
    var actions: Int32 = 0
    var reversals: Int32 = 0
    var direction: Int8 = 0
  }

  private let costs: OracleCosts
  private var states: [State]
  private var ways: [Way]
  private(set) var demand: Int
  private var time = 0.0

  /// - Parameter demand: the addresses that are used at the start, which the node has.
  init(costs: OracleCosts, capacity: Int, demand: Int) {
    self.costs = costs
    self.demand = demand
    states = [State](repeating: State(), count: capacity + 1)
    ways = [Way](repeating: Way(), count: capacity + 1)
    for size in states.indices { states[size].cost = size == min(demand, capacity) ? 0 : .infinity }
  }

  mutating func change(by delta: Int, at now: Double) {
    advance(to: now)
    demand += delta
  }

  mutating func advance(to now: Double) {
    let elapsed = now - time
    guard elapsed > 0 else { return }
    move()
    time = now
    for size in states.indices {
      let idle = Double(max(0, size - demand)) * elapsed
      let wait = Double(max(0, demand - size)) * elapsed
      states[size].idleSeconds += idle
      states[size].waitSeconds += wait
      states[size].cost += idle + wait * costs.wait
    }
  }

  /// What the cheapest past consists of.
  var best: (idleSeconds: Double, waitSeconds: Double, calls: Int, actions: Int, reversals: Int) {
    let best = states.min { $0.cost < $1.cost } ?? State()
    return (best.idleSeconds, best.waitSeconds, Int(best.calls), Int(best.actions), Int(best.reversals))
  }

  /// Lets every size be reached from every other.
  private mutating func move() {
    let before = states
    move(from: before, direction: 1)
    move(from: before, direction: -1)
  }

  /// The cheapest way to a size from sizes on one side of it.
  private struct Way {
    var cost = Double.infinity
    var origin = -1
    var calls: Int32 = 0
  }

  /// `way(x) = K + min(cost of the 10 sizes before x, way(x − 10))`: a move of up to 10 addresses is one call.
  private mutating func move(from before: [State], direction: Int) {
    let step = costs.addressesPerCall
    let count = before.count
    var size = direction > 0 ? 0 : count - 1
    while before.indices.contains(size) {
      var way = Way()
      for distance in 1...step {
        let origin = size - distance * direction
        guard origin >= 0, origin < count else { break }
        if before[origin].cost < way.cost { way = Way(cost: before[origin].cost, origin: origin, calls: 0) }
      }
      let relay = size - step * direction
      if relay >= 0, relay < count, ways[relay].cost < way.cost { way = ways[relay] }
      way.cost += costs.call
      way.calls += 1
      ways[size] = way
      if way.cost < states[size].cost { arrive(at: size, way, from: before, direction: Int8(direction)) }
      size += direction
    }
  }

  private mutating func arrive(at size: Int, _ way: Way, from before: [State], direction: Int8) {
    var state = before[way.origin]
    state.cost = way.cost
    state.calls += way.calls
    state.actions += 1
    if state.direction == -direction { state.reversals += 1 }
    state.direction = direction
    states[size] = state
  }
}
