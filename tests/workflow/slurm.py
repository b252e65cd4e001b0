"""A real SLURM of two nodes for a test, seen by nobody else: Debian's slurm-wlm and munge, no accounting.

Daemons and jobs live in namespaces of their own, for mounts and for processes: /etc/slurm of the machine
stays what it is, another SLURM is not disturbed, and all of it ends with the process that began it, even if
that is killed.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

NODES = ("n1", "n2")
_PROGRAMS = (
    "munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "scontrol", "sinfo",
    "unshare", "nsenter", "setpriv",
)  # fmt: skip

# The nodes say that they have cores and memory enough, whatever the machine: the tests' jobs are small.
_CONFIG = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
AuthInfo=socket={folder}/munge.socket,cred_expire=30
StateSaveLocation={folder}/controller
SlurmdSpoolDir={folder}/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0,bf_interval=1
SlurmdParameters=config_overrides
ReturnToService=2
MinJobAge=3600
KillWait=5
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=4 RealMemory=100000
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=4 RealMemory=100000
PartitionName=short Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""

# Each daemon is the child of a first process of a namespace: if that is killed, so is all that it started.
_START = """\
mount --bind "$1/etc" /etc/slurm || exit
alone() {
  setpriv --pdeathsig KILL unshare --pid --fork --kill-child --mount-proc sh -c '"$@" & wait' - "$@" &
}
alone munged --foreground --force --key-file="$1/munge.key" --socket="$1/munge.socket" \
  --pid-file="$1/munge.pid" --seed-file="$1/munge.seed" --log-file="$1/munge.log"
until test -S "$1/munge.socket"; do sleep 0.05; done
alone slurmctld -D
alone slurmd -D -N n1
alone slurmd -D -N n2
wait
"""


def missing() -> str:
    """Why there can be no SLURM here; empty if there can."""
    programs = [name for name in _PROGRAMS if shutil.which(name) is None]
    if programs:
        return f"{', '.join(programs)} not installed (Debian: slurm-wlm, munge)"
    if find_spec("snakemake_executor_plugin_slurm") is None:
        return "snakemake-executor-plugin-slurm not installed (pip install 'anticorr[cluster]')"
    if os.geteuid() != 0:
        return "a private SLURM takes root"
    if not Path("/etc/slurm").is_dir():
        return "SLURM reads another folder than /etc/slurm"
    # Most containers give a root of theirs no namespaces.
    command = ["unshare", "--mount", "--pid", "--fork", "true"]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return f"no namespaces: {tried.stderr.strip()}" if tried.returncode else ""


class Slurm:
    """The running SLURM; `inside` wraps a command that is to see it."""

    def __init__(self, folder: Path, process: subprocess.Popen):
        self._folder, self._process = folder, process

    def inside(self, *command: str, cwd: Path = Path("/")) -> list[str]:
        return [
            "setpriv", "--pdeathsig", "KILL",
            "nsenter", f"--target={self._process.pid}", "--mount", f"--wdns={cwd}", *command,
        ]  # fmt: skip

    def run(self, *command: str) -> str:
        told = subprocess.run(self.inside(*command), capture_output=True, text=True, timeout=60)
        assert told.returncode == 0, told.stderr
        return told.stdout

    def jobs(self, states: str = "pending,running,completing") -> list[str]:
        """Numbers of the jobs in these states."""
        return self.run("squeue", "--noheader", "--format=%A", f"--states={states}").split()

    def submitted(self) -> int:
        """How many jobs were ever submitted."""
        return len(self.jobs("all"))

    def node_of(self, job: str) -> str:
        return self.run("squeue", "--noheader", "--format=%N", "--states=all", f"--jobs={job}").strip()

    def kill(self, job: str) -> None:
        """kill -9 of all that a job runs."""
        mark = f"SLURM_JOB_ID={job}".encode()
        self._kill(lambda process: mark in (process / "environ").read_bytes().split(b"\0"))

    def lose(self, node: str) -> None:
        """The node is gone at once, with all that runs there; then somebody tells the controller."""
        end = f"slurmd\0-D\0-N\0{node}\0".encode()
        self._kill(lambda process: (process / "cmdline").read_bytes().endswith(end))
        self.run("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=lost")

    def _kill(self, chosen: Callable[[Path], bool]) -> None:
        """Kill processes of this SLURM, chosen by their folder in /proc."""
        found = []
        for process in _below(Path(f"/proc/{self._process.pid}")):
            with contextlib.suppress(OSError):  # it may have ended
                if chosen(process):
                    found.append(int(process.name))
        assert found
        for number in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def logs(self) -> str:
        """The last that each daemon said."""
        paths = sorted(self._folder.glob("*.log"))
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in paths)


@contextlib.contextmanager
def private_slurm() -> Iterator[Slurm]:
    """SLURM with its nodes idle; afterwards nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="slurm-", dir="/tmp") as name:  # a socket's path must be short
        folder = Path(name)
        for inner in ("etc", "controller", *NODES):
            (folder / inner).mkdir()
        config = _CONFIG.format(
            folder=folder, host=socket.gethostname().split(".")[0], ports=_free_ports(3)
        )
        (folder / "etc/slurm.conf").write_text(config)
        (folder / "munge.key").write_bytes(os.urandom(128))
        (folder / "munge.key").chmod(0o400)
        with (folder / "start.log").open("w") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "sh", "-c", _START, "-", name],
                stdout=log, stderr=log,
            )  # fmt: skip
        slurm = Slurm(folder, process)
        try:
            _wait_until_idle(slurm, process)
            yield slurm
        finally:
            process.kill()
            process.wait(30)


def _wait_until_idle(slurm: Slurm, process: subprocess.Popen) -> None:
    until = time.monotonic() + 60
    command = slurm.inside("sinfo", "--noheader", "--format=%D %t")
    while process.poll() is None and time.monotonic() < until:
        told = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if told.stdout.split() == [str(len(NODES)), "idle"]:
            return
        time.sleep(0.2)
    raise RuntimeError(f"SLURM did not start: {slurm.logs()}")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _below(process: Path) -> Iterator[Path]:
    """All descendants of a process, each by its folder in /proc."""
    with contextlib.suppress(OSError):
        for children in (process / "task").glob("*/children"):
            for child in children.read_text().split():
                yield Path("/proc") / child
                yield from _below(Path("/proc") / child)
