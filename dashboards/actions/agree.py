"""核对无误：读过原文，程序的判断都对；记为一致，不算更正。"""

from __future__ import annotations

from alerts import decisions
from dashboards import actions
from dashboards.actions.text import load, title, version, where
from dashboards.context import Context
from dashboards.opened_text import OpenedText

__all__ = ["load", "title", "version", "where"]
ORDER = 205
WORDS = "判断无误"
RIGHT = "correct_labels"
DENIED = "核对判断需值班员或值班长权限"


def submit(context: Context, opened: OpenedText, given: dict, version: int) -> str:
    decisions.confirm_labels(
        context.session, actions.actor(context), opened.row.id, context.now, expected_label=version
    )
    return f"已记“{opened.row.title}”的判断核对无误。"
