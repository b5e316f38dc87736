/// Resources as people write them.
enum SampleResource {
  static let profile = """
    apiVersion: ops.terway.io/v1alpha1
    kind: TerwayMonitoringProfile
    metadata:
      name: terway
    spec: {}

    """

  static let policy = """
    apiVersion: ops.terway.io/v1alpha1
    kind: EniAutoscalePolicy
    metadata:
      name: default

    """

  static let foreign = """
    apiVersion: v1
    kind: Namespace
    metadata:
      name: monitoring

    """

  /// Wrong in two places.
  static let invalid = """
    apiVersion: ops.terway.io/v1alpha1
    kind: TerwayMonitoringProfile
    metadata:
      name: terway
    spec:
      metricz: {}
      alerts:
        qos:
          enabled: "yess"

    """
}
