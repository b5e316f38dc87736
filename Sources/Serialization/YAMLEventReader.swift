import CYAML

/// One event of libyaml's parser.
struct YAMLEvent {
  enum Kind {
    case documentStart, documentEnd, streamEnd
    case alias(String)
    case scalar(String, isPlain: Bool)
    case sequenceStart, sequenceEnd
    case mappingStart, mappingEnd
  }

  var kind: Kind
  var anchor: String?
  var tag: String?
  var location: SourceLocation
}

/// Pulls events from libyaml. The bytes must outlive it.
struct YAMLEventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeRawBufferPointer
  private let file: String

  init(_ bytes: UnsafeRawBufferPointer, file: String) throws(YAMLError) {
    (self.bytes, self.file) = (bytes, file)
    parser = .allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      throw .malformed("out of memory", at: SourceLocation(file: file, line: 1, column: 1))
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  mutating func next() throws(YAMLError) -> YAMLEvent {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { throw error() }
      defer { yaml_event_delete(&event) }
      if let event = translate(event) { return event }
    }
  }

  /// `nil` for an event that says nothing.
  private func translate(_ event: yaml_event_t) -> YAMLEvent? {
    func make(
      _ kind: YAMLEvent.Kind, _ anchor: UnsafePointer<yaml_char_t>?, _ tag: UnsafePointer<yaml_char_t>?
    )
      -> YAMLEvent
    {
      YAMLEvent(kind: kind, anchor: text(anchor), tag: text(tag), location: location(event.start_mark))
    }
    switch event.type {
    case YAML_STREAM_END_EVENT: return make(.streamEnd, nil, nil)
    case YAML_DOCUMENT_START_EVENT: return make(.documentStart, nil, nil)
    case YAML_DOCUMENT_END_EVENT: return make(.documentEnd, nil, nil)
    case YAML_ALIAS_EVENT: return make(.alias(text(event.data.alias.anchor) ?? ""), nil, nil)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      return make(.scalar(value, isPlain: isPlain), scalar.anchor, scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      return make(.sequenceStart, event.data.sequence_start.anchor, event.data.sequence_start.tag)
    case YAML_SEQUENCE_END_EVENT: return make(.sequenceEnd, nil, nil)
    case YAML_MAPPING_START_EVENT:
      return make(.mappingStart, event.data.mapping_start.anchor, event.data.mapping_start.tag)
    case YAML_MAPPING_END_EVENT: return make(.mappingEnd, nil, nil)
    default: return nil
    }
  }

  private func text(_ pointer: UnsafePointer<yaml_char_t>?) -> String? { pointer.map { String(cString: $0) } }

  private func location(_ mark: yaml_mark_t) -> SourceLocation {
    SourceLocation(file: file, line: mark.line + 1, column: mark.column + 1)
  }

  private func error() -> YAMLError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "out of memory"
    switch state.error {
    case YAML_READER_ERROR:
      var cursor = SourceCursor(bytes)
      return .malformed(problem, at: cursor.node(at: state.problem_offset).location(in: file))
    case YAML_MEMORY_ERROR:
      return .malformed("out of memory", at: location(state.mark))
    default:
      let location = withinFile(location(state.problem_mark))
      guard let context = state.context.map({ String(cString: $0) }) else { return .malformed(problem, at: location) }
      return .malformed("\(problem) \(context) that starts on line \(state.context_mark.line + 1)", at: location)
    }
  }

  /// libyaml counts one more line at the end of a file that does not end with a line break.
  private func withinFile(_ location: SourceLocation) -> SourceLocation {
    var cursor = SourceCursor(bytes)
    let end = cursor.node(at: bytes.count).location(in: file)
    return (location.line, location.column) > (end.line, end.column) ? end : location
  }
}
