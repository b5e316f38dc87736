import KubernetesModel

/// The label by which we find what we made.
enum ManagedLabel {
  static let managedBy = "app.kubernetes.io/managed-by"
  static let operatorName = "terway-operator"

  static let selector = LabelSelector(matchLabels: [managedBy: operatorName])
}
