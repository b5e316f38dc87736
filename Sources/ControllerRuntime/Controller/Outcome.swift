/// How a reconcile ended, and what is due next. An error that is thrown means: try again, after a back-off.
public enum Outcome: Sendable {
  /// In the desired state; nothing to do until something changes.
  case done
  /// In the desired state, and to be looked at again after this time at the latest.
  case after(Duration)
  /// Failed in a way that only a change of the object can mend: it is not tried again until then.
  case terminal(any Error)
}
