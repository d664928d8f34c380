"""What time it is for the countdowns: the database's clock plus the play offset, in milliseconds since 1970 UTC."""

from __future__ import annotations

from flask import Flask, Response

from dashboards.context import Desk
from dashboards.viewer import current_viewer
from store.errors import StoreError


def add_server_time(server: Flask, desk: Desk) -> None:
    """`GET /_time`, asked by assets/countdown.js every half minute; as small as an answer can be."""

    @server.get("/_time")
    def server_time() -> Response:
        try:
            with desk.open(current_viewer()) as ctx:
                return Response(str(int(ctx.now.timestamp() * 1000)), mimetype="text/plain")
        except StoreError as error:
            return Response(f"{error}\n", 503, mimetype="text/plain")
