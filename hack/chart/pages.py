"""The pages of the documentation: their blocks, and which of these are to run.

A block that cannot run says why in a comment above it: <!-- not run: the reason -->. A folder none of whose blocks can
run says so once, in its README.md: <!-- not run, in this folder: the reason -->.
"""

import dataclasses
import functools
import pathlib
import re

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

# What is in the README in Chinese is the same, which a test of links holds it to.
ALL = ["README.md"] + sorted(str(page.relative_to(REPOSITORY)) for page in (REPOSITORY / "docs").rglob("*.md"))
# Help texts and output: Tests/CommandLineTests/HelpTests.swift compares them with what the program prints.
COMPARED = "docs/reference/command-line.md"

FENCE = re.compile(
    r"(?:<!-- not run: (?P<reason>[^>]*?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
OF_FOLDER = re.compile(r"^<!-- not run, in this folder: ([^>]*?) -->$", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Block:
    page: str
    # Of its first line.
    line: int
    heading: str
    language: str
    text: str
    # Why it is not run, or None.
    reason: str | None

    @property
    def lines(self):
        """(line, text) of each line that is not empty."""
        return [(self.line + index, text) for index, text in enumerate(self.text.split("\n")) if text]

    @property
    def commands(self):
        """(line, command) without prompt and comment; other lines of a block are output."""
        return [(line, without_comment(text[2:])) for line, text in self.lines if text.startswith("$ ")]


def without_comment(command):
    return command.split("    # ")[0]


def text_of(page):
    return (REPOSITORY / page).read_text()


@functools.cache
def reason_of_folder(folder):
    readme = REPOSITORY / folder / "README.md"
    found = OF_FOLDER.search(readme.read_text()) if readme.exists() else None
    return found[1] if found else None


def blocks(page, *languages):
    """The blocks of a page in one of the languages, or all."""
    text = text_of(page)
    for found in FENCE.finditer(text):
        before = text[: found.start("text")]
        if not languages or found["language"] in languages:
            yield Block(
                page,
                before.count("\n") + 1,
                next(iter(re.findall(r"^## (.*)$", before, re.MULTILINE)[-1:]), ""),
                found["language"],
                found["text"],
                found["reason"] or reason_of_folder(str(pathlib.Path(page).parent)),
            )


def inline(page):
    """(line, text) of what stands in backquotes in running text."""
    text = FENCE.sub(lambda found: re.sub(r"[^\n]", "", found[0]), text_of(page))
    for found in re.finditer(r"`([^`\n]+)`", text):
        yield text[: found.start()].count("\n") + 1, found[1]
