"""Who looks at a page, and what that role may do. Checked on the server for every page, callback and download."""

from __future__ import annotations

from dataclasses import dataclass

from flask_login import UserMixin, current_user

from dashboards.errors import NoRight
from store.accounts import stamp
from store.model import ROLES, Account

DUTY = ("duty", "chief")
READERS = ("viewer", "liaison", "duty", "chief", "reviewer", "admin", "inspector")
RIGHTS: dict[str, tuple[str, ...]] = {
    "read": READERS,
    "wall": (*READERS, "screen"),  # to be here at all: the ticking of every page
    "town": (*(role for role in READERS if role != "liaison"), "screen"),  # the whole town on the wall
    "internal_text": ("duty", "chief", "reviewer", "admin"),
    "settings": ("duty", "chief", "reviewer", "admin", "inspector"),
    "create": DUTY,
    "acknowledge": DUTY,
    "confirm": DUTY,
    "raise": DUTY,
    "lower": ("chief",),
    "assign": DUTY,
    "dismiss": DUTY,
    "merge": DUTY,
    "sort_texts": DUTY,
    "correct_labels": DUTY,
    "record_response": (*DUTY, "liaison"),
    "withdraw_response": DUTY,
    "correct_occurrence": DUTY,
    "treat_as_major": ("chief",),
    "close": DUTY,
    "pause_mail": ("chief", "admin"),
    "test_mail": ("chief", "admin"),
    "edit_catalogue": ("admin",),
    "retry_source": (*DUTY, "admin"),
    "switch_source": ("chief", "admin"),
    "make_report": (*DUTY, "reviewer", "admin"),
    "approve_report": ("chief", "reviewer"),
    "send_report": ("chief",),
}


@dataclass(frozen=True)
class Viewer(UserMixin):
    """The person of this request. unit is set for a liaison, who sees only that unit's incidents."""

    name: str
    shown_as: str
    role: str
    unit: str | None
    stamp: str

    def get_id(self) -> str:
        return f"{self.name}|{self.stamp}"

    @property
    def scope_unit(self) -> str | None:
        return (self.unit or "") if self.role == "liaison" else None

    def may(self, right: str) -> bool:
        return self.role in RIGHTS[right]

    def need(self, right: str) -> None:
        if not self.may(right):
            raise NoRight(f"此操作需{who_may(right)}权限，您的角色是{ROLES[self.role]}。")


def who_may(right: str) -> str:
    return "或".join(ROLES[role] for role in RIGHTS[right])


def viewer_of(account: Account) -> Viewer:
    return Viewer(account.name, account.shown_as, account.role, account.unit, stamp(account))


def current_viewer() -> Viewer:
    """The person of this request; the guard has let nobody anonymous come so far."""
    if not current_user.is_authenticated:
        raise NoRight("登录已失效，请重新登录。")
    return current_user._get_current_object()
