import EniScaling
import TerwayModel

/// The policy that is to be tried.
enum PolicyFile {
  /// Says on standard error what is wrong with the file; `nil` when anything is.
  ///
  /// - Parameter path: `nil` = the policy whose every field has its default.
  static func policy(_ path: String?, _ invocation: Invocation) throws -> ScalingPolicy? {
    guard let path else { return ScalingPolicy(EniAutoscalePolicySpec()) }
    var set = ResourceSet(ignoresForeign: false)
    set.add(try FileDescriptor.bytes(ofFile: path), of: InputFile(name: path, isNamed: true))
    guard set.findings.isEmpty else {
      for finding in set.findings { invocation.output.tell("\(finding)") }
      invocation.output.error("\(set.findingCount): nothing is simulated")
      return nil
    }
    let policies = set.resources.filter { $0.kind.type == EniAutoscalePolicy.resource }
    guard let resource = policies.first, policies.count == 1 else {
      let name = EniAutoscalePolicy.resource.kind.kind
      invocation.output.error("\(path) must hold one \(name), but holds \(policies.count): nothing is simulated")
      return nil
    }
    return ScalingPolicy(try EniAutoscalePolicy(resource.value).spec().get())
  }
}
