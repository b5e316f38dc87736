extension JSONReader {
  /// Reads with `body`. When that fails, goes back to where it began and reads the same value with `recover`.
  public mutating func attempt<Value>(
    _ body: (inout JSONReader) throws(JSONError) -> Value,
    recover: (JSONError, inout JSONReader) throws(JSONError) -> Value
  ) throws(JSONError) -> Value {
    let (start, startDepth) = (offset, depth)
    do throws(JSONError) {
      return try body(&self)
    } catch {
      (offset, depth) = (start, startDepth)
      return try recover(error, &self)
    }
  }
}
