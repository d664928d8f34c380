"""The network process with a name server that changes its mind; run by test_rebinding with jobs on standard input.

argv: a JSON object, host name to the answers of one look-up after the other, each a list of addresses; the last stays.
Of all loopback addresses 127.0.0.2 plays the public internet, so that no test leaves the machine; everything else is
the crawler as it is.
"""

import functools
import json
import socket
import sys
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from crawlers import fetch
from crawlers.addresses import is_public

ANSWERS = json.loads(sys.argv[1])
LOOK_UPS = dict.fromkeys(ANSWERS, 0)


class Changing(AbstractResolver):
    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        answers = ANSWERS[host]
        addresses = answers[min(LOOK_UPS[host], len(answers) - 1)]
        LOOK_UPS[host] += 1
        return [
            ResolveResult(
                hostname=host, host=address, port=port, proto=0, flags=0,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
            )
            for address in addresses
        ]  # fmt: skip

    async def close(self) -> None:
        pass


def main() -> int:
    from crawlers import process

    fetch.is_public = lambda address: address == "127.0.0.2" or is_public(address)
    # no memory of names: each connection asks again, as after the answer's time to live
    fetch.aiohttp.TCPConnector = functools.partial(
        aiohttp.TCPConnector, resolver=Changing(), use_dns_cache=False
    )
    return process.main()


if __name__ == "__main__":
    sys.exit(main())
