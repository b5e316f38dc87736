import Glibc
import TerwaySimulation

/// Reads a trace piece by piece: what is kept does not grow with the file.
enum TraceFile {
  private static let chunk = 65_536

  /// - Parameter path: `-` = standard input.
  static func read(_ path: String, _ consume: ([PodRecord]) -> Void) throws {
    let isInput = path == "-"
    let name = isInput ? InputFile.standardInput.name : path
    let descriptor = isInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw InputError.unreadable(name: path, code: errno) }
    defer { if !isInput { close(descriptor) } }
    var parser = TraceParser(file: name)
    var bytes = [UInt8](repeating: 0, count: chunk)
    var pods: [PodRecord] = []
    while true {
      let count = Glibc.read(descriptor, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw InputError.unreadable(name: name, code: errno) }
      pods.removeAll(keepingCapacity: true)
      if count == 0 {
        try parser.finish(into: &pods)
        return consume(pods)
      }
      try bytes.withUnsafeBytes { try parser.parse(UnsafeRawBufferPointer(rebasing: $0[..<count]), into: &pods) }
      consume(pods)
    }
  }
}

extension TraceError: ExitingError {
  var exitCode: ExitCode { .findings }
  var message: String? { description }
}
