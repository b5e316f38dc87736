/// Builds values from events, resolving aliases and merge keys within bounds.
struct YAMLComposer: ~Copyable {
  private var events: YAMLEventReader
  private var anchors: [String: Node] = [:]
  /// Anchors of the values that are being read.
  private var openAnchors: Set<String> = []
  private var depth = 0
  /// What the aliases of the document stand for so far.
  private var expansion = 0

  /// A value with what is needed to bound its copies.
  private struct Node {
    var value: JSONValue
    var source: SourceNode
    /// About how many bytes it takes to write.
    var weight: Int
    /// How deep arrays and objects are nested in it.
    var height = 0

    /// Counts a value as part of this one.
    mutating func include(_ part: Node) {
      weight += part.weight
      height = max(height, part.height + 1)
    }
  }

  init(_ bytes: UnsafeRawBufferPointer, file: String) throws(YAMLError) {
    events = try YAMLEventReader(bytes, file: file)
  }

  /// The next document that has content; `nil` at the end of the file.
  mutating func nextDocument() throws(YAMLError) -> YAMLDocument? {
    while true {
      let event = try events.next()
      switch event.kind {
      case .streamEnd: return nil
      case .documentStart:
        (anchors, expansion) = ([:], 0)
        let root = try events.next()
        let node = try node(root)
        _ = try events.next()  // the end of the document
        if case .scalar("", isPlain: true) = root.kind, root.tag == nil { continue }
        return YAMLDocument(file: event.location.file, value: node.value, source: node.source)
      default: continue
      }
    }
  }

  private mutating func node(_ event: YAMLEvent) throws(YAMLError) -> Node {
    if case .alias(let name) = event.kind { return try resolve(name, at: event.location) }
    if let anchor = event.anchor { openAnchors.insert(anchor) }
    let node =
      switch event.kind {
      case .scalar(let text, let isPlain): try scalar(text, isPlain: isPlain, event)
      case .sequenceStart:
        try nested(event, as: "seq") { composer, event throws(YAMLError) in
          try composer.sequence(event)
        }
      default: try nested(event, as: "map") { composer, event throws(YAMLError) in try composer.mapping(event) }
      }
    if let anchor = event.anchor {
      openAnchors.remove(anchor)
      anchors[anchor] = node
    }
    return node
  }

  private mutating func resolve(_ name: String, at location: SourceLocation) throws(YAMLError) -> Node {
    if openAnchors.contains(name) {
      throw .unsupported("the alias *\(name) refers to the value that it is part of", at: location)
    }
    guard var node = anchors[name] else { throw .unknownAnchor(name, at: location) }
    guard depth + node.height <= YAML.maximumDepth else { throw .tooDeep(limit: YAML.maximumDepth, at: location) }
    expansion += node.weight
    guard expansion <= YAML.maximumExpansion else {
      throw .tooMuchExpansion(limit: YAML.maximumExpansion, at: location)
    }
    node.source = node.source.at(location)
    return node
  }

  private func scalar(_ text: String, isPlain: Bool, _ event: YAMLEvent) throws(YAMLError) -> Node {
    do throws(YAMLScalar.Refusal) {
      let value = try YAMLScalar.value(of: text, isPlain: isPlain, tag: event.tag)
      return Node(value: value, source: SourceNode(at: event.location), weight: 8 + text.utf8.count)
    } catch {
      throw .unsupported(error.reason, at: event.location)
    }
  }

  /// Reads what is in a collection, one level deeper.
  private mutating func nested(
    _ event: YAMLEvent, as type: String,
    _ read: (inout YAMLComposer, YAMLEvent) throws(YAMLError) -> Node
  ) throws(YAMLError) -> Node {
    if let tag = event.tag, tag != YAMLScalar.tagPrefix + type, tag != "!" {
      throw .unsupported("unknown tag \(YAMLScalar.short(tag))", at: event.location)
    }
    depth += 1
    guard depth <= YAML.maximumDepth else { throw .tooDeep(limit: YAML.maximumDepth, at: event.location) }
    let node = try read(&self, event)
    depth -= 1
    return node
  }

  private mutating func sequence(_ start: YAMLEvent) throws(YAMLError) -> Node {
    var result = Node(value: .null, source: SourceNode(at: start.location), weight: 8, height: 1)
    var elements: [JSONValue] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { break }
      let element = try node(event)
      elements.append(element.value)
      result.source.elements.append(element.source)
      result.include(element)
    }
    result.value = .array(elements)
    return result
  }

  private mutating func mapping(_ start: YAMLEvent) throws(YAMLError) -> Node {
    var result = Node(value: .null, source: SourceNode(at: start.location), weight: 8, height: 1)
    var members: [String: JSONValue] = [:]
    var merged: (Node, SourceLocation)?
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind { break }
      if YAMLScalar.isMergeKey(event) {
        if let (_, first) = merged { throw .duplicateKey("<<", at: event.location, first: first) }
        merged = (try node(events.next()), event.location)
        continue
      }
      let key = try key(event)
      if let first = result.source.members[key] {
        let first = first.location(in: event.location.file)
        throw .duplicateKey(key, at: event.location, first: first)
      }
      let member = try node(events.next())
      members[key] = member.value
      result.source.members[key] = member.source.at(event.location)
      result.weight += key.utf8.count
      result.include(member)
    }
    if let (node, location) = merged { try merge(node, at: location, into: &result, &members) }
    result.value = .object(members)
    return result
  }

  /// The text of a key. Keys that are no strings become what Kubernetes makes of them.
  private mutating func key(_ event: YAMLEvent) throws(YAMLError) -> String {
    let value = try node(event).value
    guard let key = YAMLScalar.key(from: value) else {
      throw .unsupported(
        "a key must be a string, not \(value.isNull ? "null" : "an \(value.typeName)")", at: event.location)
    }
    return key
  }

  /// Adds the members of a mapping, or of several, that are not there yet: those that are written out win, then those of
  /// the mapping that is named first.
  private func merge(
    _ node: Node, at location: SourceLocation, into result: inout Node, _ members: inout [String: JSONValue]
  ) throws(YAMLError) {
    let refusal = YAMLError.unsupported("<< takes an alias of a mapping, or a sequence of such aliases", at: location)
    var origins: [(JSONValue, SourceNode)] = [(node.value, node.source)]
    if case .array(let elements) = node.value { origins = Array(zip(elements, node.source.elements)) }
    for (value, source) in origins {
      guard case .object(let additions) = value else { throw refusal }
      for (key, addition) in additions where members[key] == nil {
        members[key] = addition
        result.source.members[key] = source.members[key]
      }
    }
    result.include(node)
  }
}

extension SourceNode {
  init(at location: SourceLocation) { self.init(line: location.line, column: location.column) }
}
