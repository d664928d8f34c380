"""Everything people decide about an incident, in one place to import from.

Each takes (session, [catalogue,] actor, incident id, now, …, expected_version) and checks the role itself. Raises
AlertError (WrongRole, WrongState, WrongFacts, NotAllowed), store.errors.Conflict when somebody else was first,
store.errors.NotFound.
"""

from alerts.acts import Actor, actor_of
from alerts.answers import judge_answers
from alerts.belonging import exclude, include, split, transfer
from alerts.case_file import close, create_by_hand, dismiss, merge
from alerts.corrections import correct_occurrence, supersede
from alerts.evidence import Evidence, record_response, withdraw_response
from alerts.grading import acknowledge, assign, confirm, lower_level, raise_level, treat_as_major
from alerts.labelling import confirm_labels, correct_labels

__all__ = [
    "Actor",
    "Evidence",
    "acknowledge",
    "actor_of",
    "assign",
    "close",
    "confirm",
    "confirm_labels",
    "correct_labels",
    "correct_occurrence",
    "create_by_hand",
    "dismiss",
    "exclude",
    "include",
    "judge_answers",
    "lower_level",
    "merge",
    "raise_level",
    "record_response",
    "split",
    "supersede",
    "transfer",
    "treat_as_major",
    "withdraw_response",
]
