import TerwayModel

extension ScalingPolicy {
  /// The policy that a resource asks for.
  public init(_ spec: EniAutoscalePolicySpec) {
    rails = GuardRails(
      scaleUp: spec.scaleUpThreshold.value, scaleDown: spec.scaleDownThreshold.value, minENIs: spec.minENIs,
      maxENIs: spec.maxENIs)
    coverage = spec.forecast.coverage.value
    maxStaleness = spec.signal.maxStaleness.seconds
    evaluationInterval = spec.evaluationInterval.seconds
    scaleUp.stabilizationWindow = spec.behavior.scaleUp.stabilizationWindow.seconds
    scaleUp.maxStepENIs = spec.behavior.scaleUp.maxStepENIs
    scaleDown.stabilizationWindow = spec.behavior.scaleDown.stabilizationWindow.seconds
    scaleDown.maxStepENIs = spec.behavior.scaleDown.maxStepENIs
    scaleDown.cooldown = spec.behavior.scaleDown.cooldown.seconds
    budget.writesPerMinute = spec.budget.writesPerMinute
    layers.guardRails = !spec.forecast.enabled || spec.namesThresholds
    if !spec.forecast.enabled {
      layers.newsvendor = false
      layers.calibration = false
      layers.seasonal = false
    }
  }
}
