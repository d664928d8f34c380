"""Each load of the catalogue, kept as an immutable version that scores, incidents and messages name."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalogue.loader import Catalogue
from store.model import CatalogueVersion


def keep(session: Session, catalogue: Catalogue, now: datetime) -> str:
    """The version's name; stored once, however often it is loaded."""
    content = json.loads(json.dumps(catalogue.raw, ensure_ascii=False, default=str))
    row = {"version": catalogue.version, "loaded_at": now, "content": content}
    session.execute(insert(CatalogueVersion).values(row).on_conflict_do_nothing())
    return catalogue.version
