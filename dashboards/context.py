"""What a page is built from: one database session, one now, the person, the catalogue, and the address."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from urllib.parse import parse_qsl

from sqlalchemy.orm import Session

from catalogue.errors import CatalogueError
from catalogue.loader import Catalogue, load
from catalogue.settings import Settings
from dashboards.viewer import Viewer
from store.session import read_now, transaction

RELOAD_SECONDS = 30


@dataclass(frozen=True)
class Context:
    """query: the filters of the address; params: the parts of its path."""

    session: Session
    now: datetime
    viewer: Viewer
    catalogue: Catalogue
    settings: Settings
    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)

    def category_name(self, key: str) -> str:
        found = self.catalogue.categories.get(key)
        return found.name if found else key

    def region_name(self, key: str | None) -> str:
        found = self.catalogue.regions.get(key or "")
        return found.name if found else ("未标注" if key in (None, "?") else key or "")

    def unit_name(self, key: str | None) -> str:
        found = self.catalogue.units.get(key or "")
        return found.name if found else (key or "待定")

    def source_name(self, key: str) -> str:
        found = self.catalogue.sources.get(key)
        return found.publisher if found else key


class CatalogueShelf:
    """The catalogue as it is now on disk, looked at again every half minute; a broken edit keeps the last good one."""

    def __init__(self, site_dir: Path) -> None:
        self.site_dir = site_dir
        self.lock = threading.Lock()
        self.kept = load(site_dir)
        self.looked_at = monotonic()

    def current(self) -> Catalogue:
        with self.lock:
            if monotonic() - self.looked_at > RELOAD_SECONDS:
                self.looked_at = monotonic()
                try:
                    self.kept = load(self.site_dir)
                except CatalogueError as error:
                    logging.getLogger(__name__).warning("目录未重新载入，沿用上一版：%s", error)
            return self.kept


@dataclass(frozen=True)
class Desk:
    """What the whole app shares."""

    settings: Settings
    shelf: CatalogueShelf

    @contextmanager
    def open(self, viewer: Viewer, path: str = "/", search: str = "") -> Iterator[Context]:
        """One transaction with one now, for one page or one action."""
        with transaction(self.settings.database_url) as session:
            query = dict(parse_qsl((search or "").lstrip("?"), max_num_fields=30))
            yield Context(
                session, read_now(session), viewer, self.shelf.current(), self.settings, path, query
            )
