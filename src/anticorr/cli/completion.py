"""anticorr completion: a script by which a shell completes this command; shtab writes it."""

import sys
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Iterator

import shtab

from anticorr.cli.parser import parser
from anticorr.config import FIGURES
from anticorr.errors import InputError
from anticorr.wording import unknown_name

_SHELLS = ("bash", "zsh", "tcsh")
_NAMES = {
    ("completion", "shell"): _SHELLS,
    ("figure", "figure"): tuple(FIGURES),
    ("landscape", "anneal_law"): ("linear", "geometric"),
    ("movie", "colour"): ("density", "psi_6", "none"),
}
"""What the commands themselves allow, where it is a list: they refuse other names in their own words."""

_FILES = ("BUNDLE", "FILE", "RECORD")
"""Placeholders of files, beside those with an ending, as SPEC.yaml."""


def completion(options: Namespace) -> None:
    """Write the script for a shell."""
    if options.shell not in _SHELLS:
        raise InputError(unknown_name("shell", options.shell, _SHELLS))
    made = parser()
    for name, action in _actions(made):
        if (name, action.dest) in _NAMES:
            action.choices = _NAMES[name, action.dest]
        elif kind := _kind(action):
            action.complete = kind  # type: ignore[attr-defined] # where shtab looks
    sys.stdout.write(shtab.complete(made, options.shell).rstrip("\n") + "\n")


def _actions(made: ArgumentParser) -> Iterator[tuple[str, Action]]:
    """(name of a command, one of its arguments)."""
    commands = next(action for action in made._actions if action.dest == "name").choices
    for name, command in dict(commands or {}).items():
        for action in command._actions:
            yield name, action


def _kind(action: Action) -> object:
    """What a shell offers for an argument, by its placeholder."""
    metavar = action.metavar
    told = metavar if isinstance(metavar, str) else metavar[0] if metavar else ""
    if told == "FOLDER":
        return shtab.DIRECTORY
    return shtab.FILE if told in _FILES or "." in told else None
