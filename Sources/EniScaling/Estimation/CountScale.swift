/// Counts on a geometric scale: each up to 6, then in steps of at most a quarter. For histograms, and for the classes of
/// bands, of which there must not be too many.
public enum CountScale {
  public static let edges: [Int] = [
    0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    384,
    448, 512, 640, 768, 896, 1024,
  ]

  /// One more than the edges: the last is for all that is above them.
  static let buckets = edges.count + 1

  /// The bucket of a count: that of the first edge that is not below it.
  static func bucket(_ count: Int) -> Int {
    if count <= 6 { return max(0, count) }
    var (low, high) = (7, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] < count { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The smallest class that is not below a count; the count itself above all classes.
  public static func roundedUp(_ count: Int) -> Int {
    let bucket = bucket(count)
    return bucket < edges.count ? edges[bucket] : count
  }

  /// The largest class that is not above a count; the count itself above all classes.
  public static func roundedDown(_ count: Int) -> Int {
    let bucket = bucket(count)
    guard bucket < edges.count else { return count }
    return edges[bucket] > count && bucket > 0 ? edges[bucket - 1] : edges[bucket]
  }
}
