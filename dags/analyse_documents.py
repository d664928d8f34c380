"""### 研读：给新文章打分、归类、折叠、聚类

**做什么**：抓取有新文章时立即、此外每分钟一次，处理所有还没有分数的文章。

**失败时看什么**：任务日志里的那一句话。某一篇读不懂会被跳过并记下，不会卡住其余的。

**可以重跑**：可以。分数按文章、项目和模型版本唯一，汇总在同一事务里更新。
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, CronTriggerTimetable, task

CRAWLED, ANALYSED = Asset("huiying_documents"), Asset("huiying_scores")
RETRIES = {"retries": 2, "retry_delay": timedelta(seconds=10)}

with DAG(
    "analyse_documents",
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("* * * * *", timezone="Asia/Shanghai", run_immediately=False),
        assets=[CRAWLED],
    ),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    default_args={"owner": "huiying", **RETRIES},
    doc_md=__doc__,
    tags=["huiying", "研读"],
):

    @task(outlets=[ANALYSED], execution_timeout=timedelta(minutes=20))
    def analyse_documents() -> dict:
        from analysis.jobs import analyse_documents

        return analyse_documents()

    analyse_documents()
