"""Examples that the helps give, as a person would type them."""

import re
import shlex
from pathlib import Path

from anticorr.cli.parser import parser

WORKFLOW = ("make", "plan", "report", "archive", "verify")
"""Verbs of a scale in the folder of a clone: tests/workflow/test_help.py runs their examples."""


def commands():
    """Parsers by verb."""
    return dict(next(action for action in parser()._actions if action.dest == "name").choices)


def examples(text):
    """Lines of a help that are commands."""
    return re.findall(r"^ +(anticorr .*)$", text, re.MULTILINE)


def every_example():
    """Of the help of the command and of every verb, each once."""
    helps = [parser().epilog, *(command.epilog for command in commands().values())]
    return list(dict.fromkeys(line for text in helps for line in examples(text)))


def verb(line):
    return line.split()[1]


def arguments(line):
    """What the shell would make of a line."""
    return [
        str(Path(word).expanduser()) if word.startswith("~") else word for word in shlex.split(line)[1:]
    ]
