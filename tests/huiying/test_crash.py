"""kill -9 at named points of the real stack; rows and mails are counted after the restart.

after claim · after SMTP 250 before commit · mid-migration · between store and score · inside the opening of an
incident · the database itself, twice, under load.
"""

import datetime as dt
import socket
import threading

import pytest
from sqlalchemy import create_engine

from store import rollups
from store.migrations.run import MIGRATION_LOCK, current, newest
from store.session import transaction

pytestmark = pytest.mark.crash
COUNTS = tuple(rollups.TABLES)


# --- the outbox


def test_killed_after_the_claim_each_mail_arrives_exactly_once(opened_stack):
    """The mail server takes the connection and says nothing; the deliverer dies with its lease committed."""
    stack = opened_stack
    waiting = stack.number("notification where state = 'pending'")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        child = stack.start_job(
            "deliver_notifications", HUIYING_SMTP_URL=f"smtp://127.0.0.1:{mute.getsockname()[1]}"
        )
        mute.settimeout(30)
        conversation, _ = mute.accept()
        assert stack.rows("select attempts from notification where state = 'leased'") == [(1,)]
        child.kill()
        conversation.close()
    assert stack.run("deliver_notifications") | {"problem": ""} == {
        "sent": waiting - 1, "refused": 0, "delayed": 0, "waiting": 1, "paused": False, "problem": "",
    }  # fmt: skip
    stack.advance(60)
    assert stack.run("deliver_notifications")["sent"] == 0  # the lease of two minutes still holds
    stack.advance(125)
    assert stack.run("deliver_notifications")["sent"] == 1
    assert sorted(stack.mailbox.copies().values()) == [1] * waiting
    assert stack.rows("select distinct state from notification") == [("sent",)]


def test_killed_after_250_before_the_commit_the_mail_comes_again_under_its_own_message_id(opened_stack):
    stack = opened_stack
    waiting = stack.number("notification where state = 'pending'")
    marking = "select id from notification where state = 'leased' for update"
    locks = []

    def take_the_row_then_say_250():
        lock = stack.holding(marking)
        lock.__enter__()
        locks.append(lock)

    stack.mailbox.answer = take_the_row_then_say_250
    child = stack.start_job("deliver_notifications")
    ((pid, query),) = stack.wait_for_lock(child)
    assert query.startswith("UPDATE notification")
    child.kill()
    stack.mailbox.answer = lambda: None
    locks.pop().__exit__(None, None, None)
    stack.wait_gone(pid)
    ((repeated, state),) = stack.rows("select message_id, state from notification where attempts = 1")
    assert (len(stack.mailbox.taken), state) == (1, "leased")
    stack.advance(125)
    assert stack.run("deliver_notifications")["sent"] == waiting
    copies = stack.mailbox.copies()
    assert len(copies) == waiting
    assert {number for (_, name), number in copies.items() if name == repeated} == {2}
    assert {number for (_, name), number in copies.items() if name != repeated} == {1}
    first, again = [mail for _, mail in stack.mailbox.taken if mail["Message-ID"] == repeated]
    assert first["Subject"] == again["Subject"]
    assert stack.rows("select distinct state from notification") == [("sent",)]


# --- migrations

UPGRADE = """
import json, os
from store.migrations.run import upgrade
print(json.dumps(upgrade(os.environ["OWNER_DATABASE_URL"])))
"""
SCHEMA = (
    "select kind, name from (select relkind::text, relname from pg_class"
    " where relnamespace = 'public'::regnamespace union all select 'f', proname from pg_proc"
    " where pronamespace = 'public'::regnamespace union all select 't', tgname from pg_trigger"
    " where not tgisinternal) as things (kind, name) order by 1, 2"
)


def version_of(stack):
    engine = create_engine(stack.urls.owner)
    with engine.connect() as connection:
        found = current(connection)
    engine.dispose()
    return found


