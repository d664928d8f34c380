"""Errors of the crawlers.

CrawlError
├── BadRequest          a source or an argument cannot be crawled as it stands
├── PageRefused         one page is not stored, with the reason
│   ├── PageTooLarge    longer than MAX_PAGE_BYTES
│   ├── PageEmpty       no bytes, or no readable text in it
│   ├── NotAPage        binary content: a picture, an archive, a PDF
│   ├── PageTooSlow     extraction took longer than its time limit
│   └── NotContent      the site answered with something else than the article
│       ├── BotChallenge     a captcha or a check by the site's firewall
│       ├── LoginPage        a page that asks to log in
│       ├── MaintenancePage  the site is being maintained
│       └── SoftNotFound     "not found" told with status 200
├── FeedBroken          a feed, list or JSON answer that cannot be read
└── BadImport           a CSV or XLSX file, or its mapping, that cannot be read
"""


class CrawlError(Exception):
    """One sentence in Chinese: what, what was expected, what came, the remedy."""


class BadRequest(CrawlError):
    pass


class PageRefused(CrawlError):
    pass


class PageTooLarge(PageRefused):
    pass


class PageEmpty(PageRefused):
    pass


class NotAPage(PageRefused):
    pass


class PageTooSlow(PageRefused):
    pass


class NotContent(PageRefused):
    pass


class BotChallenge(NotContent):
    pass


class LoginPage(NotContent):
    pass


class MaintenancePage(NotContent):
    pass


class SoftNotFound(NotContent):
    pass


class FeedBroken(CrawlError):
    pass


class BadImport(CrawlError):
    pass
