import KubernetesModel
import Locking

/// What each object looked like when it was last found to be as it should be.
final class SettledObjects: Sendable {
  struct Entry: Hashable, Sendable {
    /// The name of the profile that owns the object.
    var owner: String
    /// Hash of what was wanted.
    var desired: Int
    /// `GeneratedObject.fingerprint` of what was there.
    var fingerprint: Int
  }

  private let entries = Lock<[ObjectReference: Entry]>([:])

  subscript(reference: ObjectReference) -> Entry? {
    get { entries.withLock { $0[reference] } }
    set { entries.withLock { $0[reference] = newValue } }
  }

  /// Drops everything that a profile owned.
  func forget(owner: String) {
    entries.withLock { entries in entries = entries.filter { $0.value.owner != owner } }
  }
}
