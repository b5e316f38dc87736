import Insights
import Testing

struct `A history` {
  @Test func `puts readings in order and passes over what is no number`() {
    let history = History([
      .init(time: 30, value: 3), .init(time: 10, value: 1), .init(time: 20, value: .nan),
      .init(time: 40, value: .infinity),
      .init(time: .nan, value: 5), .init(time: 10, value: 2),
    ])
    #expect(history.readings == [.init(time: 10, value: 2), .init(time: 30, value: 3)])
    #expect(history.unusable == 4)
  }
}
