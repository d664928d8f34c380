"""`python -m dashboards.serve`: the dashboard behind waitress, on loopback only."""

from __future__ import annotations

import logging

from flask import Response, jsonify
from sqlalchemy import text
from waitress import serve

from catalogue.settings import Settings, settings
from dashboards.app import create_app
from store.errors import StoreError
from store.session import transaction

THREADS = 8


def create_server(chosen: Settings):
    """The WSGI application with its health check."""
    app = create_app(chosen)

    @app.server.get("/healthz")
    def healthz() -> tuple[Response, int]:
        try:
            with transaction(chosen.database_url) as session:
                session.execute(text("select 1"))
        except StoreError:
            return jsonify(ok=False, database=False), 503
        return jsonify(ok=True, database=True), 200

    return app.server


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    chosen = settings()
    server = create_server(chosen)
    logging.getLogger(__name__).info("dashboard on http://127.0.0.1:%d", chosen.ports.dashboard)
    serve(server, host="127.0.0.1", port=chosen.ports.dashboard, threads=THREADS, ident="huiying")


if __name__ == "__main__":
    main()
