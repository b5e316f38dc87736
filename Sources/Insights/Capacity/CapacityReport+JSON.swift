import Serialization

extension CapacityReport {
  /// As `docs/reference/capacity.md` describes it. What is not known is absent; what lies beyond the horizon is null.
  public var json: JSONValue {
    var json: JSONValue = [
      "time": .number(time), "horizonDays": .integer(Int64(horizon)), "needsAction": .bool(needsAction),
      "assumptions": assumptions.json, "subjects": .array(assessments.map(\.json)),
      "nodeGroups": .array(plans.map(\.json)), "unknown": .array(unknown.map(JSONValue.string)),
    ]
    if let source {
      json["history"] = [
        "url": .string(source.url), "days": .number(source.days), "stepSeconds": .number(source.step),
      ]
    }
    return json
  }
}

extension CapacityAssumptions {
  fileprivate var json: JSONValue {
    var json: JSONValue = ["growth": .number(growth)]
    json["podsPerNode"] = podsPerNode.map { .integer(Int64($0)) }
    json["adapters"] = adapters.map { .integer(Int64($0)) }
    json["ipsPerENI"] = ipsPerENI.map { .integer(Int64($0)) }
    json["maxENIs"] = maxENIs.map { .integer(Int64($0)) }
    return json
  }
}

extension CapacityAssessment {
  fileprivate var json: JSONValue {
    var json: JSONValue = [
      "kind": .string(subject.kind.rawValue), "name": .string(subject.name), "nodes": .integer(Int64(nodes)),
      "used": .integer(Int64(used)), "capacity": .integer(Int64(capacity.pods)),
      "bound": .string(capacity.bound.rawValue), "capacityAtMaxENIs": .integer(Int64(capacity.atMaxENIs)),
      "utilization": .number(Self.rounded(utilization, 4)), "needsAction": .bool(needsAction),
      "findings": .array(findings.map { ["name": .string($0.name), "text": .string("\($0)")] }),
    ]
    json["forecast"] = forecast?.json
    json["exhaustionDays"] = exhaustion?.json
    json["maxENIsDays"] = maximum?.json
    return json
  }

  fileprivate static func rounded(_ value: Double, _ digits: Int) -> Double {
    let scale = [1.0, 10, 100, 1000, 10_000][digits]
    return (value * scale).rounded() / scale
  }
}

extension Exhaustion {
  fileprivate var json: JSONValue {
    func day(_ value: Double?) -> JSONValue { value.map { .number(CapacityAssessment.rounded($0, 1)) } ?? .null }
    return ["early": day(early), "expected": day(expected), "late": day(late)]
  }
}

extension Forecast {
  fileprivate var json: JSONValue {
    var json: JSONValue = [
      "start": .number(start), "level": .number(CapacityAssessment.rounded(level, 1)), "trendPerDay": trend.json(3),
      "days": .array(days.map { $0.json(1) }),
      "testedDays": .number(CapacityAssessment.rounded(accuracy.testedDays, 1)),
      "models": .array(
        ForecastModel.allCases.map { model in
          var entry: JSONValue = [
            "name": .string(model.rawValue),
            "weight": .number(CapacityAssessment.rounded(accuracy.weights[model] ?? 0, 3)),
          ]
          entry["meanError"] = accuracy.modelErrors[model].map { .number(CapacityAssessment.rounded($0, 2)) }
          return entry
        }),
    ]
    json["meanError"] = accuracy.meanError.map { .number(CapacityAssessment.rounded($0, 2)) }
    json["weekOffsets"] = week.map { .array($0.map { .number(CapacityAssessment.rounded($0, 1)) }) }
    json["hourShares"] = hours.map { .array($0.map { .number(CapacityAssessment.rounded($0, 3)) }) }
    return json
  }
}

extension Forecast.Range {
  fileprivate func json(_ digits: Int) -> JSONValue {
    [
      "low": .number(CapacityAssessment.rounded(low, digits)), "mid": .number(CapacityAssessment.rounded(mid, digits)),
      "high": .number(CapacityAssessment.rounded(high, digits)),
    ]
  }
}

extension NodeGroupPlan {
  fileprivate var json: JSONValue {
    var json: JSONValue = [
      "instanceType": .string(instanceType), "nodes": .integer(Int64(nodes)),
      "minPoolSize": .integer(Int64(band.min)), "maxPoolSize": .integer(Int64(band.max)),
      "idleOnFullestNodes": .integer(Int64(ahead)),
      "enisPerNode": [
        "average": .integer(Int64(enisPerNode.lowerBound)), "fullest": .integer(Int64(enisPerNode.upperBound)),
      ],
    ]
    if let nodesToAdd {
      json["nodesToAdd"] = [
        "expected": .integer(Int64(nodesToAdd.expected)), "cautious": .integer(Int64(nodesToAdd.cautious)),
      ]
    }
    if case .replay(let rounds, let nodes) = basis {
      json["basis"] = ["rounds": .integer(Int64(rounds)), "nodes": .integer(Int64(nodes))]
    }
    return json
  }
}
