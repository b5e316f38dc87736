import KubernetesModel
import Monitoring
import Serialization

/// A CronJob of ours, as far as a Job can be made of it before its time.
struct ScheduledJob {
  private var name: String
  private var uid: String
  private var template: JSONValue

  /// `nil` for one that the owner does not control, or that is going.
  init?(_ cronJob: LiveObject, of owner: String) {
    let metadata = cronJob.view.metadata
    guard !metadata.isBeingDeleted, metadata.ownerReferences.contains(where: { $0.isController && $0.uid == owner }),
      let template = cronJob.content.at("spec", "jobTemplate")
    else { return nil }
    (name, uid, self.template) = (metadata.name, metadata.uid, template)
  }

  func manifest(named job: String) -> JSONValue {
    [
      "apiVersion": .string(GeneratedResource.job.kind.apiVersion), "kind": .string(GeneratedResource.job.kind.kind),
      "metadata": [
        "name": .string(job), "labels": template.at("metadata", "labels") ?? [:],
        "annotations": ["cronjob.kubernetes.io/instantiate": "manual"],
        "ownerReferences": [
          [
            "apiVersion": .string(GeneratedResource.cronJob.kind.apiVersion),
            "kind": .string(GeneratedResource.cronJob.kind.kind), "name": .string(name), "uid": .string(uid),
            "controller": true,
          ]
        ],
      ],
      "spec": template["spec"] ?? [:],
    ]
  }
}
