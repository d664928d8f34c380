"""### 周报：上周公众关切走势

**做什么**：每周一 06:00（北京时间）起草上周（周一至周日）的报告，08:00 发给订阅的人并存档。

**失败时看什么**：任务日志里的那一句话；`huiying report week 2026-W47 --out DIR` 可以手工生成同一份。

**可以重跑**：可以。一周只有一期，重跑得到同一期；已发出的不再发第二次。首次启动不会补发过去的周报。
"""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, task

RETRIES = {"retries": 3, "retry_delay": timedelta(minutes=5)}

with DAG(
    "weekly_report",
    schedule=CronTriggerTimetable("0 6,8 * * 1", timezone="Asia/Shanghai", run_immediately=False),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=90),
    default_args={"owner": "huiying", **RETRIES},
    doc_md=__doc__,
    tags=["huiying", "报告"],
):

    @task(execution_timeout=timedelta(minutes=15))
    def weekly_report() -> dict:
        from dashboards.jobs import weekly_report

        return weekly_report()

    weekly_report()
