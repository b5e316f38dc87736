import Prometheus
import Testing

struct `Prometheus version` {
  @Test(arguments: [
    ("2.42", PrometheusVersion(2, 42)), ("2.42.0", PrometheusVersion(2, 42)), ("v3.1.0-rc.1", PrometheusVersion(3, 1)),
    ("3", nil), ("", nil), ("latest", nil), ("2.x", nil), ("-2.1", nil),
    ("+2.42", nil), ("2.+42", nil), ("2..42", nil), (".42", nil), ("2.", nil), (" 2.42", nil), ("2.42\0", nil),
    ("v", nil), ("vv2.42", nil), ("٢.٤", nil), ("2.99999999999999999999", nil), ("\u{FEFF}2.42", nil),
  ])
  func `is read from text`(text: String, version: PrometheusVersion?) {
    #expect(PrometheusVersion(text) == version)
  }

  @Test(arguments: [
    (PrometheusVersion(2, 41), [false, false, false]), (PrometheusVersion(2, 42), [true, false, false]),
    (PrometheusVersion(2, 53), [true, true, false]), (PrometheusVersion(3, 0), [true, true, true]),
  ])
  func `gates what rule files may contain`(version: PrometheusVersion, known: [Bool]) {
    #expect([version.knowsKeepFiringFor, version.knowsQueryOffset, version.knowsGroupLabels] == known)
  }
}
