"""Errors of the outermost layer.

HuiyingError
├── UsageError     the command was called wrongly (exit code 2)
└── RunError       the command was right but could not be carried out (exit code 1)
"""


class HuiyingError(Exception):
    """One sentence for the person at the terminal: what, what was expected, what came, the remedy."""

    exit_code = 1


class UsageError(HuiyingError):
    exit_code = 2


class RunError(HuiyingError):
    exit_code = 1
