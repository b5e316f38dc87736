/// Cuts a stream of JSON into items while it arrives, so that memory holds one item and not the whole answer.
///
/// Chunks may end anywhere, also inside a character or an escape. An item that lies within one chunk is read in place.
/// After an error the scanner is of no more use.
public struct JSONItemScanner: Sendable {
  /// Where the items are.
  public enum Layout: Hashable, Sendable {
    /// The elements of an array that is a member of the one object of the stream, as in the answer to a list.
    case list(itemsMember: String = "items")
    /// Objects one after another, with or without line breaks between them, as in the answer to a watch.
    case lines
  }

  /// Far above the 1.5 MiB that etcd takes by default.
  public static var defaultMaximumItemSize: Int { 16 << 20 }

  /// How many items were handed out.
  public private(set) var itemCount = 0

  private let layout: Layout
  private let maximumItemSize: Int
  private var state: State
  private var boundary = JSONValueBoundary()
  /// What arrived so far of a value that is not complete.
  private var pending: [UInt8] = []
  private var pendingPosition = JSONPosition()
  /// The object around the items, with an empty array in their place.
  private var envelope: [UInt8] = []
  private var nextIsItems = false
  private var hasItems = false
  /// Of the chunk that is fed next.
  private var position = JSONPosition()

  private enum State: Sendable {
    case beforeObject, beforeKey(isFirst: Bool), key, beforeColon, beforeValue, value, afterValue
    case beforeItem(isFirst: Bool), item, afterItem, end

    var isInsideValue: Bool {
      switch self {
      case .key, .value, .item: true
      default: false
      }
    }
  }

  /// - Parameter maximumItemSize: the longest item, in bytes, and the most that may be around the items of a list.
  public init(_ layout: Layout, maximumItemSize: Int = Self.defaultMaximumItemSize) {
    self.layout = layout
    self.maximumItemSize = maximumItemSize
    state = layout == .lines ? .beforeItem(isFirst: true) : .beforeObject
  }

  /// Takes the next bytes and calls `onItem` with a reader of each item that they complete. An item that it leaves unread
  /// is skipped. The item at which this throws may have been handed out twice, and ``itemCount`` leaves it out.
  ///
  /// - Throws: what `onItem` throws, placed in the stream; and errors in what is around the items.
  public mutating func feed(
    _ chunk: [UInt8], _ onItem: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try chunk.withUnsafeBufferPointer { chunk throws(JSONError) in try feed(UnsafeRawBufferPointer(chunk), onItem) }
  }

  /// Takes the next bytes from memory that is only lent.
  public mutating func feed(
    _ chunk: UnsafeRawBufferPointer, _ onItem: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    var index = 0
    while index < chunk.count {
      if state.isInsideValue {
        let start = index
        if let end = endOfLine(in: chunk, from: start),
          let rest = readLine(UnsafeRawBufferPointer(rebasing: chunk[start..<end]), onItem)
        {
          index = end - rest
          continue
        }
        let end = boundary.end(in: chunk, from: start)
        index = end ?? chunk.count
        let piece = UnsafeRawBufferPointer(rebasing: chunk[start..<index])
        guard pending.count + piece.count <= maximumItemSize, envelope.count <= maximumItemSize else {
          throw .tooLarge(limit: maximumItemSize, at: path(pending.isEmpty ? place(start, in: chunk) : pendingPosition))
        }
        if end == nil || !pending.isEmpty {
          if pending.isEmpty { pendingPosition = place(start, in: chunk) }
          pending.append(contentsOf: piece)
        }
        if end != nil { try complete(piece, startingAt: start, in: chunk, onItem) }
      } else {
        let byte = chunk[index]
        if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
          index += 1
        } else {
          try step(byte, in: chunk, &index)
        }
      }
    }
    position.advance(over: chunk)
  }

  /// Says that the stream has ended.
  ///
  /// - Returns: of a list, the object around the items, in which their array is empty: it has the list's own metadata.
  /// - Throws: when the stream ends within a value, or the list has no items member.
  public mutating func finish() throws(JSONError) -> [UInt8] {
    guard case .list(let itemsMember) = layout else {
      guard pending.isEmpty else { throw .truncated(at: position) }
      return []
    }
    guard case .end = state else { throw envelope.isEmpty ? .empty(at: position) : .truncated(at: position) }
    guard hasItems else { throw .missingMember(itemsMember, at: position) }
    try JSONReader.read(envelope) { reader throws(JSONError) in try reader.skipValue() }
    return envelope
  }
}

