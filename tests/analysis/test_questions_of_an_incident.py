"""From texts to the kept list: other wordings that arrive later join the question they mean, under its number."""

from datetime import UTC, datetime, timedelta

from alerts.incidents import open_incidents
from analysis.detect import propose
from store.session import transaction

ASKING = (
    "检测结果什么时候公布？",
    "请问检测结果何时能公布？",
    "检测结果到底何时公布？",
    "啥时公布检测结果？",
)
TITLES = (
    "城东街道春苗小学多名学生午餐后呕吐腹泻",
    "春苗小学{n}名学生呕吐腹泻送医，家长怀疑午餐有问题",
    "孩子在春苗小学吃完食堂午餐后肚子疼呕吐，班里好几个都送医院了",
    "春苗小学食堂午餐疑似食物中毒，{n}名学生送医",
    "城东街道春苗小学学生集体呕吐，家长守在医院",
)


def at(minutes):
    return datetime(2026, 11, 20, 0, 0, tzinfo=UTC) + timedelta(minutes=minutes)


def texts(desk, first, amount):
    return [
        desk.item(
            TITLES[number % 5].format(n=12 + 5 * (number // 5)),
            f"今天11时40分许，春苗小学学生吃过午餐后出现呕吐腹泻等不适，有第{number}批孩子正在送医。{ASKING[number % 4]}",
            minutes=4 * number, channel=("social", "forum", "news", "social", "hotlist")[number % 5],
        )
        for number in range(first, first + amount)
    ]  # fmt: skip


def open_now(desk, minutes):
    with transaction(desk.url) as session:
        open_incidents(session, desk.catalogue, propose(session, desk.catalogue, at(minutes)), at(minutes))


def asked(desk):
    return desk.rows(
        "select q.id, q.text, count(d.document_id) from question q left join question_document d on d.question_id = q.id"
        " group by q.id order by 3 desc, 1"
    )


def test_later_wordings_join_the_question_and_the_list_does_not_grow(desk):
    desk.bring(*texts(desk, 0, 10))
    desk.read()
    open_now(desk, 45)
    ((number, _, before), *others) = asked(desk)
    assert before >= 8
    desk.bring(*texts(desk, 10, 6))
    desk.read()
    open_now(desk, 70)
    ((same, text, after), *still) = asked(desk)
    assert same == number
    assert after >= before + 4
    assert "检测结果" in text
    assert len(still) == len(others)
