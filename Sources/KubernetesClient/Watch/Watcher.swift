import HTTPTransport
import KubernetesModel
import Serialization

/// What a watch tells its owner.
public enum WatchUpdate<Object: KubernetesObject>: Sendable {
  /// All that there is now; what is not in it is gone.
  case replaced([Object], ResourceVersion, WatchProtocol.RelistCause)
  /// An object is new or different.
  case changed(Object)
  /// An object is gone, or no longer selected, since that version.
  case deleted(ObjectKey, ResourceVersion)
  /// Everything up to this version was delivered.
  case progress(ResourceVersion)
  /// The server agreed to a watch: it can be reached, and allows it.
  case opened
  /// An object that its narrow type cannot read. What was known of it is out of date; the others go on.
  case undecodable(ObjectKey?, JSONError)
  /// The connection, the list or the watch failed and is tried again.
  case failed(any Error, retryIn: Duration)
}

extension KubernetesClient {
  /// Lists a selection and follows its changes until the task is cancelled.
  ///
  /// Updates are delivered one at a time, in order; the stream is read no faster than they are taken.
  ///
  /// - Parameter startsWithInitialEvents: let the server stream the list (`sendInitialEvents`); `nil` does so where the
  ///   server's version promises it. Falls back to pages by itself.
  public func watch<Object: KubernetesObject>(
    _ selection: ResourceSelection, startsWithInitialEvents: Bool? = nil,
    timing: WatchProtocol.Timing = WatchProtocol.Timing(), as type: Object.Type,
    onUpdate: @escaping @Sendable (WatchUpdate<Object>) async -> Void
  ) async {
    let isStreamed = if let startsWithInitialEvents { startsWithInitialEvents } else { await streamsLists() }
    var watcher = Watcher<Object>(
      client: self, selection: selection,
      state: WatchProtocol(startsWithInitialEvents: isStreamed, timing: timing), onUpdate: onUpdate)
    await watcher.run()
  }
}

/// Carries out the actions of `WatchProtocol`.
private struct Watcher<Object: KubernetesObject> {
  let client: KubernetesClient
  let selection: ResourceSelection
  var state: WatchProtocol
  let onUpdate: @Sendable (WatchUpdate<Object>) async -> Void
  var staged: [ObjectKey: Result<Object, JSONError>] = [:]
  var lastError: (any Error)?

  mutating func run() async {
    var actions = handle(.started)
    while !Task.isCancelled {
      var outcome: WatchProtocol.Event?
      for action in actions { outcome = await carryOut(action) }
      // Every list of actions ends with one that has an outcome; only cancellation leaves without.
      guard let outcome else { return }
      actions = handle(outcome)
    }
  }

  private mutating func handle(_ event: WatchProtocol.Event) -> [WatchProtocol.Action] {
    if client.listStreaming.isKnownToBeServed == false { state.stopStartingWithInitialEvents() }
    let actions = state.handle(event, jitter: .random(in: 0..<1))
    if state.lacksInitialEvents { client.listStreaming.noteLack() }
    return actions
  }

  /// - Returns: what came of it, for those actions that start something.
  private mutating func carryOut(
    _ action: WatchProtocol.Action, on event: WatchEvent<Object>? = nil
  ) async
    -> WatchProtocol.Event?
  {
    switch action {
    case .discard: staged = [:]
    case .stage: stage(event)
    case .commit(let version, let cause):
      await commit(version, cause)
    case .apply:
      switch event {
      case .changed(let object): await onUpdate(.changed(object))
      case .deleted(let metadata): await onUpdate(.deleted(metadata.key, metadata.resourceVersion))
      case .unreadable(let metadata, let error):
        await onUpdate(.undecodable(metadata.key, error))
        await onUpdate(.progress(metadata.resourceVersion))
      default: break
      }
    case .advance(let version): await onUpdate(.progress(version))
    case .rest(let pause):
      if let lastError { await onUpdate(.failed(lastError, retryIn: pause)) }
      lastError = nil
      do { try await client.pause(pause) } catch { return nil }
      return .rested
    case .list(let request): return await list(request)
    case .watch(let request): return await watch(request)
    }
    return nil
  }

  private mutating func stage(_ event: WatchEvent<Object>?) {
    switch event {
    case .changed(let object): staged[object.key] = .success(object)
    case .unreadable(let metadata, let error): staged[metadata.key] = .failure(error)
    case .deleted(let metadata): staged[metadata.key] = nil
    default: break
    }
  }

  private mutating func commit(_ version: ResourceVersion, _ cause: WatchProtocol.RelistCause) async {
    var (objects, unreadable): ([Object], [(ObjectKey, JSONError)]) = ([], [])
    objects.reserveCapacity(staged.count)
    for (key, object) in staged {
      switch object {
      case .success(let object): objects.append(object)
      case .failure(let error): unreadable.append((key, error))
      }
    }
    staged = [:]
    await onUpdate(.replaced(objects, version, cause))
    for (key, error) in unreadable { await onUpdate(.undecodable(key, error)) }
  }

