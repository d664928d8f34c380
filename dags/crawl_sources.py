"""### 抓取：各站点到期的信源

**做什么**：每分钟找出到期的站点（每个信源有自己的 `every`），每个站点一个任务，同时最多两个
（资源池 `crawl`）；站内的礼让由 Scrapy 负责。一个站点失败或很慢不影响其他站点：每个信源一次最多一分钟，
没采完的留到下一轮；正在读的站点不会被第二个任务再读。

**失败时看什么**：任务日志里的那一句话，和看板的信源健康页。连续失败的信源会自动放慢。

**可以重跑**：可以。已入库的文章按地址和指纹去重，未变化的页面不再下载。
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset, CronTriggerTimetable, get_current_context, task

CRAWLED = Asset("huiying_documents")
RETRIES = {"retries": 1, "retry_delay": timedelta(seconds=10)}

with DAG(
    "crawl_sources",
    schedule=CronTriggerTimetable("* * * * *", timezone="Asia/Shanghai", run_immediately=True),
    catchup=False,
    max_active_runs=4,  # a slow host holds its own run, not the others; a host is never read twice at once
    dagrun_timeout=timedelta(minutes=30),
    default_args={"owner": "huiying", **RETRIES},
    doc_md=__doc__,
    tags=["huiying", "抓取"],
):

    @task(execution_timeout=timedelta(seconds=60))
    def due_hosts() -> list:
        from crawlers.jobs import due_hosts

        return due_hosts()

    @task(pool="crawl", execution_timeout=timedelta(minutes=10), map_index_template="{{ host }}")
    def crawl_host(host: str) -> dict:
        from crawlers.jobs import crawl_host

        get_current_context()["host"] = host
        return crawl_host(host)

    @task(outlets=[CRAWLED], execution_timeout=timedelta(seconds=60), trigger_rule="none_skipped")
    def announce_documents() -> None:
        """The asset event; a failed host must not hold back what the others brought."""

    crawl_host.expand(host=due_hosts()) >> announce_documents()
