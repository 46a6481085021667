"""The reference page of the program `autograder`, made from the program itself.

```{command} grade
```
    what the command is for, its usage, its options with their defaults, and its examples; without a name, those of
    the program
```{settings}
```
    the settings under `c.Grading`, or under another class that `:class:` names, with their defaults
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from autograder import cli

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

EXAMPLE = re.compile(r"(?P<before>.*?)\s*\bExample: (?P<line>\S.*)")
TYPED = re.compile(r"((?<![\w-])--[a-z][a-z-]*|(?<!\w)'[^']+'(?!\w))")
MIB = 2**20


class CommandPage(SphinxDirective):
    """What `autograder NAME --help` says, as part of a page."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the command's description; warn, and return nothing, if there is no such command."""
        for path in Path(cli.__file__).parent.glob("*.py"):
            self.env.note_dependency(str(path))
        program = click.Context(cli.main, info_name="autograder")
        if self.arguments:
            name = self.arguments[0]
            command = cli.main.get_command(program, name)
            if command is None:
                logger.warning(
                    "There is no command %s.",
                    name,
                    location=self.get_location(),
                    type="book",
                    subtype="command",
                )
                return []
            context = click.Context(command, info_name=name, parent=program)
        else:
            command, context = cli.main, program
        sentences, examples = described(command.help or "")
        box = nodes.container(classes=["command"])
        box += [sentence_node(sentence) for sentence in sentences]
        box += code(" ".join([context.command_path, *command.collect_usage_pieces(context)]), "text")
        box += table(options(command, context))
        if examples:
            box += code("\n".join(examples), "sh")
        return [box]


class Settings(SphinxDirective):
    """The settings of one configurable class, all of them: `c.Grading`, if none is named."""

    option_spec: ClassVar[dict[str, Any]] = {"class": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return a list of the settings."""
        from autograder import course  # noqa: PLC0415  (nbgrader is slow to import)
        from autograder.record import late  # noqa: PLC0415

        known = {"Grading": course.Grading, "PerDayPenalty": late.PerDayPenalty}
        name = self.options.get("class", "Grading")
        for module in (course, late):
            self.env.note_dependency(str(module.__file__))
        found = known[name].class_own_traits(config=True)
        rows = [
            (f"c.{name}.{key}", f"{trait.help} Default: {default(trait.default())}.")
            for key, trait in found.items()
        ]
        return [table(rows)]


def described(text: str) -> tuple[list[str], list[str]]:
    """A command's paragraphs, each on one line, and the command lines of its examples."""
    sentences: list[str] = []
    examples: list[str] = []
    for paragraph in text.replace("\b", "").split("\n\n"):
        first, *others = paragraph.strip().splitlines() or [""]
        if first == "Examples:":
            examples += [line.strip() for line in others]
            continue
        kept = []
        for line in (first, *others):
            found = EXAMPLE.fullmatch(line)
            if found:
                examples.append(found["line"])
            kept.append(found["before"] if found else line)
        sentences.append(" ".join(filter(None, (line.strip() for line in kept))))
    return [sentence for sentence in sentences if sentence], examples


def options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """The options and what each does, with the default where it is none of yes and no."""
    for parameter in command.get_params(context):
        if not isinstance(parameter, click.Option) or "--help" in parameter.opts:
            continue
        names = ", ".join(parameter.opts)
        if not parameter.is_flag and not parameter.count:
            names += f" {parameter.make_metavar(context)}"
        said = parameter.help or ""
        if parameter.multiple is False and parameter.show_default and parameter.default is not None:
            said += f" Default: {parameter.default}."
        yield names, said


def default(value: Any) -> str:
    """A default as it is written in the settings, with a size in words."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= MIB and value % MIB == 0:
        return f"{value} ({value // MIB} MiB)"
    return f"{value:g}" if isinstance(value, float) else repr(value)


def table(rows: Iterable[tuple[str, str]]) -> nodes.definition_list:
    """Terms in type, and what each means below."""
    items = [
        nodes.definition_list_item(
            "",
            nodes.term("", "", nodes.literal(name, name)),
            nodes.definition("", sentence_node(said)),
        )
        for name, said in rows
    ]
    return nodes.definition_list("", *items, classes=["options"])


def sentence_node(text: str) -> nodes.paragraph:
    """A sentence in which options, and what stands in single quotes, are set in type."""
    found = nodes.paragraph()
    for number, piece in enumerate(TYPED.split(text)):
        if number % 2:
            found += nodes.literal(piece.strip("'"), piece.strip("'"))
        elif piece:
            found += nodes.Text(piece)
    return found


def code(text: str, language: str) -> nodes.literal_block:
    """A block of type."""
    return nodes.literal_block(text, text, language=language)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("command", CommandPage)
    app.add_directive("settings", Settings)
