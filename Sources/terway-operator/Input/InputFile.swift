import FoundationEssentials
import Glibc

/// A file to read documents from.
struct InputFile: Hashable, Sendable {
  /// As messages name it.
  var name: String
  /// Somebody named this very file; it was not just found in a directory.
  var isNamed: Bool

  static let standardInput = InputFile(name: "<stdin>", isNamed: true)
  static let extensions = ["yaml", "yml", "json"]

  /// The files that `-f` stands for: each path once, directories in the order of the names in them.
  static func files(_ paths: [String], recursive: Bool) throws(InputError) -> [InputFile] {
    var files: [InputFile] = []
    for path in paths {
      if path == "-" {
        files.append(.standardInput)
      } else if path.hasPrefix("http://") || path.hasPrefix("https://") {
        throw .isURL(path)
      } else if try isDirectory(path) {
        files += try filesOfDirectory(path, recursive: recursive)
      } else {
        files.append(InputFile(name: path, isNamed: true))
      }
    }
    let named = Set(files.filter(\.isNamed).map(\.name))
    var seen: Set<String> = []
    return files.filter { seen.insert($0.name).inserted }.map { file in
      InputFile(name: file.name, isNamed: named.contains(file.name))
    }
  }

  /// - Parameter isFollowed: whether a symbolic link to a directory is one.
  private static func isDirectory(_ path: String, isFollowed: Bool = true) throws(InputError) -> Bool {
    var status = stat()
    guard (isFollowed ? stat(path, &status) : lstat(path, &status)) == 0 else {
      throw .unreadable(name: path, code: errno)
    }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  private static func filesOfDirectory(_ directory: String, recursive: Bool) throws(InputError) -> [InputFile] {
    var found: [InputFile] = []
    var hasSubdirectories = false
    var pending = [directory]
    while let current = pending.popLast() {
      let listed = try entries(of: current)
      found += listed.files.map { InputFile(name: $0, isNamed: false) }
      hasSubdirectories = hasSubdirectories || !listed.directories.isEmpty
      if recursive { pending += listed.directories.reversed() }
    }
    if found.isEmpty { throw .noFiles(directory: directory, hasSubdirectories: hasSubdirectories && !recursive) }
    return found
  }

  /// Hidden entries are left out: among them are the directories that kubelet keeps behind a mounted ConfigMap. So are
  /// links to directories, which may lead in circles.
  private static func entries(of directory: String) throws(InputError) -> (files: [String], directories: [String]) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw .unreadable(name: directory, code: access(directory, R_OK | X_OK) == 0 ? EIO : errno)
    }
    let base = directory == "." ? "" : directory.hasSuffix("/") ? directory : directory + "/"
    var (files, directories): ([String], [String]) = ([], [])
    for name in names.sorted() where !name.hasPrefix(".") {
      let path = base + name
      if try isDirectory(path, isFollowed: false) {
        directories.append(path)
      } else if extensions.contains(where: { name.lowercased().hasSuffix(".\($0)") }), try !isDirectory(path) {
        files.append(path)
      }
    }
    return (files, directories)
  }
}
