import KubernetesModel
import Prometheus
import Serialization
import TerwayModel

/// Whether the queries and regular expressions that a person wrote can be read, and give what is wanted.
struct QueryChecks {
  let spec: MonitoringProfileSpec

  var violations: [Violation] {
    violations(of: spec.metrics.custom) { .spec("metrics", "custom", $0) } + panels + expressions
  }

  /// - Parameter path: of the entry with a number.
  func violations(
    of metrics: [MonitoringProfileSpec.Metrics.Custom], at path: (Int) -> [PathElement]
  ) -> [Violation] {
    metrics.enumerated().flatMap { index, custom -> [Violation] in
      read(custom.query, at: path(index) + [.key("query")], takesVariables: false) { expression in
        let type = expression.valueType
        guard type == .instantVector || type == .scalar && custom.labels.isEmpty else {
          return
            "gives \(type.rawValue), and a metric\(custom.labels.isEmpty ? "" : " with labels") is made of an instant vector"
        }
        return expression.metricNames.contains(custom.name) ? "reads the metric that it defines" : nil
      }
    }
  }

  private var panels: [Violation] {
    spec.dashboards.custom.enumerated().flatMap { index, panel in
      read(panel.query, at: .spec("dashboards", "custom", index, "query"), takesVariables: true) { expression in
        let type = expression.valueType
        return type == .instantVector || type == .scalar
          ? nil : "gives \(type.rawValue), and a panel draws an instant vector at each point in time"
      }
    }
  }

  private func read(
    _ query: String, at path: [PathElement], takesVariables: Bool, check: (PromQL) -> String?
  ) -> [Violation] {
    do throws(PromQLSyntaxError) {
      let expression = try parsed(query, takesVariables: takesVariables)
      return check(expression).map { [Violation(at: path, value: .string(query), $0)] } ?? []
    } catch {
      return [Violation(at: path, value: .string(query), "is not PromQL: \(error)")]
    }
  }

  /// Without a version any function may turn out to be known to the servers that are found.
  private func parsed(_ query: String, takesVariables: Bool) throws(PromQLSyntaxError) -> PromQL {
    let version = PrometheusVersion(spec.metrics.prometheusVersion)
    do throws(PromQLSyntaxError) {
      return try PromQL(
        parsing: query, as: .init(version: version ?? .baseline, takesVariables: takesVariables))
    } catch {
      if version == nil,
        let newer = try? PromQL(parsing: query, as: .init(version: .init(3, 0), takesVariables: takesVariables))
      {
        return newer
      }
      throw error
    }
  }

  private var expressions: [Violation] {
    let keep = spec.metrics.keep.enumerated().map { index, text in
      (path: [PathElement].spec("metrics", "keep", index), text: text)
    }
    let steps = [("relabelings", spec.metrics.relabelings), ("metricRelabelings", spec.metrics.metricRelabelings)]
      .flatMap { list, steps in
        steps.enumerated().map { index, step in
          (path: [PathElement].spec("metrics", list, index, "regex"), text: step.regex)
        }
      }
    return (keep + steps).compactMap { path, text in
      RegularExpression.problem(in: text).map { problem in
        Violation(at: path, value: .string(text), "must be a regular expression (RE2), and has \(problem)")
      }
    }
  }
}