  private mutating func list(_ request: WatchProtocol.ListRequest) async -> WatchProtocol.Event {
    do {
      var page: [(ObjectKey, Result<Object, JSONError>)] = []
      let end = try await client.readPage(
        of: selection, limit: request.isPaged ? KubernetesClient.pageSize : nil, notOlderThan: request.notOlderThan,
        continueToken: request.continueToken
      ) { (reader) throws(JSONError) in
        // One bad object must not hide all others.
        try reader.attempt { (reader) throws(JSONError) in
          let object = try Object(json: &reader)
          page.append((object.key, .success(object)))
        } recover: { (error, reader) throws(JSONError) in
          page.append((try MetadataOnly(json: &reader).key, .failure(error)))
        }
      }
      for (key, object) in page { staged[key] = object }
      return .page(resourceVersion: end.resourceVersion, continueToken: end.continueToken)
    } catch {
      return failed(error)
    }
  }

  private mutating func watch(_ request: WatchProtocol.WatchRequest) async -> WatchProtocol.Event {
    let started = ContinuousClock.now
    do {
      let response = try await client.open(selection, request)
      _ = handle(.opened)
      await onUpdate(.opened)
      var scanner = JSONItemScanner(.lines)
      for try await chunk in response.body {
        var events: [Result<WatchEvent<Object>, JSONError>] = []
        try scanner.feed(chunk) { (reader) throws(JSONError) in
          try reader.attempt { (reader) throws(JSONError) in
            events.append(.success(try WatchEvent(json: &reader)))
          } recover: { (error, reader) throws(JSONError) in
            events.append(.failure(error))
            try reader.skipValue()
          }
        }
        for event in events {
          if let end = try await take(event) { return end }
        }
      }
      return .closed(early: started.duration(to: .now) < request.timeout / 2)
    } catch {
      return failed(error)
    }
  }

  /// - Returns: what ends the stream.
  private mutating func take(_ result: Result<WatchEvent<Object>, JSONError>) async throws -> WatchProtocol.Event? {
    let event: WatchEvent<Object>
    switch result {
    case .success(let decoded): event = decoded
    case .failure(let error):
      await onUpdate(.undecodable(nil, error))
      return nil
    }
    let occurrence: WatchProtocol.Event
    switch event {
    case .changed(let object): occurrence = .change(object.metadata.resourceVersion)
    case .unreadable(let metadata, _), .deleted(let metadata): occurrence = .change(metadata.resourceVersion)
    case .bookmark(let version, let endsInitialEvents):
      occurrence = .bookmark(version, endsInitialEvents: endsInitialEvents)
    case .error(let error): return failed(error)
    }
    for action in handle(occurrence) {
      _ = await carryOut(action, on: event)
    }
    try Task.checkCancellation()
    return nil
  }

  private mutating func failed(_ error: any Error) -> WatchProtocol.Event {
    let failure = WatchProtocol.Failure(error)
    lastError = failure == .silent ? nil : error
    return .failed(failure)
  }
}

extension WatchProtocol.Failure {
  init(_ error: any Error) {
    switch error {
    case let error as StatusError where error.isExpired: self = .expired
    case let error as StatusError where error.isTooNew: self = .tooNew
    case let error as StatusError where error.code == 400 || error.code == 422: self = .rejected
    case let error as StatusError: self = .other(retryAfter: error.retryAfter.map(RetryAfter.bounded))
    case HTTPTransportError.timedOut(.idle, _, _), HTTPTransportError.timedOut(.deadline, _, _): self = .silent
    default: self = .other(retryAfter: nil)
    }
  }
}

extension StatusError {
  /// The version that was asked for is ahead of the server. Not every server says so in the cause.
  fileprivate var isTooNew: Bool {
    causes.contains { $0.reason == "ResourceVersionTooLarge" }
      || ([400, 500, 504].contains(code) && message.lowercased().contains("too large resource version"))
  }
}

extension KubernetesClient {
  fileprivate func open(
    _ selection: ResourceSelection, _ watch: WatchProtocol.WatchRequest
  ) async throws -> HTTPResponse {
    var request = APIRequest(method: .get, path: selection.path, query: selection.query)
    request.query.append(("watch", "true"))
    request.query.append(("allowWatchBookmarks", "true"))
    request.query.append(("timeoutSeconds", String(watch.timeout.components.seconds)))
    if !watch.resourceVersion.isEmpty { request.query.append(("resourceVersion", watch.resourceVersion)) }
    if watch.sendsInitialEvents {
      request.query.append(("sendInitialEvents", "true"))
      request.query.append(("resourceVersionMatch", "NotOlderThan"))
    }
    request.usesOwnConnection = true
    request.deadline = watch.deadline
    request.headTimeout = watch.headLimit
    request.idleTimeout = watch.silenceLimit
    // Whoever watches has readers to tell that there is nothing to read.
    request.waitsOutRefusals = false
    return try await send(request)
  }
}
