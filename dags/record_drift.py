"""### 记录模型漂移：各类占比、平均把握、人工更正

**做什么**：每天 03:40（北京时间）按天记下前三天模型各项判断的占比、平均得分和被人更正的条数，
存入 drift 表；占比无故变化、得分下降或更正增多，说明模型该重新训练（`huiying train`）。

**失败时看什么**：任务日志里的那一句话；多半是数据库连不上，看 `huiying doctor`。

**可以重跑**：可以。同一天重算得到同样的行。
"""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, task

RETRIES = {"retries": 2, "retry_delay": timedelta(minutes=10)}

with DAG(
    "record_drift",
    schedule=CronTriggerTimetable("40 3 * * *", timezone="Asia/Shanghai", run_immediately=False),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    default_args={"owner": "huiying", **RETRIES},
    doc_md=__doc__,
    tags=["huiying", "研读"],
):

    @task(execution_timeout=timedelta(minutes=30))
    def record_drift() -> dict:
        from analysis.drift import record_drift

        return record_drift()

    record_drift()
