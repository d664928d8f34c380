"""The outbox empties itself: claim one message with a lease, render, send, mark sent after the server accepted it.

Three short transactions around the sending. A crash between the server's 250 and our mark sends the same message
with the same Message-ID again after the lease; nothing is ever lost.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from alerts.channels.email import Sender
from alerts.channels.receipt import Receipt
from alerts.messages.render import Mail, build, render
from alerts.recipients import receiving
from alerts.telling import Why, tell
from catalogue.loader import Catalogue
from store import switches
from store.model import Notification
from store.session import transaction

LEASE = dt.timedelta(minutes=2)  # six times what one conversation may last
FIRST_DELAY, LONGEST_DELAY = dt.timedelta(seconds=30), dt.timedelta(minutes=15)
HEARTBEAT = "deliver_notifications"
LOG = logging.getLogger(__name__)


@dataclass
class DeliveryResult:
    """One round. waiting: still to be sent after it; problem: one line for people when something is wrong."""

    sent: int = 0
    refused: int = 0
    delayed: int = 0
    waiting: int = 0
    paused: bool = False
    problem: str = ""
    addresses: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Claim:
    id: int
    attempt: int
    address: str


def deliver(
    database_url: str, catalogue: Catalogue, now: dt.datetime, sender: Sender, limit: int = 100
) -> DeliveryResult:
    """Send what is due, at most `limit` messages. Several deliverers may run at once."""
    began = time.monotonic()

    def moment() -> dt.datetime:
        return now + dt.timedelta(seconds=time.monotonic() - began)

    result = DeliveryResult()
    for _ in range(limit):
        claim = claim_next(database_url, moment(), result)
        if claim is None or not send_one(database_url, catalogue, claim, sender, moment, result):
            break
    note_round(database_url, moment(), result)
    return result


def claim_next(database_url: str, now: dt.datetime, result: DeliveryResult) -> Claim | None:
    """Lease the most pressing message, or None: nothing due, or all mail is paused."""
    with transaction(database_url) as session:
        if switches.mail_is_paused(session):
            result.paused, result.problem = True, "发信已暂停，邮件留在发件箱里"
            return None
        found = session.scalars(
            select(Notification)
            .where(
                or_(
                    (Notification.state == "pending") & (Notification.next_attempt_at <= now),
                    (Notification.state == "leased") & (Notification.leased_until <= now),
                )
            )
            .order_by(Notification.urgent.desc(), Notification.created_at, Notification.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if found is None:
            return None
        found.state, found.leased_until = "leased", now + LEASE
        found.attempts += 1
        return Claim(found.id, found.attempts, found.address)


def send_one(
    database_url: str,
    catalogue: Catalogue,
    claim: Claim,
    sender: Sender,
    moment: Callable[[], dt.datetime],
    result: DeliveryResult,
) -> bool:
    """Render, send, record; False when the rest of the round may wait."""
    try:
        with transaction(database_url) as session:
            mail = render(session, catalogue, session.get_one(Notification, claim.id), moment())
        message = build(mail)
    except Exception as error:  # one message that cannot be written must not stop the others
        LOG.exception("notification %s cannot be rendered", claim.id)
        mail, receipt = None, Receipt("later", f"邮件无法生成（{type(error).__name__}），请联系管理员")
    else:
        receipt = sender(message, claim.address)
    with transaction(database_url) as session:
        record(session, catalogue, claim, mail, receipt, moment())
    count(claim, receipt, result)
    return not receipt.whole_server


def record(
    session: Session,
    catalogue: Catalogue,
    claim: Claim,
    mail: Mail | None,
    receipt: Receipt,
    now: dt.datetime,
) -> None:
    """Mark the message by what the channel said, unless another deliverer took it over meanwhile."""
    mine = (
        Notification.id == claim.id,
        Notification.attempts == claim.attempt,
        Notification.state == "leased",
    )
    values: dict[str, object] = {"leased_until": None, "last_error": None}
    if receipt.outcome == "accepted" and mail is not None:
        values |= {"state": "sent", "sent_at": now, "subject": mail.subject, "text": mail.text}
    elif receipt.outcome == "refused":
        values |= {
            "state": "dead",
            "last_error": f"{claim.address} 被拒收（{receipt.reply}），请核对接收人地址",
        }
    else:
        values |= {
            "state": "pending", "last_error": receipt.reply,
            "next_attempt_at": now + delay_after(claim.attempt),
        }  # fmt: skip
    changed = session.scalar(update(Notification).where(*mine).values(values).returning(Notification.id))
    if changed is not None and receipt.outcome == "refused":
        tell_refused(session, catalogue, session.get_one(Notification, claim.id), now)


def delay_after(attempt: int) -> dt.timedelta:
    """30 s, 1, 2, 4, 8, then each 15 minutes: an alarm is never given up."""
    return min(FIRST_DELAY * int(2 ** min(attempt - 1, 10)), LONGEST_DELAY)


def tell_refused(session: Session, catalogue: Catalogue, dead: Notification, now: dt.datetime) -> None:
    """A dead message is somebody's work: the posts that look after the system hear of it, never in a circle."""
    if dead.kind == "health":
        return
    people = [one for one in receiving(catalogue, "health") if one.id != dead.recipient]
    named = catalogue.recipients.get(dead.recipient)
    note = f"发给“{named.name if named else dead.recipient}”的邮件没有送达：{dead.last_error}。"
    why = Why(f"recipient:{dead.recipient}", f"refused:{dead.address}", urgent=True)
    tell(session, catalogue, people, [why], "health", now, {"title": "有邮件被拒收", "note": note})


def count(claim: Claim, receipt: Receipt, result: DeliveryResult) -> None:
    if receipt.outcome == "accepted":
        result.sent += 1
        result.addresses.append(claim.address)
    elif receipt.outcome == "refused":
        result.refused += 1
        result.problem = f"{claim.address} 被拒收（{receipt.reply}）"
    else:
        result.delayed += 1
        result.problem = f"{receipt.reply}，稍后重发"


def note_round(database_url: str, now: dt.datetime, result: DeliveryResult) -> None:
    """The round's facts where `huiying doctor` and the pages read them."""
    with transaction(database_url) as session:
        result.waiting = waiting(session)
        dead = session.scalar(
            select(func.count()).select_from(Notification).where(Notification.state == "dead")
        )
        facts = {
            "sent": result.sent, "waiting": result.waiting, "dead": dead or 0, "paused": result.paused,
            "problem": result.problem, "now": now.isoformat(),
        }  # fmt: skip
        switches.beat(session, HEARTBEAT, facts)


def waiting(session: Session) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Notification)
            .where(Notification.state.in_(("pending", "leased")))
        )
        or 0
    )
