"""Errors of the catalogue.

CatalogueError        a file says something we cannot accept: file, key, what was expected, the remedy
├── UnknownThing      a name that stands in no file (a source, a unit, a recipient …)
└── SettingsError     a variable of the environment, or instance.json, cannot be used
    └── MissingInstance   nothing was ever started here, so there is no database to talk to
"""

from __future__ import annotations


class CatalogueError(Exception):
    def __init__(self, file: str, key: str, expected: str, remedy: str = "") -> None:
        self.file = file
        self.key = key
        self.expected = expected
        self.remedy = remedy
        where = f"{file} 的 {key}" if key else file
        super().__init__(f"{where}：{expected}。" + (f"{remedy}。" if remedy else ""))


class UnknownThing(CatalogueError):
    """A reference to something no file defines."""


class SettingsError(CatalogueError):
    def __init__(self, sentence: str) -> None:
        super().__init__("", "", "")
        self.args = (sentence,)


class MissingInstance(SettingsError):
    """No address of a database is known."""
