/// Puts bands on the geometric scale, so that a cluster needs few classes of pools.
public enum PoolClassLadder {
  /// The band on the scale that comes to the same number of ENIs: the next one above where there is such, else the next one
  /// below. A band between two steps that fits neither stays as it is.
  ///
  /// - Parameters:
  ///   - demand: addresses that pods have or wait for.
  ///   - ipsPerENI: addresses of an ENI.
  ///   - limit: addresses that the node may have in all.
  public static func band(_ band: PoolBand, demand: Int, ipsPerENI: Int, limit: Int) -> PoolBand {
    let size = max(1, ipsPerENI)
    // What is observed may be absurd.
    let demand = max(0, min(demand, 1 << 32))
    let band = PoolBand(min: min(band.min, 1 << 32), max: min(band.max, 1 << 32))
    func enis(_ idle: Int) -> Int { (demand + idle + min(size, 1 << 32) - 1) / size }
    func step(_ count: Int, isAllowed: (Int) -> Bool) -> Int {
      let (above, below) = (CountScale.roundedUp(count), CountScale.roundedDown(count))
      if enis(above) == enis(count), isAllowed(above) { return above }
      return enis(below) == enis(count) && isAllowed(below) ? below : count
    }
    let minimum = step(band.min) { demand + $0 <= max(limit, demand + band.min) }
    let maximum = step(band.max) { $0 >= minimum }
    return PoolBand(min: minimum, max: maximum)
  }
}
