"""What a channel says after trying to hand over one message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Receipt:
    """outcome: accepted, refused (for good: this recipient), or later (try again).

    reply: the server's words or what went wrong, one line, without secrets. whole_server: nothing else will get
    through right now either, so the rest of the round may wait.
    """

    outcome: str
    reply: str
    whole_server: bool = False
