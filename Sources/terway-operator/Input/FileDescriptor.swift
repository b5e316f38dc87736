import Glibc

/// Reading to the end of files, pipes and whatever else can be opened.
enum FileDescriptor {
  static func bytes(ofFile path: String) throws(InputError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(name: path, code: errno) }
    defer { close(descriptor) }
    return try bytes(of: descriptor, name: path)
  }

  static func standardInput() throws(InputError) -> [UInt8] {
    try bytes(of: STDIN_FILENO, name: InputFile.standardInput.name)
  }

  private static func bytes(of descriptor: Int32, name: String) throws(InputError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count > 0 {
        bytes += chunk[..<count]
      } else if count == 0 {
        return bytes
      } else if errno != EINTR {
        throw .unreadable(name: name, code: errno)
      }
    }
  }
}
