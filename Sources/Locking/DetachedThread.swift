import Glibc

/// A thread outside of the cooperative pool, for what waits.
public enum DetachedThread {
  /// - Parameters:
  ///   - name: what `ps -T` shows; at most 15 bytes, the rest is cut off.
  ///   - body: runs on the thread, which ends with it.
  /// - Returns: whether there is such a thread. The system refuses when it is out of memory or threads; `body` is let go.
  public static func start(named name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    let work = Unmanaged.passRetained(Work(name: String(decoding: name.utf8.prefix(15), as: UTF8.self), body: body))
    var thread = pthread_t()
    let outcome = pthread_create(&thread, nil, { runWork($0) }, work.toOpaque())
    guard outcome == 0 else {
      work.release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}

private final class Work: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }
}

private func runWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
  setName(work.name)
  work.body()
  return nil
}

/// Through `/proc`, because the C library's function for it is a GNU extension, which Swift does not see.
private func setName(_ name: String) {
  let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  _ = write(descriptor, name, name.utf8.count)
  close(descriptor)
}
