import Insights
import TerwaySimulation

extension Benchmark {
  /// The anomaly detector on the files of the Numenta Anomaly Benchmark.
  static let nab = Benchmark(
    name: "nab", summary: "the Numenta Anomaly Benchmark's score of the anomaly detector", needsCorpus: true
  ) { setting in
    guard let directory = setting.nab else { throw BenchmarkError("nab needs --nab DIR") }
    let corpus = try NABCorpus(directory)
    return {
      let watch = Stopwatch()
      let results = corpus.files.map(detect)
      let time = watch.cpu
      let count = results.reduce(0) { $0 + $1.surprises.count }
      let scores = corpus.profiles.map { ($0, NABScoring.best(results, $0)) }
      let windows = results.reduce(0) { $0 + $1.windows.count }
      return scores.map { profile, score in
        let name = "profile \(profile.name), threshold \(score.threshold.fixed(2))"
        return Measurement(name, score.value, "of 100", profile.name == "standard" ? .atLeast(65) : nil)
      } + [
        Measurement("files", Double(results.count), ""), Measurement("windows", Double(windows), ""),
        Measurement("a reading", time / Double(count) * 1e6, "µs of CPU"),
      ]
    }
  }

  /// The interval is that of the first readings, which do not count.
  static func detect(_ file: NABCorpus.File) -> NABResult {
    let beginning = History(Array(file.readings.prefix(NABScoring.probationary(file.readings.count))))
    var detector = AnomalyDetector(interval: beginning.interval ?? 300)
    let surprises = file.readings.map { detector.add($0.value, at: $0.time)?.surprise ?? 0 }
    return NABResult(name: file.name, windows: file.windows, surprises: surprises)
  }
}
