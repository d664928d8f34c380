"""A week in which everything happens at once: every category busy, eight incidents, misses, gaps, policy papers."""

from sqlalchemy import insert

from store.crawl_runs import save_source_state
from store.model import CrawlRun, Response

TITLES = (
    ("城东区三所小学食堂餐后多名学生不适", "food_drug_safety", "chengdong", "II", True),
    ("新港区化工园区夜间异味扰民", "environment", "xingang", "II", False),
    ("柳林镇自来水管网改造停水超过公告时限", "fair_regulation", "liulin", "III", False),
    ("示例花园小区交房延期引发业主集中反映", "housing", "chengdong", "III", False),
    ("医保门诊统筹报销系统升级后无法结算", "healthcare", "shili", "III", False),
    ("养老机构收费标准调整家属不解", "elderly_care", "xingang", "III", False),
    ("电动自行车充电桩拆除后居民无处充电", "public_safety", "chengdong", "III", False),
    ("小微企业所得税优惠申报退回", "tax_cuts", "shili", "IV", False),
)
ASKED = ("处理结果何时公布？", "责任单位是谁，如何联系？", "会不会影响其他地方？", "损失由谁承担？")


def fill_full_week(session, invented, catalogue) -> None:
    """Into an open transaction: the Beijing week of 16 to 22 November 2026, and some of the week before."""
    filler, b = invented.Filler(session), invented.beijing
    background(filler, b, list(catalogue.categories))
    for number, (title, category, region, grade, is_emergency) in enumerate(TITLES):
        incident(session, filler, b, number, title, category, region, grade, is_emergency)
    for number, words in enumerate(
        ("关于停水安排的公告", "门诊统筹实施办法解读", "养老收费管理办法（征求意见稿）")
    ):
        filler.texts(b(17 + number, 10), title=f"示例市{words}", channel="government", source="shili_gov",
                     sentiment="neutral")  # fmt: skip
    for index, source in enumerate(("shili_news", "shili_gov", "shili_square")):
        save_source_state(session, source, first_run_at=b(1), last_success_at=b(22, 23, 50))
        runs = [
            {"source": source, "started_at": b(d, h, 5), "finished_at": b(d, h, 6), "message": "连接超时，对方服务器没有应答",
             "status": "failed" if d == 17 + index and h in (3, 4, 11) else "ok"}
            for d in range(15, 23) for h in range(24)
        ]  # fmt: skip
        session.execute(insert(CrawlRun), runs)


def background(filler, b, categories) -> None:
    for day in range(9, 23):
        for place, category in enumerate(categories):
            filler.texts(
                b(day, 8 + place % 10, 5), 1 + (day * (place + 3)) % 5, categories=[category],
                title=f"示例：第{place}类{day}日留言",
                region=("chengdong", "xingang", "liulin", None)[place % 4],
                sentiment=("neutral", "negative", "positive")[(day + place) % 3],
            )  # fmt: skip
            if day % 2 == place % 2:
                filler.texts(
                    b(day, 10), 1, channel="hotline", source="shili_hotline", title="热线来件", categories=[category], friction=True
                )  # fmt: skip


def incident(session, filler, b, number, title, category, region, grade, is_emergency) -> None:
    day, id_ = 16 + number % 6, f"202611{16 + number % 6}-{number + 1:02d}"
    ids = filler.texts(
        b(day, 9, 10), 34 - 3 * number, title=f"{title}，希望尽快给个说法", channel="social", source="shili_square",
        categories=[category], region=region,
    )  # fmt: skip
    filler.texts(
        b(day, 13), 3, title=f"{title}：记者走访", categories=[category], region=region, sentiment="neutral"
    )
    filler.incident(
        id_, b(day, 9, 30), ids, title=title, confirmed_at=b(day, 11), grade=grade, proposed_grade=grade, region=region,
        categories=[category], is_emergency=is_emergency, event_level="II" if is_emergency else None,
        unit=("jiaoyu", "zhujian", "zong")[number % 3],
    )  # fmt: skip
    answer = None
    if number % 2 == 0:
        answer = Response(incident_id=id_, kind="answer", happened_at=b(day, 18), channel="示例市政府网站", recorded_at=b(day, 18),
                          recorded_by="duty")  # fmt: skip
        session.add(answer)
        session.flush()
    if is_emergency:
        filler.clock(id_, "R1", b(day, 9, 10), 5, state="met", settled_at=b(day, 12))
        filler.clock(id_, "R2", b(day, 9, 10), 24, state="missed")
    else:
        late = {"state": "met", "settled_at": b(day, 18)} if answer is not None else {"state": "missed"}
        filler.clock(id_, "R3", b(day, 9, 10), 48, **(late if day < 21 else {"state": "running"}))
    for place, words in enumerate(ASKED[: 2 + number % 3]):
        filler.question(
            id_,
            words,
            ids[place * 4 : place * 4 + 9 - place],
            answer.id if answer is not None and place == 0 else None,
        )
