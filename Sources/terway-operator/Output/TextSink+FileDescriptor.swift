import Glibc

extension TextSink {
  /// A descriptor of this process. Coloured when it is a terminal and nothing in the environment speaks against it.
  static func fileDescriptor(_ descriptor: Int32, environment: [String: String]) -> TextSink {
    let noColor = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let isStyled = isatty(descriptor) == 1 && !noColor && environment["TERM"] != "dumb"
    return TextSink(isStyled: isStyled) { bytes throws(OutputError) in try writeAll(bytes, to: descriptor) }
  }

  /// Unbuffered, so that nothing is lost or reordered when the process ends.
  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(OutputError) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        written += count
      } else if errno == EPIPE {
        throw .brokenPipe
      } else if errno != EINTR {
        throw .failed(code: errno)
      }
    }
  }
}
