"""### 计时：推进时限，发出提醒

**做什么**：每分钟把各事件的时限推进到现在：记下到点的节点、催办和升级，再把待发的通知发出去。

**失败时看什么**：任务日志里的那一句话；数据库和邮件服务器是否可用（`huiying doctor`）。超过 3 分钟没有成功，
系统会绕开 Airflow 直接发邮件，页面出现红色横幅。

**可以重跑**：可以。每个节点和每封通知都有唯一键，晚到的一次会把错过的全部补上。
"""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, task

RETRIES = {"retries": 2, "retry_delay": timedelta(seconds=5)}

with DAG(
    "keep_clocks",
    schedule=CronTriggerTimetable("* * * * *", timezone="Asia/Shanghai", run_immediately=True),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=3),
    default_args={"owner": "huiying", **RETRIES},
    doc_md=__doc__,
    tags=["huiying", "计时"],
):

    @task(execution_timeout=timedelta(seconds=60))
    def keep_clocks() -> dict:
        from alerts.jobs import keep_clocks

        return keep_clocks()

    @task(execution_timeout=timedelta(seconds=90), trigger_rule="all_done")
    def deliver_notifications() -> dict:
        from alerts.jobs import deliver_notifications

        return deliver_notifications()

    keep_clocks() >> deliver_notifications()
