import KubernetesClient
import KubernetesModel
import Serialization
import TerwaySimulation

/// `terway-simulator fault`: writes the annotation, as `kubectl annotate` does.
struct FaultCommand {
  private var connection = ConnectionOptions()
  private var nodes: [String] = []
  private var faults: [String] = []
  private var clears = false

  init(_ words: [String]) throws {
    var words = Words(words)
    while let word = words.next() {
      switch word {
      case "--node": nodes.append(try words.value(of: word))
      case "--clear": clears = true
      case _ where word.hasPrefix("-"): try connection.take(word, &words)
      default: faults.append(word)
      }
    }
    guard !nodes.isEmpty else { throw SimulatorError.usage("--node is missing") }
    guard !faults.isEmpty || clears else { throw SimulatorError.usage("no fault is named") }
    for fault in faults where StandIn.Fault(rawValue: fault) == nil {
      throw SimulatorError.usage("there is no fault \(fault)")
    }
  }

  /// Adds the faults to those that each node has; with `--clear` takes them away, or all where none is named.
  func run() async throws {
    let client = try Program.client(connection)
    for node in nodes {
      let key = ObjectKey(name: node)
      let view = try await client.get(NodeView.self, key)
      let present = Set(view.facts.faults.split(separator: ",").map(String.init))
      let wanted = clears ? (faults.isEmpty ? [] : present.subtracting(faults)) : present.union(faults)
      let text = wanted.sorted().joined(separator: ",")
      let patch: JSONValue = [
        "metadata": ["annotations": [StandIn.faultsAnnotation: text.isEmpty ? .null : .string(text)]]
      ]
      _ = try await client.patch(
        NodeView.resource, key, .merge, patch, fieldManager: Installation.manager, as: MetadataOnly.self)
      print("\(node): \(text.isEmpty ? "no fault" : text)")
    }
  }
}
