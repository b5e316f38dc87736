/// A binary heap: the least element is first.
struct Heap<Element: Comparable & Sendable>: Sendable {
  private(set) var elements: [Element] = []

  var first: Element? { elements.first }
  var count: Int { elements.count }

  mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0, elements[child] < elements[(child - 1) / 2] {
      elements.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> Element? {
    guard let first = elements.first, let last = elements.popLast() else { return nil }
    if !elements.isEmpty {
      elements[0] = last
      siftDown()
    }
    return first
  }

  mutating func filter(_ isKept: (Element) -> Bool) {
    let kept = elements.filter(isKept)
    elements.removeAll()
    for element in kept { insert(element) }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var least = parent
      let (left, right) = (2 * parent + 1, 2 * parent + 2)
      if left < elements.count, elements[left] < elements[least] { least = left }
      if right < elements.count, elements[right] < elements[least] { least = right }
      if least == parent { return }
      elements.swapAt(parent, least)
      parent = least
    }
  }
}
