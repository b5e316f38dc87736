import KubernetesModel
import Serialization
import TerwayModel
import Testing

struct `The mode of a node` {
  private static let filled =
    #"{"metadata": {"name": "n"}, "spec": {"nodeCap": {"adapters": 4, "ipv4PerAdapter": 10}}}"#
  private static let prefixes =
    #"{"metadata": {"name": "n"}, "spec": {"nodeCap": {"adapters": 4}, "eni": {"enableIPPrefix": true}}}"#
  private static let empty = #"{"metadata": {"name": "n"}}"#
  private static let central = #"{"ipam_type": "crd"}"#

  @Test(
    arguments: [
      // Labels of the Node, the Node resource, the cluster's configuration, the node's own.
      ("{}", filled, central, nil, .crd),
      ("{}", empty, central, nil, .crd),
      ("{}", nil, central, nil, .unmanaged),
      ("{}", filled, nil, nil, .crd),
      ("{}", empty, nil, nil, .unmanaged),
      ("{}", filled, "{}", nil, .legacy),
      ("{}", nil, #"{"ipam_type": "other"}"#, nil, .legacy),
      ("{}", filled, "{}", central, .crd),
      ("{}", filled, central, #"{"ipam_type": null}"#, .legacy),
      ("{}", prefixes, central, nil, .prefix),
      ("{}", filled, central, #"{"enable_ip_prefix": true}"#, .prefix),
      ("{}", filled, #"{"ipam_type": "crd", "enable_ip_prefix": true}"#, #"{"enable_ip_prefix": null}"#, .crd),
      (#"{"k8s.aliyun.com/exclusive-mode-eni-type": "eniOnly"}"#, filled, central, nil, .exclusive),
      (#"{"k8s.aliyun.com/exclusive-mode-eni-type": "default"}"#, filled, central, nil, .crd),
      (#"{"alibabacloud.com/lingjun-worker": "true"}"#, filled, central, nil, .lingJun),
      (#"{"alibabacloud.com/lingjun-worker": "false"}"#, filled, central, nil, .crd),
      (#"{"type": "virtual-kubelet"}"#, filled, central, nil, .unmanaged),
    ] as [(String, String?, String?, String?, NodeMode)])
  func `follows its labels, its Node resource, and the configuration of the cluster and its own`(
    labels: String, resource: String?, base: String?, own: String?, mode: NodeMode
  ) throws {
    let node = try ClusterNode(jsonText: #"{"metadata": {"name": "n", "labels": \#(labels)}}"#)
    let found = NodeMode(
      node, resource: try resource.map { try TerwayNode(jsonText: $0) },
      base: base.flatMap { EniConfiguration(text: $0) }, own: own.flatMap { EniConfiguration(text: $0) })
    #expect(found == mode)
  }
}
