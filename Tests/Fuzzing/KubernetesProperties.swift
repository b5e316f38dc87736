import KubernetesModel
import Prometheus
import Serialization
import TerwayModel

@testable import KubernetesClient

enum KubeconfigProperties {
  /// Every error names the file. The files that an entry refers to are not read: a fuzzer would name any.
  static func check(_ bytes: [UInt8]) {
    do throws(ConfigurationError) {
      let kubeconfig = try Kubeconfig(bytes: bytes, file: "config")
      expect(kubeconfig.contextNames.count == kubeconfig.contexts.count, "contexts without names")
    } catch {
      expect("\(error)".hasPrefix("config"), "\(error) does not name the file")
    }
  }
}

enum WatchProperties {
  /// The first byte says how the rest is cut, as chunks of a watch are. The events must not depend on it.
  static func check(_ bytes: [UInt8]) {
    guard bytes.count > 1 else { return }
    let whole = read([Array(bytes[1...])])
    let cut = read(pieces(of: bytes[1...], seed: bytes[0]))
    expect(whole == cut, "cut with seed \(bytes[0]): \(cut), whole: \(whole)")
  }

  private static func read(_ chunks: [[UInt8]]) -> [String] {
    var scanner = JSONItemScanner(.lines)
    var events: [String] = []
    do throws(JSONError) {
      for chunk in chunks {
        try scanner.feed(chunk) { (reader) throws(JSONError) in
          try reader.attempt { (reader) throws(JSONError) in
            events.append("\(try WatchEvent<MetadataOnly>(json: &reader))")
          } recover: { (error, reader) throws(JSONError) in
            events.append("\(error)")
            try reader.skipValue()
          }
        }
      }
      _ = try scanner.finish()
    } catch {
      // An item that ends the stream may have been handed out twice.
      events.removeLast(events.count - scanner.itemCount)
      events.append("ended by \(error)")
    }
    return events
  }
}

enum ValueProperties {
  /// Short texts of any kind; what can be written reads back the same.
  static func check(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let duration = KubernetesDuration.parse(text) {
      expect(duration >= .zero, "\(text) is negative")
      let written = KubernetesDuration.text(duration)
      let again = KubernetesDuration.parse(written)
      expect(
        again.map(KubernetesDuration.text) == written, "\(text) becomes \(written), then \(String(describing: again))")
    }
    if let duration = DurationText(text) {
      expect(duration.duration >= .zero, "\(text) is negative")
      _ = KubernetesDuration.text(duration.duration)
    }
    if let quantity = Quantity(text) { expect(quantity.value.isFinite, "\(text) is \(quantity.value)") }
    if let version = PrometheusVersion(text) {
      expect(PrometheusVersion("\(version)") == version, "\(text) becomes \(version)")
    }
    if let selector = try? LabelSelector(jsonBytes: bytes), let labels = selector.satisfyingLabels {
      expect(selector.matches(labels), "\(labels) do not satisfy \(selector.queryText)")
    }
    let version = ResourceVersion(text)
    expect(version.isAtLeast(version) == true, "\(text) is older than itself")
    _ = try? StatusError(jsonBytes: bytes)
    _ = try? ObjectMeta(jsonBytes: bytes)
  }
}

enum CustomResourceProperties {
  /// What validation finds nothing wrong with is also read, for both of our kinds.
  static func check(_ bytes: [UInt8]) {
    guard let documents = try? YAML.documents(in: bytes, file: "f") else { return }
    for document in documents {
      let object = document.value
      let ofProfile = MonitoringProfile.validate(object)
      let ofPolicy = EniAutoscalePolicy.validate(object)
      for violation in ofProfile + ofPolicy {
        _ = document.nearestLocation(to: violation.path)
        _ = violation.description
      }
      do throws(JSONError) {
        let profile = try MonitoringProfile(object)
        let policy = try EniAutoscalePolicy(object)
        if ofProfile.isEmpty, case .failure(let error) = profile.spec {
          fatalError("a valid profile is refused: \(error)")
        }
        if ofPolicy.isEmpty, case .failure(let error) = policy.spec() {
          fatalError("a valid policy is refused: \(error)")
        }
      } catch {
        expect(!ofProfile.isEmpty && !ofPolicy.isEmpty, "a valid object is refused: \(error)")
      }
    }
  }
}
