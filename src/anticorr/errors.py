"""Errors that a person sees: worded, without a traceback; each knows its exit code."""


class AnticorrError(Exception):
    """Base of all errors raised on purpose."""

    exit_code = 1


class InputError(AnticorrError):
    """Bad input: one line for each problem (key, what was got, what is allowed)."""

    exit_code = 2

    def __init__(self, *problems: str):
        super().__init__("\n".join(problems))
        self.problems = problems


class RunError(AnticorrError):
    """A run that could not go on."""


class WriteError(RunError):
    """A file that could not be written or read back; what was kept before is still there."""


class InterruptionError(AnticorrError):
    """Stopped on request (Ctrl-C, SIGTERM)."""

    exit_code = 130
