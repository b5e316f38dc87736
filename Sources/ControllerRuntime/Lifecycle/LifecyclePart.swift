/// A part of the process that runs until it is cancelled.
public struct LifecyclePart: Sendable {
  public let name: String
  let run: @Sendable (_ ready: @escaping @Sendable () -> Void) async throws -> Void

  /// - Parameter run: runs until its task is cancelled, then stops in order and returns. Calls `ready` once whatever
  ///   rests on this part may start. To return or throw before being cancelled ends the process.
  public init(
    _ name: String, run: @escaping @Sendable (_ ready: @escaping @Sendable () -> Void) async throws -> Void
  ) {
    self.name = name
    self.run = run
  }

  /// Caches; ready once those that must be are in step.
  public static func caches(_ caches: CacheSet) -> LifecyclePart {
    LifecyclePart("caches") { ready in await caches.run(ready: ready) }
  }

  /// Controllers that work as long as the process lives.
  public static func controllers(_ controllers: [any ControllerRunning]) -> LifecyclePart {
    LifecyclePart("controllers") { ready in
      ready()
      await controllers.runAll()
    }
  }

  /// Controllers that work while the elector leads.
  public static func controllers(
    _ controllers: [any ControllerRunning], under elector: LeaderElector
  ) -> LifecyclePart {
    LifecyclePart("leadership and controllers") { ready in
      ready()
      try await elector.run { await controllers.runAll() }
    }
  }
}

/// A controller of any key.
public protocol ControllerRunning: Sendable {
  var name: String { get }
  /// Reconciles until the task is cancelled.
  func run() async
}

extension Controller: ControllerRunning {}

extension Array where Element == any ControllerRunning {
  fileprivate func runAll() async {
    await withDiscardingTaskGroup { group in
      for controller in self { group.addTask { await controller.run() } }
    }
  }
}
