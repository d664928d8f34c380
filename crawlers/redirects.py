"""Following redirects of the server and of the page: a few, to web addresses only, and in words when it stops."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response

TOO_MANY = "网站反复转向，未能到达页面"
REFRESH = re.compile(rb"http-equiv\s*=\s*[\"']?refresh", re.I)
HEAD = 4096


class PlainRedirects(RedirectMiddleware):
    """Scrapy's rules; a loop and a redirect to another kind of address are told, not dropped in silence."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        location = response.headers.get("Location")
        if 300 <= response.status < 400 and location:
            refuse_other_schemes(request.url, location.decode("latin-1").strip())
        return super().process_response(request, response)

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        return told(super()._redirect, redirected, request, reason)


class PageRefresh(MetaRefreshMiddleware):
    """`<meta http-equiv=refresh>` in the first bytes of a page; other pages cost one search."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if not 200 <= response.status < 300 or not REFRESH.search(response.body[:HEAD]):
            return response
        page = HtmlResponse(response.url, body=response.body[:HEAD], encoding="utf-8")
        found = super().process_response(request, page)
        return response if found is page else found

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        if redirected.url == request.url:
            raise IgnoreRequest(TOO_MANY)
        return told(super()._redirect, redirected, request, reason)


def refuse_other_schemes(base: str, location: str) -> None:
    try:
        parts = urlsplit(urljoin(base, location))
        has_host = bool(parts.hostname)
    except ValueError:
        raise IgnoreRequest("网站转向到无法解析的地址，未访问") from None
    if parts.scheme not in ("http", "https"):
        raise IgnoreRequest(f"网站转向到不允许的地址（{parts.scheme[:20]}:），未访问")
    if not has_host:
        raise IgnoreRequest("网站转向到无法解析的地址，未访问")


def told(redirect, redirected: Request, request: Request, reason: object) -> Request:
    try:
        return redirect(redirected, request, reason)
    except IgnoreRequest:
        raise IgnoreRequest(TOO_MANY) from None
