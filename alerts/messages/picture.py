"""The chart in an alert mail: the same hours and the same warning line as the page and the paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from alerts.levels import shown_level
from alerts.messages.chart import hourly_png
from analysis.series import incident_hours
from store.model import Incident

WIDTH, HEIGHT = 592, 220  # CSS px; the PNG has twice as many
LARGEST = 40_000  # bytes: many gateways and phones cut larger mails


@dataclass(frozen=True)
class Picture:
    """A PNG and the size it is shown at, in CSS px."""

    png: bytes
    width: int
    height: int


def incident_picture(session: Session, incident: Incident, now: dt.datetime) -> Picture | None:
    """Texts an hour over the last 36 hours; None when there is nothing to draw or the picture would be too large."""
    series = incident_hours(session, incident.id, now)
    if not any(point.total for point in series.points):
        return None
    png = hourly_png(series, width_px=2 * WIDTH, height_px=2 * HEIGHT, level=shown_level(incident))
    return Picture(png, WIDTH, HEIGHT) if len(png) <= LARGEST else None
