extension Signal {
  /// Everything we watch. A signal is derived from signals before it.
  public static let all: [Signal] =
    pools + vSwitches + network + security + daemon + cloud + controlplane + distributions + ownOperator
    + seed
}
