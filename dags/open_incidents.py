"""### 立项：从突起的关切建立事件

**做什么**：每次研读之后看哪些话题离开了自己的常态，建立事件（或并入已有事件）、拟定等级、起算时限，
随后把由此产生的通知发出去。

**失败时看什么**：任务日志里的那一句话；等级为何如此，看事件页上的理由。

**可以重跑**：可以。事件、时限、节点和通知在一个事务里写入，各有唯一键。
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset, task

ANALYSED = Asset("huiying_scores")
RETRIES = {"retries": 2, "retry_delay": timedelta(seconds=5)}

with DAG(
    "open_incidents",
    schedule=[ANALYSED],
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=15),
    default_args={"owner": "huiying", **RETRIES},
    doc_md=__doc__,
    tags=["huiying", "立项"],
):

    @task(execution_timeout=timedelta(minutes=10))
    def open_incidents() -> dict:
        from alerts.jobs import open_incidents

        return open_incidents()

    @task(execution_timeout=timedelta(minutes=2), trigger_rule="all_done")
    def deliver_notifications() -> dict:
        from alerts.jobs import deliver_notifications

        return deliver_notifications()

    open_incidents() >> deliver_notifications()
