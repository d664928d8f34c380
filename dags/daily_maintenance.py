"""### 维护：分区、到期清理、运行记录

**做什么**：每天 03:10（北京时间）建好以后的分区，清理超过保存期的正文和证据，再清理 Airflow 自己的旧运行记录
（14 天）和任务日志（7 天）。

**失败时看什么**：任务日志里的那一句话；磁盘余量看 `huiying doctor`。

**可以重跑**：可以。已经清理的不会再清理，事件、时限和审计记录不受影响。
"""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, task

RETRIES = {"retries": 2, "retry_delay": timedelta(minutes=10)}

with DAG(
    "daily_maintenance",
    schedule=CronTriggerTimetable("10 3 * * *", timezone="Asia/Shanghai", run_immediately=False),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),
    default_args={"owner": "huiying", **RETRIES},
    doc_md=__doc__,
    tags=["huiying", "维护"],
):

    @task(execution_timeout=timedelta(hours=1))
    def daily_maintenance() -> dict:
        from store.jobs import daily_maintenance

        return daily_maintenance()

    @task(execution_timeout=timedelta(minutes=20), trigger_rule="all_done")
    def clean_airflow_history() -> dict:
        from huiying.airflow_home import clean_history

        return clean_history()

    daily_maintenance() >> clean_airflow_history()
