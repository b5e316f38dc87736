/// Values with small numbers that are used again, so that memory follows what is alive, not what ever was.
struct SlotTable<Value: Sendable>: Sendable {
  private var values: [Value] = []
  private var free: [Int] = []

  mutating func insert(_ value: Value) -> Int {
    guard let slot = free.popLast() else {
      values.append(value)
      return values.count - 1
    }
    values[slot] = value
    return slot
  }

  mutating func release(_ slot: Int) { free.append(slot) }

  subscript(slot: Int) -> Value {
    get { values[slot] }
    set { values[slot] = newValue }
  }
}