extension JSONItemScanner {
  /// Where a line ends that holds the rest of the item that goes on at `start`: a `}` that a `{` follows ends a value
  /// wherever JSON is well-formed, and no string holds a line break. That is found by looking for a single byte, which is
  /// many times faster than looking at quotes and brackets.
  private func endOfLine(in chunk: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard layout == .lines, let end = JSONBytes.lineBreak(in: chunk, from: start), end > start, end + 1 < chunk.count,
      chunk[end - 1] == UInt8(ascii: "}"), chunk[end + 1] == UInt8(ascii: "{"),
      pending.count + end - start <= maximumItemSize
    else { return nil }
    return end
  }

  /// Hands out the item that the rest of a line completes.
  ///
  /// - Returns: how many bytes at the end of the line are not of the item, because a line may hold several; `nil` when it
  ///   is not as it should be, which is then found out and told as for any other item.
  private mutating func readLine(
    _ line: UnsafeRawBufferPointer, _ onItem: (inout JSONReader) throws(JSONError) -> Void
  ) -> Int? {
    let former = pending.count
    do throws(JSONError) {
      let rest: Int
      if former == 0 {
        rest = try Self.readFirst(line, onItem)
      } else {
        pending.append(contentsOf: line)
        rest = try pending.withUnsafeBufferPointer { whole throws(JSONError) in
          try Self.readFirst(UnsafeRawBufferPointer(whole), onItem)
        }
        pending.removeAll(keepingCapacity: true)
      }
      itemCount += 1
      state = .beforeItem(isFirst: true)
      return rest
    } catch {
      pending.removeLast(pending.count - former)
      return nil
    }
  }

  /// - Returns: how many bytes follow the first value.
  private static func readFirst(
    _ bytes: UnsafeRawBufferPointer, _ onItem: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) -> Int {
    var reader = JSONReader(bytes)
    try onItem(&reader)
    if reader.offset == 0 { try reader.skipValue() }
    return bytes.count - reader.offset
  }

  /// One byte of what is around keys, values and items.
  private mutating func step(
    _ byte: UInt8, in chunk: UnsafeRawBufferPointer, _ index: inout Int
  ) throws(JSONError) {
    switch (state, byte) {
    case (.beforeObject, UInt8(ascii: "{")): state = .beforeKey(isFirst: true)
    case (.beforeKey(isFirst: true), UInt8(ascii: "}")), (.afterValue, UInt8(ascii: "}")): state = .end
    case (.beforeKey, UInt8(ascii: "\"")): return begin(.key, byte)
    case (.beforeColon, UInt8(ascii: ":")): state = .beforeValue
    case (.beforeValue, UInt8(ascii: "[")) where nextIsItems:
      state = .beforeItem(isFirst: true)
      envelope.append(contentsOf: [byte, UInt8(ascii: "]")])
      index += 1
      return
    case (.beforeValue, _) where Self.startsValue(byte): return begin(.value, byte)
    case (.afterValue, UInt8(ascii: ",")): state = .beforeKey(isFirst: false)
    case (.beforeItem(isFirst: true), UInt8(ascii: "]")) where layout != .lines,
      (.afterItem, UInt8(ascii: "]")) where layout != .lines:
      state = .afterValue
      index += 1
      return
    case (.beforeItem, _) where layout == .lines ? byte == UInt8(ascii: "{") : Self.startsValue(byte):
      return begin(.item, byte)
    case (.afterItem, UInt8(ascii: ",")):
      state = .beforeItem(isFirst: false)
      index += 1
      return
    default: throw .malformed(expectation, at: path(place(index, in: chunk)))
    }
    envelope.append(byte)
    index += 1
  }

