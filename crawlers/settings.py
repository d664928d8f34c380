"""How Scrapy is set for one source: polite, bounded, without cookies or anything else that identifies a reader."""

from __future__ import annotations

from typing import Any

from catalogue.source import Source
from crawlers.extract import MAX_PAGE_BYTES

SECONDS_PER_SOURCE = 300
SECONDS_PER_REQUEST = 20
MAX_DEPTH = 200


def time_limit(source: Source) -> int:
    """The wall time one run of a source may take, seconds; a source may set its own in its table."""
    return int(source.options.get("time_limit", SECONDS_PER_SOURCE))


def user_agent(contact: str) -> str:
    """Who we are and how to reach us, ASCII only as HTTP wants it."""
    reachable = contact.encode("ascii", "ignore").decode().strip() or "see the office's web site"
    return f"HuiyingBot/0.1 (public notices and news reader; +{reachable})"


def scrapy_settings(source: Source, agent: str) -> dict[str, Any]:
    return {
        "USER_AGENT": agent,
        "ROBOTSTXT_USER_AGENT": "HuiyingBot",
        "ROBOTSTXT_OBEY": True,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawlers.robots.CarefulRobots": 100,
        },
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None},
        "DOWNLOAD_DELAY": source.delay_seconds,
        "AUTOTHROTTLE_ENABLED": source.delay_seconds > 0,
        "AUTOTHROTTLE_START_DELAY": source.delay_seconds,
        "AUTOTHROTTLE_MAX_DELAY": 60,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if source.delay_seconds > 0 else 4,
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_ITEMS": 8,
        "DOWNLOAD_TIMEOUT": source.options.get("timeout", SECONDS_PER_REQUEST),
        "DOWNLOAD_MAXSIZE": MAX_PAGE_BYTES,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "RETRY_TIMES": 1,
        "RETRY_HTTP_CODES": [502, 504, 522, 524, 408],
        "REDIRECT_MAX_TIMES": 5,
        "DEPTH_LIMIT": MAX_DEPTH,
        "CLOSESPIDER_TIMEOUT": time_limit(source),
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REFERER_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "LOG_LEVEL": "CRITICAL",
    }
