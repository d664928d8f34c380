"""How Scrapy is set for one source: polite, bounded, without cookies or anything else that identifies a reader."""

from __future__ import annotations

from typing import Any

from catalogue.source import Source
from crawlers.extract import MAX_PAGE_BYTES
from crawlers.files import MAX_FILE_BYTES
from crawlers.robots_standing import ROBOT

SECONDS_PER_SOURCE = 60  # then the rest waits for the next run: one host may not hold up the others
SECONDS_PER_HOST = 90
DRAIN_SECONDS = 60  # after that time: the requests already on their way, with their delays
SECONDS_PER_REQUEST = 20
MAX_DEPTH = 50
UNUSED = [
    "downloadermiddlewares.cookies.CookiesMiddleware",
    "downloadermiddlewares.httpauth.HttpAuthMiddleware", "downloadermiddlewares.httpcache.HttpCacheMiddleware",
    "downloadermiddlewares.httpcompression.HttpCompressionMiddleware",
    "downloadermiddlewares.httpproxy.HttpProxyMiddleware", "downloadermiddlewares.offsite.OffsiteMiddleware",
    "downloadermiddlewares.redirect.MetaRefreshMiddleware", "downloadermiddlewares.redirect.RedirectMiddleware",
    "downloadermiddlewares.robotstxt.RobotsTxtMiddleware", "downloadermiddlewares.stats.DownloaderStats",
    "downloadermiddlewares.useragent.UserAgentMiddleware",
]  # fmt: skip


def time_limit(source: Source) -> int:
    """The wall time one run of a source may take, seconds; a source may set its own in its table."""
    return int(source.options.get("time_limit", SECONDS_PER_SOURCE))


def user_agent(contact: str) -> str:
    """Who we are and how to reach us, ASCII only as HTTP wants it."""
    reachable = contact.encode("ascii", "ignore").decode().strip() or "see the office's web site"
    return f"{ROBOT}/0.1 (public notices and news reader; +{reachable})"


def scrapy_settings(source: Source, agent: str) -> dict[str, Any]:
    return {
        "USER_AGENT": agent,  # robots.txt is read in its name; the header is among the default ones
        "ROBOTSTXT_USER_AGENT": ROBOT,
        "ROBOTSTXT_OBEY": True,
        "HUIYING_ALLOW_HOSTS": list(source.allow_hosts),
        "HUIYING_SOURCE_URL": source.url,
        "DOWNLOADER_MIDDLEWARES": dict.fromkeys((f"scrapy.{name}" for name in UNUSED), None)
        | {
            "crawlers.robots.CarefulRobots": 100,
            "crawlers.redirects.PageRefresh": 580,
            "crawlers.redirects.PlainRedirects": 600,
            "crawlers.manners.Manners": 900,
        },
        "SPIDER_MIDDLEWARES": {  # every status comes to the spiders; what no spider reads is not worked out for each page
            "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
            "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
        },
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawlers.fetch.SafeDownloadHandler")
        | dict.fromkeys(("data", "file", "ftp", "s3"), None),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
            "User-Agent": agent,
        },
        "DOWNLOAD_DELAY": source.delay_seconds,
        "AUTOTHROTTLE_ENABLED": source.delay_seconds > 0,
        "AUTOTHROTTLE_START_DELAY": source.delay_seconds,
        "AUTOTHROTTLE_MAX_DELAY": 10,
        # Starts are spaced by the delay; the second place lets one page that hangs cost only itself.
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2 if source.delay_seconds > 0 else 4,
        "CONCURRENT_REQUESTS": 4,
        "CONCURRENT_ITEMS": 1,  # tasks opened for each answer; our articles do not pass through them
        "DOWNLOAD_TIMEOUT": source.options.get("timeout", SECONDS_PER_REQUEST),
        "DOWNLOAD_MAXSIZE": MAX_FILE_BYTES if source.kind == "file" else MAX_PAGE_BYTES,
        "RETRY_TIMES": 1,
        "RETRY_HTTP_CODES": [502, 504, 522, 524, 408],
        "RETRY_EXCEPTIONS": [
            "scrapy.exceptions.CannotResolveHostError",
            "scrapy.exceptions.DownloadConnectionRefusedError",
            "scrapy.exceptions.DownloadFailedError",
        ],
        "REDIRECT_MAX_TIMES": 5,
        "DEPTH_LIMIT": MAX_DEPTH,
        "CLOSESPIDER_TIMEOUT": time_limit(source),
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REFERER_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "LOG_LEVEL": "CRITICAL",
    }
