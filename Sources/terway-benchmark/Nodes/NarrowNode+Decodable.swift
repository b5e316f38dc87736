import KubernetesModel

/// A list of nodes as Foundation's `JSONDecoder` reads it.
struct NarrowNodeList: Decodable {
  var items: [NarrowNode]
}

extension NarrowNode: Decodable {
  private enum Key: CodingKey { case metadata, spec, status, nodeMetadata, nodeCap, networkInterfaces }
  private enum MetadataKey: CodingKey {
    case name, namespace, uid, resourceVersion, generation, creationTimestamp, labels, annotations, finalizers
  }
  private enum SpecKey: CodingKey { case instanceType, zoneID, adapters, ipv4PerAdapter }

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Key.self)
    let metadata = try object.nestedContainer(keyedBy: MetadataKey.self, forKey: .metadata)
    self.metadata = ObjectMeta(
      name: try metadata.decode(String.self, forKey: .name),
      namespace: try metadata.decodeIfPresent(String.self, forKey: .namespace))
    self.metadata.uid = try metadata.decode(String.self, forKey: .uid)
    self.metadata.resourceVersion = ResourceVersion(try metadata.decode(String.self, forKey: .resourceVersion))
    self.metadata.generation = try metadata.decode(Int64.self, forKey: .generation)
    self.metadata.creationTimestamp = try metadata.decode(String.self, forKey: .creationTimestamp)
    self.metadata.labels = try metadata.decode([String: String].self, forKey: .labels)
    self.metadata.annotations = try metadata.decode([String: String].self, forKey: .annotations)
    self.metadata.finalizers = try metadata.decode([String].self, forKey: .finalizers)
    let spec = try object.nestedContainer(keyedBy: Key.self, forKey: .spec)
    let origin = try spec.nestedContainer(keyedBy: SpecKey.self, forKey: .nodeMetadata)
    instanceType = try origin.decode(String.self, forKey: .instanceType)
    zone = try origin.decode(String.self, forKey: .zoneID)
    let capacity = try spec.nestedContainer(keyedBy: SpecKey.self, forKey: .nodeCap)
    adapters = try capacity.decode(Int.self, forKey: .adapters)
    addressesPerAdapter = try capacity.decode(Int.self, forKey: .ipv4PerAdapter)
    let status = try object.nestedContainer(keyedBy: Key.self, forKey: .status)
    interfaces = try Array(status.decode([String: Interface].self, forKey: .networkInterfaces).values)
  }
}

extension NarrowNode.Interface: Decodable {
  private enum Key: CodingKey { case id, networkInterfaceType, status, ipv4 }
  private struct Address: Decodable { var podID: String? }

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Key.self)
    id = try object.decode(String.self, forKey: .id)
    type = try object.decode(String.self, forKey: .networkInterfaceType)
    status = try object.decode(String.self, forKey: .status)
    let addresses = try object.decode([String: Address].self, forKey: .ipv4)
    self.addresses = addresses.count
    used = addresses.values.count { $0.podID != nil }
  }
}
