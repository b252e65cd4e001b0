"""anticorr completion: what a shell offers, asked of a real bash, and that no other command pays for it."""

import os
import shutil
import subprocess
import sys

import pytest

from anticorr.cli import completion, main
from anticorr.cli.parser import parser
from anticorr.config import FIGURES
from anticorr.landscape.anneal import LAWS
from anticorr.movies import film

_ASK = r"""
source <(anticorr completion bash)
complete -p anticorr >&2
while read -r line; do
  read -r -a COMP_WORDS <<< "$line"
  COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 )); COMPREPLY=()
  _shtab_anticorr
  echo "${COMPREPLY[@]}"
done
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes(tmp_path):
    """Lines as a person types them, up to the Tab; files of the folder count."""
    (tmp_path / "spec.yaml").touch()
    (tmp_path / "specials").mkdir()
    command = tmp_path / "anticorr"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m anticorr.cli "$@"\n')
    command.chmod(0o755)
    offered = {
        "anticorr si": {"simulate"},
        "anticorr figure ap": {name for name in FIGURES if name.startswith("ap")},
        "anticorr figure approach spec": {"spec.yaml", "specials"},
        "anticorr simulate spec.y": {"spec.yaml"},
        "anticorr predict spec.yaml --spectrum spec.y": {"spec.yaml"},
        "anticorr predict spec.yaml --traj": {"--trajectories"},
        "anticorr archive spec.yaml --results spec": {"specials"},
        "anticorr movie traj.nc --colour p": {"psi_6"},
        "anticorr completion z": {"zsh"},
    }
    told = subprocess.run(
        ["bash", "--norc", "-c", _ASK], input="\n".join(offered) + "\n", cwd=tmp_path, text=True,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}, capture_output=True, timeout=60,
    )  # fmt: skip
    assert told.returncode == 0
    assert "_shtab_anticorr anticorr" in told.stderr
    found = dict(zip(offered, map(set, map(str.split, told.stdout.splitlines())), strict=True))
    assert found == offered


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_are_told_every_command(shell, capsys):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    commands = next(action for action in parser()._actions if action.dest == "name").choices
    assert all(command in script for command in commands)
    assert "approach" in script
    program = shutil.which(shell)
    if program and shell == "zsh":
        assert subprocess.run([program, "-n"], input=script, text=True, check=False).returncode == 0


def test_an_unknown_shell_is_refused(capsys):
    assert main(["completion", "bsh"]) == 2
    words = "shell: got 'bsh', did you mean bash? allowed: bash, zsh, tcsh"
    assert capsys.readouterr().err == f"anticorr completion: {words}\n"


def test_names_are_those_that_commands_allow():
    assert completion._NAMES["landscape", "anneal_law"] == LAWS
    assert completion._NAMES["movie", "colour"] == film.COLOURS


def test_no_other_command_loads_it():
    code = "import sys; from anticorr.cli.parser import parser; parser(); print('shtab' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
