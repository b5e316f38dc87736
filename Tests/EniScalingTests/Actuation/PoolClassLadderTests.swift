import TestSupport
import Testing

@testable import EniScaling

struct `The ladder of pool classes` {
  @Test(arguments: [
    // min, max, demand, addresses of an ENI, limit: the band.
    (4, 11, 0, 10, 100, 4, 12), (35, 300, 25, 30, 300, 32, 300), (61, 90, 0, 30, 300, 64, 80),
    (9, 9, 0, 10, 10, 10, 10),
    (7, 9, 3, 10, 10, 6, 10), (0, 0, 0, 10, 100, 0, 0), (9, 12, 1, 9, 10, 9, 12), (2000, 3000, 0, 30, 9000, 2000, 3000),
  ])
  func `keeps the number of ENIs, and goes up where it may`(
    least: Int, most: Int, demand: Int, size: Int, limit: Int, minimum: Int, maximum: Int
  ) {
    let band = PoolClassLadder.band(PoolBand(min: least, max: most), demand: demand, ipsPerENI: size, limit: limit)
    #expect(band == PoolBand(min: minimum, max: maximum))
  }

  @Test func `comes to as many ENIs as what it is given, is never inverted, and leaves its own steps alone`() {
    var random = SeededGenerator(seed: 7)
    var classes: Set<PoolBand> = []
    for _ in 0..<20_000 {
      let size = Int.random(in: 1...50, using: &random)
      let demand = Int.random(in: 0...400, using: &random)
      let least = Int.random(in: 0...120, using: &random)
      let band = PoolBand(min: least, max: least + Int.random(in: 0...60, using: &random))
      let limit = demand + least + Int.random(in: 0...50, using: &random)
      let found = PoolClassLadder.band(band, demand: demand, ipsPerENI: size, limit: limit)
      #expect((demand + found.min + size - 1) / size == (demand + band.min + size - 1) / size)
      #expect(found.min <= found.max && demand + found.min <= limit)
      if CountScale.edges.contains(band.min), CountScale.edges.contains(band.max) { #expect(found == band) }
      classes.insert(found)
    }
    #expect(CountScale.roundedDown(35) == 32 && CountScale.roundedDown(32) == 32 && CountScale.roundedDown(0) == 0)
  }

  @Test func `does not fail for absurd counts`() {
    _ = PoolClassLadder.band(PoolBand(min: .max, max: .max), demand: .max, ipsPerENI: 0, limit: .min)
    _ = PoolClassLadder.band(PoolBand(min: 3, max: .max), demand: -5, ipsPerENI: -1, limit: .max)
  }
}