def test_killed_in_the_middle_of_a_migration_nothing_is_left_and_the_next_one_is_whole(stack, new_stack):
    """Somebody's uncommitted table of the same name holds the migration near the end of its first file."""
    fresh = new_stack(template=None)
    query = fresh.kill_at("create table question_document (x int)", lambda: fresh.start(UPGRADE))
    assert query.startswith("-- The first schema")
    assert (fresh.rows(SCHEMA), version_of(fresh)) == ([], None)
    assert fresh.start(UPGRADE).result() == newest()
    assert version_of(fresh) == newest()
    assert fresh.rows(SCHEMA) == stack.rows(SCHEMA)


def test_the_second_of_two_upgraders_finishes_what_the_killed_first_began(stack, new_stack):
    fresh = new_stack(template=None)
    with fresh.holding("create table question_document (x int)"):
        first = fresh.start(UPGRADE)
        ((pid, _),) = fresh.wait_for_lock(first)
        second = fresh.start(UPGRADE)
        waiting = fresh.wait_for_lock(second, number=2)
        assert any("pg_advisory_lock" in query for _, query in waiting)
        first.kill()
        assert second.process.poll() is None
    assert second.result() == newest()
    fresh.wait_gone(pid)
    assert fresh.rows(SCHEMA) == stack.rows(SCHEMA)
    assert (
        fresh.rows("select 1 from pg_locks where locktype = 'advisory' and objid = %s", MIGRATION_LOCK) == []
    )


# --- between store and score


@pytest.mark.parametrize(
    ("lock", "reached"),
    [
        ("lock table score in share mode", "copy score"),
        ("lock table rollup_hour_category in share mode", "insert into rollup_hour_category"),
    ],
)
def test_killed_between_store_and_score_every_document_is_read_once_and_counted_once(stack, lock, reached):
    stack.bring_story(12)
    assert reached in stack.kill_at(lock, lambda: stack.start_job("analyse_documents"))
    assert stack.number("document") == stack.number("document where read_at is null") == 12
    for table in ("reading", "score", "document_category", "fold_band", *COUNTS):
        assert stack.number(table) == 0, table
    assert stack.run("analyse_documents")["read"] == 12
    assert stack.run("analyse_documents")["read"] == 0
    assert_counted_once(stack)


def assert_counted_once(stack):
    """A reading a document, and counts that a recount from the documents does not change."""
    assert (
        stack.number("reading")
        == stack.number("document where read_at is not null")
        == stack.number("document")
    )
    heads = stack.number("document where folded_into is null and counted_at is not null")
    assert stack.rows("select sum(total) from rollup_hour_category where category = '*'") == [(heads,)]
    kept = counts(stack)
    with transaction(stack.urls.app) as session:
        for (hour,) in stack.rows("select distinct date_trunc('hour', counted_at, 'UTC') from document"):
            rollups.recompute_hour(session, hour)
        for (day,) in stack.rows("select distinct counted_on from document"):
            rollups.recompute_day(session, day)
    assert counts(stack) == kept


def counts(stack):
    return {table: sorted(stack.rows(f"select * from {table} where total > 0")) for table in COUNTS}


# --- the opening of an incident

R1_MARKS = ["start", "1h", "2h30", "4h", "4h30", "due"]
R2_MARKS = ["start", "6h", "12h", "18h", "21h", "23h", "due"]

INCIDENT_TABLES = (
    "incident", "membership", "question", "clock", "milestone", "notification", "notification_reason",
)  # fmt: skip


