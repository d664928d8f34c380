"""One address for one page: without tracking, fragment, default port and the order of parameters.

A fragment that is a route of a script-built site (`#/detail?id=1`, `#!/a`) tells pages apart, so it stays.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from crawlers.errors import BadRequest

TRACKING = re.compile(
    r"^(?:utm_\w+|spm|from|share\w*|fbclid|gclid|yclid|msclkid|mc_[ce]id|wfr|isappinstalled|scene|clicktime|enterid"
    r"|sudaref|bd_vid|hmsr|hmpl|hmcu|hmkw|hmci|weibo_id|_ga|ref|refer|referer|nsukey|_t|timestamp)$",
    re.I,
)
ROUTE = re.compile(r"!?/.*[\w]")
DEFAULT_PORTS = {"http": 80, "https": 443}
UNSAFE = "/%:@!$&'()*+,;=~-._"


@lru_cache(maxsize=1024)  # the same page's address is met in its list, on the page and in its answer
def canonical_url(url: str) -> str:
    """The address under which a page is stored once. Raises BadRequest where it is no http(s) address."""
    url = re.sub(r"[\x00-\x20\x7f\ud800-\udfff]", "", url)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise BadRequest(f"网址“{shown(url)}”无法解析；应为完整的 http 或 https 地址。") from None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not host:
        raise BadRequest(f"网址“{shown(url)}”不是 http 或 https 地址，不予收录。")
    netloc = f"[{host}]" if ":" in host else host
    if port and port != DEFAULT_PORTS[scheme]:
        netloc += f":{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode(sorted(pair for pair in pairs if not TRACKING.match(pair[0])))
    route = quote(parts.fragment, safe=UNSAFE + "?") if ROUTE.match(parts.fragment) else ""
    return urlunsplit((scheme, netloc, quote(parts.path, safe=UNSAFE) or "/", query, route))


def page_canonical(url: str, link: str | None) -> str:
    """The canonical address of a page: its rel=canonical where that stays on the same site, else its own."""
    own = canonical_url(url)
    if not link:
        return own
    try:
        named = canonical_url(link)
    except BadRequest:
        return own
    same_site = site_of(named) == site_of(own)
    is_home = urlsplit(named).path in ("", "/") and not urlsplit(named).query
    return named if same_site and not is_home else own


def site_of(url: str) -> str:
    """Host and port, with `www.` and `m.` taken off: the two addresses of one site."""
    return re.sub(r"^(?:www|m|wap)\.", "", urlsplit(url).netloc)


def shown(url: str) -> str:
    return url if len(url) <= 80 else url[:77] + "…"
