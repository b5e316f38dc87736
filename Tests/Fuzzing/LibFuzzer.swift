import Foundation

/// One program has all entries, so that it is built once; `hack/fuzz.sh` says which one is meant.
private let entry: Entry = {
  let name = ProcessInfo.processInfo.environment["FUZZ_ENTRY"] ?? ""
  guard let entry = Entry.all.first(where: { $0.name == name }) else {
    fatalError("FUZZ_ENTRY must be one of \(Entry.all.map(\.name).joined(separator: ", ")), not \"\(name)\"")
  }
  return entry
}()

/// What libFuzzer, whose `main` the program has, calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  entry.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
