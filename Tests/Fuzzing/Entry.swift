import Foundation

/// A parser, and what has to hold for it whatever it is given. A trap or an expectation that fails is a finding.
struct Entry: Sendable {
  let name: String
  let run: @Sendable ([UInt8]) -> Void

  init(_ name: String, _ run: @escaping @Sendable ([UInt8]) -> Void) {
    self.name = name
    self.run = run
  }

  static let all = [
    Entry("json", JSONProperties.check),
    Entry("json-items", JSONItemProperties.check),
    Entry("yaml", YAMLProperties.check),
    Entry("kubeconfig", KubeconfigProperties.check),
    Entry("watch", WatchProperties.check),
    Entry("response-head", ResponseHeadProperties.check),
    Entry("http-request", HTTPRequestProperties.check),
    Entry("values", ValueProperties.check),
    Entry("custom-resource", CustomResourceProperties.check),
    Entry("promql", PromQLProperties.check),
  ]
}

/// Ends the process when something does not hold, so that the fuzzer keeps the input.
func expect(_ holds: Bool, _ message: @autoclosure () -> String) {
  if !holds { fatalError(message()) }
}

/// Cuts bytes into pieces of any size, none of them empty. The same bytes and seed give the same pieces.
func pieces(of bytes: ArraySlice<UInt8>, seed: UInt8) -> [[UInt8]] {
  var pieces: [[UInt8]] = []
  var rest = bytes
  var state = UInt32(seed) &+ 1
  while !rest.isEmpty {
    state = state &* 1_664_525 &+ 1_013_904_223
    // Mostly short ones: what goes wrong does so at the ends.
    let size = 1 + Int(state >> 24) >> Int(state >> 20 & 7)
    pieces.append(Array(rest.prefix(size)))
    rest = rest.dropFirst(size)
  }
  return pieces
}
