extension [Double] {
  /// The quantile of values in any order, between two of them on a line; not a number when there are none. Changes their order.
  ///
  /// By selection instead of sorting (Hoare, "Algorithm 65: find", Communications of the ACM 4, 1961): of the slopes of all
  /// pairs only three are of interest.
  mutating func selectQuantile(_ share: Double) -> Double {
    guard !isEmpty else { return .nan }
    let position = Swift.min(Swift.max(share, 0), 1) * Double(count - 1)
    let rank = Int(position)
    let low = select(rank)
    guard rank + 1 < count, position > Double(rank) else { return low }
    let high = self[(rank + 1)...].min() ?? low
    return low + (high - low) * (position - Double(rank))
  }

  /// The value that has so many before it in the order of size; afterwards those are before it, and no less ones behind.
  private mutating func select(_ rank: Int) -> Double {
    withUnsafeMutableBufferPointer { values in
      var (first, last) = (0, values.count - 1)
      while first < last {
        let pivot = Self.median(values[first], values[(first + last) / 2], values[last])
        var (left, right) = (first, last)
        while left <= right {
          while values[left] < pivot { left += 1 }
          while values[right] > pivot { right -= 1 }
          guard left <= right else { break }
          values.swapAt(left, right)
          (left, right) = (left + 1, right - 1)
        }
        if rank <= right { last = right } else if rank >= left { first = left } else { break }
      }
      return values[rank]
    }
  }

  private static func median(_ one: Double, _ two: Double, _ three: Double) -> Double {
    Swift.max(Swift.min(one, two), Swift.min(Swift.max(one, two), three))
  }

  /// Of values in the order of size, between two of them on a line; not a number when there are none.
  func sortedQuantile(_ share: Double) -> Double {
    guard !isEmpty else { return .nan }
    let position = Swift.min(Swift.max(share, 0), 1) * Double(count - 1)
    let low = Int(position)
    let high = Swift.min(low + 1, count - 1)
    return self[low] + (self[high] - self[low]) * (position - Double(low))
  }
}
