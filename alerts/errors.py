"""Errors of the alerts: clocks, people's decisions, mail.

AlertError
├── NaiveTime        a time without zone reached our own code
├── BeyondCalendar   the arithmetic leaves the years 1 to 9999
├── WrongDuty        the duty has no clock of this kind (no limit, no extension, no suspension, unknown id)
├── WrongFacts       facts that contradict each other (answered before sent, corrected before received)
├── NotAllowed       a deadline would move later, or a clock be superseded, without a chief and a reason
├── WrongRole        this act needs another role; the message names it
├── WrongState       the incident or clock is not in a state that allows this act
└── NoMailServer     no mail server is set, or nobody to send to
"""

from __future__ import annotations


class AlertError(Exception):
    """One sentence: the thing, what was expected, what came, the remedy."""


class NaiveTime(AlertError):
    pass


class BeyondCalendar(AlertError):
    pass


class WrongDuty(AlertError):
    pass


class WrongFacts(AlertError):
    pass


class NotAllowed(AlertError):
    pass


class WrongRole(AlertError):
    pass


class WrongState(AlertError):
    pass


class NoMailServer(AlertError):
    pass
