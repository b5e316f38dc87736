"""What the library kstatus of sigs.k8s.io/cli-utils, by which Flux and others judge, says of a resource."""

CURRENT, IN_PROGRESS, FAILED, TERMINATING, NOT_FOUND = "Current", "InProgress", "Failed", "Terminating", "NotFound"


def status(item):
    if item is None:
        return NOT_FOUND
    metadata, conditions = item["metadata"], {}
    if metadata.get("deletionTimestamp"):
        return TERMINATING
    state = item.get("status") or {}
    if "observedGeneration" in state and state["observedGeneration"] != metadata.get("generation"):
        return IN_PROGRESS
    for condition in state.get("conditions", []):
        conditions[condition["type"]] = condition["status"]
    if conditions.get("Reconciling") == "True":
        return IN_PROGRESS
    if conditions.get("Stalled") == "True":
        return FAILED
    return CURRENT if conditions.get("Ready", "True") == "True" else IN_PROGRESS
