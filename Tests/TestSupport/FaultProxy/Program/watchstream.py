"""What is done to the events of a watch, line by line."""

import asyncio
import json

GONE = {
    "type": "ERROR",
    "object": {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "too old resource version",
        "reason": "Expired",
        "code": 410,
    },
}


class Ended(Exception):
    """No event comes after this one."""


class Lines:
    """Puts the lines of a stream together from pieces of any size."""

    def __init__(self):
        self._rest = b""

    def feed(self, data):
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [line + b"\n" for line in lines if line]


def line(event):
    return json.dumps(event, separators=(",", ":")).encode() + b"\n"


class Events:
    """The events of one watch, on their way to the client."""

    def __init__(self, faults):
        self._lines = Lines()
        self._faults = faults
        self._until_gone = {fault.identity: fault.value for fault in faults if fault.action == "gone"}

    async def feed(self, data):
        """The lines that the client gets for these bytes; after `Ended`, none."""
        for text in self._lines.feed(data):
            for fault in self._faults:
                while fault.action == "freeze" and not fault.lifted:
                    await asyncio.sleep(0.02)
                if fault.action == "gone" and not fault.lifted:
                    if self._until_gone[fault.identity] <= 0:
                        yield line(GONE)
                        raise Ended
                    self._until_gone[fault.identity] -= 1
                if fault.action == "bookmarks" and not fault.lifted:
                    text = _bookmark(text, fault.value)
            if text:
                yield text


def _bookmark(text, what):
    event = json.loads(text)
    if event.get("type") != "BOOKMARK":
        return text
    if what == "drop":
        return b""
    event["object"].get("metadata", {}).pop("annotations", None)
    return line(event)


def initial_events(answer):
    """A list, in the form that WatchList gives it: an ADDED event for each item, and the bookmark that ends them."""
    kind, version = answer["kind"].removesuffix("List"), answer["apiVersion"]
    for item in answer.get("items") or []:
        yield line({"type": "ADDED", "object": {"kind": kind, "apiVersion": version, **item}})
    metadata = {
        "resourceVersion": answer["metadata"]["resourceVersion"],
        "annotations": {"k8s.io/initial-events-end": "true"},
        "creationTimestamp": None,
    }
    yield line({"type": "BOOKMARK", "object": {"kind": kind, "apiVersion": version, "metadata": metadata}})
