import FoundationEssentials
import Glibc
import Serialization

extension Benchmark {
  /// A list as a server answers it, decoded into a narrow type: against Foundation on the same bytes, and how little
  /// memory it takes as a stream.
  static let decode = Benchmark(
    name: "decode", summary: "a list of Terway Nodes into a narrow type, against Foundation's JSONDecoder"
  ) { setting in
    let file = "\(setting.scratch)/nodes.json"
    let size = try NodeList.write(setting.nodes, to: file)
    Progress.say("the list of \(setting.nodes) nodes has \(Quantity.text(size.inMebibytes)) MiB")
    return {
      let compared = try await ChildProcess.run(["child", "compare-decoders", file]).answer
      let streamed = try await ChildProcess.run(["child", "decode-stream", file]).answer
      let (ours, theirs) = (try compared.measured("ours"), try compared.measured("foundation"))
      return [
        Measurement("faster than Foundation", theirs / ours, "×", .atLeast(3)),
        Measurement("ours", size / 1e6 / ours, "MB/s of CPU"),
        Measurement("Foundation", size / 1e6 / theirs, "MB/s of CPU"),
        Measurement("peak memory, streamed", try streamed.measured("peak").inMebibytes, "MiB", .atMost(64)),
      ]
    }
  }
}

extension ChildTask {
  /// Both decoders on the same bytes in memory, one after the other.
  static let compareDecoders = ChildTask(name: "compare-decoders") { arguments in
    let bytes = try Data(contentsOf: URL(fileURLWithPath: arguments.first ?? ""), options: .alwaysMapped)
    // Once through, so that neither pays for bringing the file in.
    var sum: UInt64 = 0
    for byte in bytes { sum &+= UInt64(byte) }
    guard sum > 0 else { throw BenchmarkError("the file is empty") }

    var watch = Stopwatch()
    var scanner = JSONItemScanner(.list())
    var nodes: [NarrowNode] = []
    try bytes.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: NodeList.chunkSize) {
        let chunk = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + NodeList.chunkSize, bytes.count)])
        try scanner.feed(chunk) { (reader) throws(JSONError) in nodes.append(try NarrowNode(json: &reader)) }
      }
    }
    _ = try scanner.finish()
    let ours = watch.cpu

    watch = Stopwatch()
    let list = try JSONDecoder().decode(NarrowNodeList.self, from: bytes)
    let foundation = watch.cpu
    guard list.items.map(\.comparable) == nodes.map(\.comparable) else {
      throw BenchmarkError("the two decoders do not agree")
    }
    return ["ours": .number(ours), "foundation": .number(foundation)]
  }

  /// Reads a file in pieces, as an answer arrives, and keeps every decoded node.
  static let decodeStream = ChildTask(name: "decode-stream") { arguments in
    let file = open(arguments.first ?? "", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var scanner = JSONItemScanner(.list())
    var nodes: [NarrowNode] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: NodeList.chunkSize, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(file, buffer.baseAddress, buffer.count)
      guard count >= 0 else { throw BenchmarkError("the file cannot be read: error \(errno)") }
      if count == 0 { break }
      try scanner.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { (reader) throws(JSONError) in
        nodes.append(try NarrowNode(json: &reader))
      }
    }
    _ = try scanner.finish()
    return ["nodes": .integer(Int64(nodes.count)), "peak": .number(try ProcessUsage.own.peak)]
  }
}

/// The answer to a list, as a file.
enum NodeList {
  /// What libcurl hands over at once.
  static let chunkSize = 64 << 10

  /// - Returns: its size in bytes.
  static func write(_ count: Int, to path: String) throws -> Double {
    guard let file = fopen(path, "we") else { throw BenchmarkError("\(path) cannot be written: error \(errno)") }
    defer { fclose(file) }
    func add(_ bytes: [UInt8]) throws {
      guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
        throw BenchmarkError("\(path) cannot be written: error \(errno)")
      }
    }
    try add(Array("{\"apiVersion\":\"\(NodeGenerator.apiVersion)\",\"items\":[".utf8))
    for index in 0..<count {
      if index > 0 { try add([UInt8(ascii: ",")]) }
      try add(NodeGenerator.served(index, version: index + 1))
    }
    try add(Array("],\"kind\":\"NodeList\",\"metadata\":{\"resourceVersion\":\"\(count)\"}}".utf8))
    guard fflush(file) == 0 else { throw BenchmarkError("\(path) cannot be written: error \(errno)") }
    return Double(ftell(file))
  }
}

extension NarrowNode {
  /// With the interfaces in an order of their own, which Foundation's dictionaries do not keep.
  fileprivate var comparable: NarrowNode {
    var node = self
    node.interfaces.sort { $0.id < $1.id }
    return node
  }
}
