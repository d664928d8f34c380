"""Errors of the store.

StoreError
├── NoDatabase      the database cannot be reached; the message names what was tried and the remedy
├── EvidenceChanged kept bytes no longer fit the hash kept with them
├── Conflict        somebody else changed the row first
└── NotFound        no such row; the message names the thing asked for
"""


class StoreError(Exception):
    pass


class NoDatabase(StoreError):
    pass


class EvidenceChanged(StoreError):
    pass


class Conflict(StoreError):
    pass


class NotFound(StoreError):
    pass
