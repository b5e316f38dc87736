"""What the proxy can be told to do to an exchange, as data: one table of actions, one rule that says to which
exchanges an action applies."""

import itertools
import re
from dataclasses import dataclass, field

READS = ("GET", "HEAD")

# Action -> what its value has to be. `None` as a value type: any.
ACTIONS = {
    "answer": dict,  # {"status", "headers", "body"} instead of asking the server
    "lose": str,  # "request": the server never sees it; "answer": the server acts, the client is not told
    "delay": (int, float),  # seconds before the server is asked
    "cut": int,  # the connection breaks after so many bytes of the answer, its head included
    "stall": int,  # after so many bytes nothing more comes, and the connection stays open
    "split": int,  # the body arrives in pieces of so many bytes
    "gone": int,  # after so many events of a watch: an ERROR event of code 410, and the end
    "bookmarks": str,  # "drop": none of a watch arrives; "strip": they arrive without annotations
    "freeze": bool,  # the events of a watch wait until the fault is lifted
    "rewind": bool,  # a list is answered as it was when recording ended
}


class BadFault(ValueError):
    """A fault that nobody can carry out; the message says why."""


@dataclass
class Fault:
    """An action, and the exchanges that it applies to: those that match, after the first `skip`, `times` of them."""

    identity: int
    action: str
    value: object
    methods: list
    path: re.Pattern
    query: re.Pattern
    skip: int = 0
    times: int | None = None
    matched: int = 0
    lifted: bool = field(default=False)

    def takes(self, method, path, query):
        """Whether this exchange is one of those meant; counts it."""
        if self.lifted or (self.methods and method not in self.methods):
            return False
        if not self.path.search(path) or not self.query.search(query):
            return False
        self.matched += 1
        return self.skip < self.matched and (self.times is None or self.matched <= self.skip + self.times)


_identities = itertools.count(1)


def parse(text):
    """A fault from JSON such as {"cut": 200, "path": "configmaps", "query": "watch=true", "skip": 1, "times": 1}."""
    actions = [name for name in ACTIONS if name in text]
    unknown = set(text) - set(ACTIONS) - {"methods", "path", "query", "skip", "times"}
    if unknown or len(actions) != 1:
        raise BadFault(f"a fault has one of {sorted(ACTIONS)}, not {sorted(text)}")
    action = actions[0]
    if not isinstance(text[action], ACTIONS[action]):
        raise BadFault(f"{action}: {text[action]!r} is not of the right type")
    return Fault(
        identity=next(_identities),
        action=action,
        value=text[action],
        methods=text.get("methods", []),
        path=re.compile(text.get("path", "")),
        query=re.compile(text.get("query", "")),
        skip=text.get("skip", 0),
        times=text.get("times"),
    )


def is_write(method, path, query):
    """Whether a request changes what is stored: neither a read, nor a question in the form of a create, nor a try."""
    return method not in READS and "accessreviews" not in path and "dryRun=" not in query
