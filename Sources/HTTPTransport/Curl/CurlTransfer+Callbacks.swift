import CCurl

/// The C side of the callbacks: from pointers to `CurlTransfer` and back.
extension CurlTransfer {
  private static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }

  static let onHeader: ccurl_data_callback = { bytes, size, count, context in
    guard let transfer = from(context) else { return 0 }
    return transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
  }

  static let onBody: ccurl_data_callback = { bytes, size, count, context in
    guard let transfer = from(context) else { return 0 }
    let isTaken = transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return isTaken ? size * count : Int(CURL_WRITEFUNC_PAUSE)
  }

  static let onUpload: ccurl_data_callback = { target, size, count, context in
    guard let transfer = from(context) else { return Int(CURL_READFUNC_ABORT) }
    return transfer.produceBody(UnsafeMutableRawBufferPointer(start: target, count: size * count))
  }

  static let onSeek: ccurl_seek_callback = { context, offset, origin in
    guard let transfer = from(context), origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
    return transfer.rewindBody(to: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
  }

  static let onReady: ccurl_ready_callback = { context, _, _, _, _ in
    from(context)?.connectionIsReady()
    return CURL_PREREQFUNC_OK
  }
}