  /// What could come where a byte was that cannot.
  private var expectation: String {
    switch state {
    case .beforeObject: "expected {"
    case .beforeKey: "expected a key in double quotes"
    case .beforeColon: "expected : after the key"
    case .afterValue: "expected , or }"
    case .afterItem: "expected , or ]"
    case .beforeItem where layout == .lines: "expected { to start an object"
    case .beforeItem, .beforeValue, .key, .value, .item: "expected a JSON value"
    case .end: "there is more after the end of the JSON value"
    }
  }

  private static func startsValue(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "-"), UInt8(ascii: "t"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// Whether a key, in its quotes, is that one; it may be written with escapes.
  private static func isKey(_ bytes: UnsafeRawBufferPointer, _ name: String) throws(JSONError) -> Bool {
    guard bytes.contains(UInt8(ascii: "\\")) else { return bytes.dropFirst().dropLast().elementsEqual(name.utf8) }
    return try JSONReader.read(bytes) { reader throws(JSONError) in try reader.readString() } == name
  }

  private mutating func begin(_ value: State, _ first: UInt8) {
    state = value
    boundary = JSONValueBoundary(first: first)
  }

  /// The value that the state says has ended: in `piece`, or in what is pending with `piece` at its end.
  private mutating func complete(
    _ piece: UnsafeRawBufferPointer, startingAt start: Int, in chunk: UnsafeRawBufferPointer,
    _ onItem: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard !pending.isEmpty else {
      return try complete(piece, onItem) { scanner in scanner.place(start, in: chunk) }
    }
    var whole: [UInt8] = []
    swap(&whole, &pending)
    try whole.withUnsafeBufferPointer { whole throws(JSONError) in
      try complete(UnsafeRawBufferPointer(whole), onItem) { scanner in scanner.pendingPosition }
    }
    whole.removeAll(keepingCapacity: true)
    swap(&whole, &pending)
  }

  private mutating func complete(
    _ bytes: UnsafeRawBufferPointer, _ onItem: (inout JSONReader) throws(JSONError) -> Void,
    position: (JSONItemScanner) -> JSONPosition
  ) throws(JSONError) {
    switch state {
    case .item:
      do throws(JSONError) {
        try JSONReader.read(bytes, onItem)
      } catch {
        let start = path(position(self))
        throw error.moved { $0.shifted(by: start) }
      }
      itemCount += 1
      state = layout == .lines ? .beforeItem(isFirst: true) : .afterItem
    case .key:
      envelope.append(contentsOf: bytes)
      if case .list(let itemsMember) = layout {
        do throws(JSONError) {
          nextIsItems = try Self.isKey(bytes, itemsMember)
        } catch {
          let start = position(self)
          throw error.moved { $0.shifted(by: start) }
        }
        if nextIsItems, hasItems { throw .duplicateKey(itemsMember, at: position(self)) }
        hasItems = hasItems || nextIsItems
      }
      state = .beforeColon
    default:
      envelope.append(contentsOf: bytes)
      state = .afterValue
    }
  }

  /// The place of a byte of the chunk in the stream. Lines are counted only up to the chunk and where an item goes on.
  private func place(_ index: Int, in chunk: UnsafeRawBufferPointer) -> JSONPosition {
    var place = position
    place.advance(over: UnsafeRawBufferPointer(rebasing: chunk[..<index]))
    return place
  }

  /// The position with the path of the item that is being read.
  private func path(_ position: JSONPosition) -> JSONPosition {
    var position = position
    if case .list(let itemsMember) = layout, case .item = state {
      position.path = [.key(itemsMember), .index(itemCount)]
    }
    return position
  }
}

extension JSONPosition {
  /// A position within a value, as a position within the text that has the value at `start`.
  func shifted(by start: JSONPosition) -> JSONPosition {
    JSONPosition(
      offset: start.offset + offset, line: start.line + line - 1,
      column: line == 1 ? start.column + column - 1 : column, path: start.path + path)
  }
}
