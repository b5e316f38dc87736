extension History {
  /// The readings that were not like those before them, in the order of time.
  ///
  /// - Parameters:
  ///   - threshold: the least surprise of what is reported, from 0 to ``AnomalyDetector/greatestSurprise``.
  ///   - leastShare: the least difference of what is reported, as a share of what is usual, at least 0.
  ///   - start: only what is not before this, in seconds since 1970; what is before is learned from.
  ///   - fresh: what is not before this is told whatever happened before, in seconds since 1970.
  public func anomalies(
    threshold: Double = AnomalyDetector.usualThreshold, leastShare: Double = 0, since start: Double = -.infinity,
    afresh fresh: Double = .infinity
  ) -> [Anomaly] {
    guard let interval else { return [] }
    var detector = AnomalyDetector(interval: interval, leastShare: leastShare)
    var isFresh = false
    return readings.compactMap { reading in
      if !isFresh, reading.time >= fresh {
        detector.forgetWhatWasTold()
        isFresh = true
      }
      guard let anomaly = detector.add(reading.value, at: reading.time) else { return nil }
      return anomaly.surprise >= threshold && anomaly.time >= start ? anomaly : nil
    }
  }
}
