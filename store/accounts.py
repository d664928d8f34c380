"""Logins of the office: who they are, what their role is; passwords only as scrypt hashes."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from store import audit
from store.errors import StoreError
from store.model import ROLES, Account

SHORTEST = 10
NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
# Checked when nobody has the name, so that a wrong name takes as long as a wrong password.
NOBODYS_HASH = generate_password_hash(secrets.token_hex(8), method="scrypt")


class AccountError(StoreError):
    """An account could not be made or changed as asked."""


def generate_password() -> str:
    """Twelve letters and digits that are not mistaken for each other, in groups of four."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def add(
    session: Session,
    now: datetime,
    name: str,
    shown_as: str,
    role: str,
    password: str,
    *,
    unit: str | None = None,
    by: str = "operator",
) -> Account:
    """A new active account. Raises AccountError."""
    if not NAME.fullmatch(name):
        raise AccountError(
            f"登录名应为 2 至 32 个小写字母、数字或 . _ -，以字母开头，收到的是“{name}”；请换一个。"
        )
    if role not in ROLES:
        raise AccountError(f"角色应为 {'、'.join(ROLES)} 之一，收到的是“{role}”。")
    if role == "liaison" and not unit:
        raise AccountError(f"联络员“{name}”应属于一个单位；请用 --unit 写明单位 id。")
    if session.get(Account, name) is not None:
        raise AccountError(f"账号“{name}”已经存在；要改密码请用 huiying user password {name}。")
    account = Account(
        name=name, shown_as=shown_as or ROLES[role], role=role, unit=unit, is_active=True,
        password_hash=hashed(password), created_at=now, password_changed_at=now,
    )  # fmt: skip
    session.add(account)
    audit.record(session, now, by, "account.add", f"account:{name}", after={"role": role, "unit": unit})
    session.flush()
    return account


def hashed(password: str) -> str:
    if len(password) < SHORTEST:
        raise AccountError(f"密码至少 {SHORTEST} 个字符，收到 {len(password)} 个；请换一个更长的。")
    return generate_password_hash(password, method="scrypt")


def change_password(session: Session, now: datetime, name: str, password: str, by: str = "operator") -> None:
    """A new password; everything that was logged in with the old one is out at once."""
    account = existing(session, name)
    account.password_hash = hashed(password)
    account.password_changed_at = now
    audit.record(session, now, by, "account.password", f"account:{name}")


def set_active(session: Session, now: datetime, name: str, active: bool, by: str = "operator") -> None:
    account = existing(session, name)
    before, account.is_active = account.is_active, active
    action = "account.enable" if active else "account.disable"
    audit.record(session, now, by, action, f"account:{name}", {"is_active": before}, {"is_active": active})


def existing(session: Session, name: str) -> Account:
    account = session.get(Account, name)
    if account is None:
        known = "、".join(one.name for one in everybody(session)) or "（还没有账号）"
        raise AccountError(f"没有账号“{name}”；现有：{known}。")
    return account


def everybody(session: Session) -> Sequence[Account]:
    return session.scalars(select(Account).order_by(Account.name)).all()


def find(session: Session, name: str) -> Account | None:
    return session.get(Account, name)


def find_active(session: Session, name: str) -> Account | None:
    account = session.get(Account, name)
    return account if account is not None and account.is_active else None


def check_login(session: Session, name: str, password: str) -> Account | None:
    """The active account with this name and password; None for everything else, after the same work."""
    account = session.get(Account, name)
    right = check_password_hash(account.password_hash if account else NOBODYS_HASH, password)
    return account if account is not None and right and account.is_active else None


def stamp(account: Account) -> str:
    """Changes with the password; a login that carries an older one is void."""
    return format(int(account.password_changed_at.timestamp() * 1000), "x")