@pytest.mark.parametrize(
    ("lock", "reached"),
    [
        ("lock table clock in share mode", "INSERT INTO clock"),  # incident and membership are written
        (
            "lock table notification_reason in share mode",
            "INSERT INTO notification_reason",
        ),  # clocks and a message too
    ],
)
def test_killed_while_it_opens_an_incident_there_is_no_half_of_it(stack, lock, reached):
    stack.bring_story()
    stack.run("analyse_documents")
    assert stack.kill_at(lock, lambda: stack.start_job("open_incidents")).startswith(reached)
    for table in (*INCIDENT_TABLES, "audit where action = 'incident.propose'"):
        assert stack.number(table) == 0, table
    assert stack.number("document where clustered_at is not null") == 0
    assert len(stack.run("open_incidents")["opened"]) == 1
    whole = {table: stack.number(table) for table in INCIDENT_TABLES}
    assert stack.run("open_incidents")["opened"] == []
    assert {table: stack.number(table) for table in INCIDENT_TABLES} == whole
    assert_one_whole_incident(stack)
    stack.run("deliver_notifications")
    assert len(stack.mailbox.taken) == len({to for to, _ in stack.mailbox.taken}) == whole["notification"]


def assert_one_whole_incident(stack):
    """The incident with every clock it owes, every milestone, a mail and its reason for each who is told."""
    ((incident, level),) = stack.rows("select id, proposed_event_level from incident")
    assert level == "II"
    assert incident.endswith("-01")
    clocks = stack.rows(
        "select duty, state, deadline_at - started_at, array_agg(code order by due_at)"
        " from clock c join milestone m on m.clock_id = c.id group by c.id order by duty"
    )
    assert clocks == [
        ("R1", "running", dt.timedelta(hours=5), R1_MARKS), ("R2", "running", dt.timedelta(hours=24), R2_MARKS),
    ]  # fmt: skip
    told = stack.rows("select distinct recipient from notification order by 1")
    assert len(told) == stack.number("notification") >= 3
    assert stack.rows("select recipient from notification_reason where mark = 'proposed' order by 1") == told
    assert stack.number("audit where action = 'incident.propose'") == 1


# --- the database itself

WORKER = """
import time
from alerts.jobs import deliver_notifications, open_incidents
from analysis.jobs import analyse_documents
while True:
    for job in (analyse_documents, open_incidents, deliver_notifications):
        try:
            job()
        except Exception as error:
            print(type(error).__name__, str(error), flush=True)
    time.sleep(0.1)
"""
THINGS = (
    "路灯",
    "健身器材",
    "公交站",
    "停车位",
    "垃圾桶",
    "图书角",
    "充电桩",
    "绿道",
    "斑马线",
    "居住证",
    "凉亭",
)


def request(number):
    """A dull request, each in other words."""
    thing, other = THINGS[number % 11], THINGS[(number // 11) % 11]
    return (
        f"咨询南湖区第{number}街坊的{thing}和{other}",
        f"请问{number * 7 % 997}号院旁边的{thing}每天几点开放？另外请问{other}登记需要带哪些材料，地点在{number}路口附近。谢谢。",
    )


def test_the_database_killed_twice_under_a_working_loop_nothing_is_lost(stack):
    """Once while a batch is counted, once while the mail server holds a message."""
    stack.bring([request(number) for number in range(700)])
    worker = stack.start(WORKER)
    stack.until(worker, lambda: stack.number("reading"))
    with stack.holding("lock table rollup_hour_category in share mode"):
        stack.wait_for_lock(worker)
        read = stack.number("reading")
        stack.kill_database()
    assert 0 < read < 700
    stack.server.start()
    assert stack.number("reading") == read
    stack.until(worker, lambda: stack.number("reading") == 700)

    in_hand, released = threading.Event(), threading.Event()
    stack.mailbox.answer = lambda: (in_hand.set(), released.wait(30))
    stack.bring_story()
    stack.until(worker, in_hand.is_set)
    stack.kill_database()
    released.set()
    stack.server.start()
    stack.advance(125)
    stack.until(worker, lambda: not stack.number("notification where state <> 'sent'"))
    worker.kill()

    told = worker.printed().splitlines()
    assert 2 <= len(told) <= 200
    for line in told:
        assert line.startswith("NoDatabase "), line
        assert line.endswith("。")
    assert_counted_once(stack)
    assert_one_whole_incident(stack)
    copies = stack.mailbox.copies()
    assert len(copies) == stack.number("notification")
    assert sorted(copies.values()) == [*[1] * (len(copies) - 1), 2]
