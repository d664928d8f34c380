"""How Scrapy reaches the network here: one checked connection, one body read under limits of time and size.

The address is checked by the socket that is about to connect to it (crawlers.addresses), so redirects, robots.txt and
names that change their address between two look-ups all pass the same check. Bodies are unpacked while they stream.
"""

from __future__ import annotations

import asyncio
import socket
from ssl import SSLError
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Headers, Response, TextResponse
from yarl import URL

from crawlers.addresses import is_public, place, places, refusal
from crawlers.unpack import ENCODINGS, BadEncoding, Unpacker

CONNECT_SECONDS = 10
NOT_PUBLIC = "指向内网或本机地址，出于安全未访问"
TOO_LARGE = "页面超过大小上限，未收录"
BAD_ENCODING = "网站的压缩内容无法解开，未收录"
BAD_CERTIFICATE = "网站证书有问题，未继续访问"
PARTIAL = "partial"  # flag of a response whose end is missing


class SafeDownloadHandler(BaseDownloadHandler):
    """Settings: HUIYING_ALLOW_HOSTS (a source's allow_hosts), HUIYING_SOURCE_URL, DOWNLOAD_MAXSIZE.

    meta `keep_first`: how many bytes are enough; what follows is not read and the response carries the flag `partial`.
    A refusal is an IgnoreRequest whose words are meant for people.
    """

    lazy = True

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        settings = crawler.settings
        self.allowed = places(settings.getlist("HUIYING_ALLOW_HOSTS"))
        self.own = settings.get("HUIYING_SOURCE_URL", "")
        self.max_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self.stats: Any = crawler.stats
        per_host = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self.guarded = session(aiohttp.TCPConnector(limit_per_host=per_host, socket_factory=public_socket))
        self.trusted = session(aiohttp.TCPConnector(limit_per_host=per_host))

    async def close(self) -> None:
        await self.guarded.close()
        await self.trusted.close()

    async def download_request(self, request: Request) -> Response:
        reason = refusal(request.url, self.allowed, self.own)
        if reason:
            raise IgnoreRequest(reason)
        url = URL(request.url, encoded=True)
        client = self.trusted if place(urlsplit(request.url)) in self.allowed else self.guarded
        seconds = float(request.meta.get("download_timeout", 20))
        began = asyncio.get_running_loop().time()
        try:
            async with client.request(
                request.method,
                url,
                data=request.body or None,
                headers=request_headers(request),
                timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS),
                allow_redirects=False,
            ) as answer:
                request.meta["download_latency"] = asyncio.get_running_loop().time() - began
                body, flags = await self.read(answer, request)
        except TimeoutError:
            raise DownloadTimeoutError(f"{request.url}: longer than {seconds:g} s") from None
        except (aiohttp.InvalidURL, UnicodeError):
            raise IgnoreRequest("网址无法解析，未访问") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise in_our_words(error) from None
        headers = Headers(list(answer.headers.items()))
        headers.pop("Content-Encoding", None)
        return TextResponse(request.url, status=answer.status, headers=headers, body=body, flags=flags)

    async def read(self, answer: aiohttp.ClientResponse, request: Request) -> tuple[bytes, list[str]]:
        """The body, unpacked, and whether its end is missing. Raises IgnoreRequest beyond the size limit."""
        enough = request.meta.get("keep_first")
        limit = enough or self.max_bytes
        if not enough and (answer.content_length or 0) > limit:
            raise IgnoreRequest(TOO_LARGE)
        try:
            unpacker = Unpacker(answer.headers.get("Content-Encoding", ""))
        except BadEncoding:
            raise IgnoreRequest(BAD_ENCODING) from None
        body = bytearray()
        received = 0
        try:
            async for data in answer.content.iter_any():
                received += len(data)
                for piece in unpacker.unpack(data):
                    body += piece
                    if len(body) > limit:
                        break
                if len(body) > limit or received > limit:
                    answer.close()
                    if enough:
                        return bytes(body[:enough]), [PARTIAL]
                    raise IgnoreRequest(TOO_LARGE)
        except aiohttp.ClientPayloadError:
            return bytes(body), [PARTIAL]
        except BadEncoding:
            raise IgnoreRequest(BAD_ENCODING) from None
        finally:
            self.stats.inc_value("door/received_bytes", received)
        return bytes(body), [] if unpacker.is_whole or not received else [PARTIAL]


def session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    """No cookies, no proxy from the environment, no headers that Scrapy did not set."""
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
    )


def public_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for one resolved address. Raises OSError where that is not in the public internet."""
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise OSError(NOT_PUBLIC)
    return socket.socket(family=family, type=kind, proto=protocol)


def request_headers(request: Request) -> dict[str, str]:
    headers = {k.decode("latin-1"): b", ".join(v).decode("latin-1") for k, v in request.headers.items()}
    return headers | {"Accept-Encoding": ENCODINGS}


def in_our_words(error: Exception) -> Exception:
    """aiohttp's error as one of Scrapy's, which its retries and our words know."""
    if NOT_PUBLIC in f"{error} {getattr(error, 'os_error', '')}":
        return IgnoreRequest(NOT_PUBLIC)
    if isinstance(error, aiohttp.ClientSSLError | SSLError):
        return IgnoreRequest(BAD_CERTIFICATE)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return CannotResolveHostError(str(error))
    if isinstance(error, aiohttp.ClientConnectorError):
        return DownloadConnectionRefusedError(str(error))
    return DownloadFailedError(str(error))
