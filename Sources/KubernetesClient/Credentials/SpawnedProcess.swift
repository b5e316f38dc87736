import Glibc

/// A program that was started: empty standard input, signals as a program expects them.
package final class SpawnedProcess {
  package let identifier: pid_t
  private var status: Int32?

  /// - Parameters:
  ///   - program: its path; there is no search.
  ///   - environment: ours when `nil`.
  ///   - output: the descriptor that becomes its standard output, /dev/null when `nil`; stays open here.
  ///   - errors: the same for its standard error.
  package init(
    _ program: String, _ arguments: [String], environment: [String: String]? = nil, output: Int32?, errors: Int32?
  ) throws(SpawnError) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    for (target, source) in [(STDOUT_FILENO, output), (STDERR_FILENO, errors)] {
      if let source {
        posix_spawn_file_actions_adddup2(&actions, source, target)
      } else {
        posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_WRONLY, 0)
      }
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of ours block signals and this process ignores some, which a child would inherit and then not end when asked.
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var identifier: pid_t = 0
    let outcome = Self.withCStrings([program] + arguments) { arguments in
      guard let environment else {
        return posix_spawn(&identifier, program, &actions, &attributes, arguments, environ)
      }
      return Self.withCStrings(environment.map { "\($0)=\($1)" }) { variables in
        posix_spawn(&identifier, program, &actions, &attributes, arguments, variables)
      }
    }
    guard outcome == 0 else { throw SpawnError(program: program, code: outcome) }
    self.identifier = identifier
  }

  /// Its exit code once it has ended, and 128 more than the signal that ended it, as shells tell it; `nil` until then.
  package func exitCode() -> Int32? { reap(WNOHANG) }

  /// Waits until it has ended; the same number.
  package func waitForExit() -> Int32 { reap(0) ?? -1 }

  private func reap(_ options: Int32) -> Int32? {
    if let status { return status }
    var word: Int32 = 0
    var outcome = waitpid(identifier, &word, options)
    while outcome < 0, errno == EINTR { outcome = waitpid(identifier, &word, options) }
    if outcome == 0 { return nil }
    let signal = word & 0x7f
    // Somebody else has taken the status: all that is known is that it is gone.
    status = outcome < 0 ? -1 : signal == 0 ? word >> 8 & 0xff : 128 + signal
    return status
  }

  /// As C takes lists of strings: with a null pointer at the end.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = strings.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    return body(pointers + [nil])
  }
}

/// The two ends of a pipe, which no program that is started inherits by accident.
package struct Pipe {
  package let reading: Int32
  package let writing: Int32

  /// - Throws: `SpawnError`, in the name of the program that it is for.
  package init(for program: String) throws(SpawnError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SpawnError(program: program, code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }
}

package struct SpawnError: Error, CustomStringConvertible {
  package var program: String
  /// As in `errno`.
  package var code: Int32

  package var description: String { "\(program) cannot be started: \(String(cString: strerror(code)))" }
}
