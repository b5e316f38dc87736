"""What a command line may say, without running it.

kubectl's and the program's verbs and flags are those of their own help; kinds of resources are those that Kubernetes
has and that the CustomResourceDefinitions here define; fields in a jsonpath are those of the definition.
"""

import functools
import re
import shlex
import shutil
import subprocess

import yaml
from cluster import KUBECTL, PROGRAM, REPOSITORY

# Those that pages name, of Kubernetes' own.
BUILT_IN = set(
    """
    configmap configmaps crd daemonset daemonsets deploy deployment deployments endpoints event events job lease leases
    mutatingwebhookconfigurations namespace namespaces networkpolicies networkpolicy node nodes pod pods service svc
    validatingwebhookconfigurations
    """.split()
)
# Whose first argument is kinds, or KIND/NAME.
OF_KINDS = {"annotate", "delete", "describe", "edit", "get", "label", "patch"}
# Programs of others, which nothing here knows more of.
OTHERS = {"aliyun", "curl", "grep", "helm", "tail", "true", "wc"}


class Mistake(Exception):
    pass


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


def commands(line):
    """The words of each command of a line: what is between pipes, without redirections."""
    if subprocess.run(["bash", "-n", "-c", line], capture_output=True).returncode != 0:
        raise Mistake("is no line of a shell")
    lexer = shlex.shlex(re.sub(r"\$\([^()]*\)", "VALUE", line), posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split, lexer.commenters = True, ""
    words, is_file = [], False
    for word in lexer:
        if set(word) <= set("|&;"):
            if words:
                yield words
            words = []
        elif set(word) <= set("<>"):
            is_file = True
        elif is_file:
            is_file = False
        else:
            words.append(word)
    if words:
        yield words


class Flags:
    """Flags, and whether each takes a value."""

    def __init__(self, takes_value):
        self.takes_value = takes_value

    def __or__(self, other):
        return Flags(self.takes_value | other.takes_value)

    def parse(self, words, until=None):
        """(arguments, [(flag, value)], words that are left): reads up to --, or up to so many arguments."""
        arguments, flags, words = [], [], list(words)
        while words and (until is None or len(arguments) < until):
            word = words.pop(0)
            if word == "--":
                break
            if not word.startswith("-") or word == "-":
                arguments.append(word)
                continue
            name, is_joined, value = word.partition("=")
            # -it is -i -t.
            names = [name] if name.startswith("--") else [f"-{letter}" for letter in name[1:]]
            for name in names:
                if name not in self.takes_value:
                    raise Mistake(f"has no flag {name}")
            if self.takes_value[names[-1]] and not is_joined:
                if not words:
                    raise Mistake(f"{names[-1]} lacks its value")
                value = words.pop(0)
            flags.append((names[-1], value))
        return arguments, flags, words


@functools.cache
def kubectl_flags(*verb):
    """Of a verb, with those that each verb has."""
    status, text = output(KUBECTL, *verb, "--help") if verb else output(KUBECTL, "options")
    if status != 0:
        raise Mistake(f"kubectl has no verb {' '.join(verb)}")
    found = re.findall(r"^ +(?:(-\w), )?(--[\w-]+)=(.*):$", text, re.MULTILINE)
    takes_value = {name: value not in ("true", "false") for *names, value in found for name in names if name}
    own = Flags(takes_value)
    return own | kubectl_flags() if verb else own


@functools.cache
def program_flags(verb):
    verbs = re.findall(r"^  ([a-z]+) ", output(PROGRAM, "--help")[1].partition("Commands:")[2], re.MULTILINE)
    if verb not in verbs:
        raise Mistake(f"terway-operator has no command {verb}")
    found = re.findall(r"^ +(?:(-\w), )?(--[\w-]+)( [A-Z])?", output(PROGRAM, verb, "--help")[1], re.MULTILINE)
    return Flags({name: bool(value) for *names, value in found for name in names if name})


@functools.cache
def definitions():
    """The schema of each kind that a CustomResourceDefinition here defines, by each of the kind's names."""
    result = {}
    for folder in ("crds", "hack/*/crds"):
        for file in REPOSITORY.glob(f"{folder}/*_*.yaml"):
            spec = yaml.safe_load(file.read_text())["spec"]
            names = spec["names"]
            plain = [names["plural"], names["singular"], *names.get("shortNames", [])]
            schema = spec["versions"][0]["schema"]["openAPIV3Schema"]
            # Kubernetes has nodes of its own, and these come first.
            result |= {name: schema for name in plain if name not in BUILT_IN}
            result |= {f"{name}.{spec['group']}": schema for name in plain[:2]}
    return result


def check_kind(kind):
    # In capitals the reader fills it in.
    if not kind.isupper() and kind not in BUILT_IN and kind not in definitions():
        raise Mistake(f"{kind} is no kind of resources")


def field(schema, path, kind):
    """The schema of what a path such as status.resources[*].kind leads to; what is not described has all fields."""
    for part in re.sub(r"\[[^]]*\]", "[]", path).split("."):
        name, _, of_items = part.partition("[")
        if "properties" not in schema or name in ("apiVersion", "kind", "metadata") and "spec" in schema["properties"]:
            return {}
        if name not in schema["properties"]:
            raise Mistake(f"{kind} has no field {path}")
        schema = schema["properties"][name]
        if of_items:
            schema = schema.get("items", {})
    return schema


def check_output(kind, flags):
    """Fields of our own and of Terway's resources."""
    if kind not in definitions():
        return
    for flag, value in flags:
        form, _, template = value.partition("=") if flag in ("-o", "--output") else ("", "", "")
        if form == "custom-columns":
            for path in re.findall(r":\.([^,]+)", template):
                field(definitions()[kind], path, kind)
        elif form == "jsonpath":
            schema = definitions()[kind]
            for is_range, path in re.findall(r"\{(range )?(?:\.([^{}]*)|end)\}", template):
                found = field(schema, path, kind) if path else definitions()[kind]
                if is_range or not path:
                    schema = found


def check_kubectl(words):
    (verb, *_), _, rest = kubectl_flags().parse(words, until=1) if words else ((None,), [], [])
    if verb is None:
        raise Mistake("kubectl lacks its verb")
    if verb == "terway":
        return check_program(rest)
    if verb == "rollout":
        verb = (verb, rest.pop(0))
    else:
        verb = (verb,)
    arguments, flags, _ = kubectl_flags(*verb).parse(rest)
    kinds = []
    if verb[0] in OF_KINDS and arguments:
        kinds = arguments[0].partition("/")[0].split(",")
    elif verb[0] in ("create", "rollout"):
        kinds = [one.partition("/")[0] for one in arguments[:1]]
    else:
        kinds = [one.partition("/")[0] for one in arguments[:1] if "/" in one]
    for kind in kinds:
        check_kind(kind)
        check_output(kind, flags)


def check_program(words):
    if words and words[0] not in ("--version", "--help"):
        program_flags(words[0]).parse(words[1:])


def check_jq(words):
    # Without input it only reads the program: 3 is a mistake in it.
    if shutil.which("jq") and output("jq", "-n", f"empty | ({words[0]})")[0] != 0:
        raise Mistake(f"jq does not understand {words[0]}")


def check(line, others=OTHERS):
    """Raises Mistake. `others`: the programs of others that the line may call, None = any."""
    for program, *words in commands(line):
        if program == "kubectl":
            check_kubectl(words)
        elif program in ("terway-operator", "kubectl-terway"):
            check_program(words)
        elif program == "jq":
            check_jq(words)
        elif others is not None and program not in others:
            raise Mistake(f"{program}: nobody knows what that is")
