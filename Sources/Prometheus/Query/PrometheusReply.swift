import Serialization

/// The envelope of every answer of the query API.
struct PrometheusReply: JSONDecodable {
  private(set) var isSuccess = false
  private(set) var series: [PrometheusSeries] = []
  private(set) var warnings: [String] = []
  private(set) var errorType = ""
  private(set) var error = ""

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "status": isSuccess = try reader.readString() == "success"
      case "errorType": errorType = try String?(json: &reader) ?? ""
      case "error": error = try String?(json: &reader) ?? ""
      case "warnings": warnings = try [String]?(json: &reader) ?? []
      case "data":
        guard try reader.peekType() == .object else { return }
        try readData(&reader)
      default: break
      }
    }
  }

  /// A vector or a matrix is a list of series; a scalar a single sample.
  private mutating func readData(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      guard key == "result", try reader.peekType() == .array else { return }
      series = try reader.attempt { (reader) throws(JSONError) in
        try [PrometheusSeries](json: &reader)
      } recover: { (error, reader) throws(JSONError) in
        let listError = error
        do throws(JSONError) {
          return [PrometheusSeries(labels: [:], samples: [try PrometheusSeries.Sample(json: &reader)])]
        } catch {
          throw listError
        }
      }
    }
  }
}
