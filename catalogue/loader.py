"""Find, read and check the whole catalogue: shipped defaults, overlaid file by file by the site directory."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from catalogue.category import Category, parse_category
from catalogue.crossref import check_references
from catalogue.duty import Duty, parse_duty
from catalogue.duty_override import check_override
from catalogue.errors import CatalogueError
from catalogue.level_rule import LevelRule, parse_level_rule
from catalogue.place import FILE, Place, check_place, filled, parse_place, slots_of, words_of
from catalogue.recipient import Recipient, parse_recipient
from catalogue.region import Region, parse_regions
from catalogue.roster import Roster, parse_roster
from catalogue.source import Source, parse_source
from catalogue.tried import FOLDER, Trial, definition_of, read_trials
from catalogue.unit import Unit, parse_unit

NO_PLACE = Place()
SHIPPED = Path(__file__).parent
PARSERS: dict[str, Callable[[Mapping[str, Any], str], Any]] = {
    "sources": parse_source,
    "categories": parse_category,
    "regions": parse_regions,
    "units": parse_unit,
    "duties": parse_duty,
    "level_rules": parse_level_rule,
    "recipients": parse_recipient,
    "roster": parse_roster,
}


@dataclass(frozen=True)
class Catalogue:
    """Everything the office decided, at one moment. version = first 12 hex digits of its SHA-256."""

    version: str
    raw: Mapping[str, Mapping[str, Any]]
    sources: Mapping[str, Source]
    categories: Mapping[str, Category]
    regions: Mapping[str, Region]
    units: Mapping[str, Unit]
    duties: Mapping[str, Duty]
    level_rules: Mapping[str, LevelRule]
    recipients: Mapping[str, Recipient]
    rosters: Mapping[str, Roster]
    place: Place = NO_PLACE

    @property
    def office(self) -> Region | None:
        """The place this installation serves, or None while no region file says `office = true`."""
        return next((region for region in self.regions.values() if region.is_office), None)

    def enabled_sources(self) -> list[Source]:
        return [source for source in self.sources.values() if source.status == "enabled"]


def files_of(kind: str, site_dir: Path | None) -> dict[str, Path]:
    """File name → path, sorted; a site file replaces the shipped file of the same name."""
    found = {path.name: path for path in sorted((SHIPPED / kind).glob("*.toml"))}
    if site_dir is not None:
        found |= {path.name: path for path in sorted((site_dir / kind).glob("*.toml"))}
    return {name: found[name] for name in sorted(found) if not name.startswith("_")}


def read_toml(path: Path, label: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise CatalogueError(label, "", "文件应为 UTF-8 编码", "请用 UTF-8 另存") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(label, "", f"不是合格的 TOML（{error}）", "请检查引号、括号和等号") from None
    except OSError as error:
        raise CatalogueError(label, "", f"无法读取（{error.strerror}）", "请检查文件与权限") from None


def parse_file(kind: str, path: Path, words: Mapping[str, str] | None = None) -> tuple[dict[str, Any], Any]:
    """The table as written and the thing it describes; words fill the `${…}` of sources."""
    label = f"{kind}/{path.name}"
    raw = read_toml(path, label)
    thing = PARSERS[kind](filled(raw, words or {}) if kind == "sources" else raw, label)
    shipped = SHIPPED / kind / path.name
    if kind == "duties" and path != shipped and shipped.exists():
        check_override(parse_file(kind, shipped)[1], thing)
    return raw, thing


def load_duties(site_dir: Path | None) -> dict[str, Duty]:
    """The duties alone, by id: a broken source file cannot stop the arithmetic. Raises CatalogueError."""
    parsed = (parse_file("duties", path)[1] for path in files_of("duties", site_dir).values())
    return {duty.id: duty for duty in parsed}


def read_all(
    site_dir: Path | None,
) -> tuple[dict[str, dict[str, Any]], dict[str, list[Any]], Place, list[CatalogueError]]:
    """Raw tables by kind/file, parsed things by kind, what the site picked, and every error met."""
    raw: dict[str, dict[str, Any]] = {}
    parsed: dict[str, list[Any]] = {kind: [] for kind in PARSERS}
    errors: list[CatalogueError] = []
    place, trials = read_site(site_dir, raw, errors)
    words: dict[str, str] = {}
    for kind in sorted(
        PARSERS, key=lambda kind: kind != "regions"
    ):  # the regions give the sources their words
        for name, path in files_of(kind, site_dir).items():
            try:
                raw[f"{kind}/{name}"], thing = parse_file(kind, path, words)
            except CatalogueError as error:
                errors.append(error)
                continue
            if kind == "sources":
                is_own = path.parent != SHIPPED / kind
                thing = settled(thing, place, trials.get(thing.name), is_own)
            parsed[kind].extend(thing if isinstance(thing, list) else [thing])
        if kind == "regions":
            words = words_of(place, parsed["regions"])
    return raw, parsed, place, errors


def read_site(
    site_dir: Path | None, raw: dict[str, dict[str, Any]], errors: list[CatalogueError]
) -> tuple[Place, dict[str, Trial]]:
    """place.toml and the trials of the site; what cannot be read counts as absent and is told."""
    place, trials = Place(), {}
    try:
        if site_dir is not None and (site_dir / FILE).exists():
            raw[FILE] = read_toml(site_dir / FILE, FILE)
            place = parse_place(raw[FILE])
        trials = read_trials(site_dir)
        raw |= {f"{FOLDER}/{name}.toml": {"definition": trial.definition} for name, trial in trials.items()}
    except CatalogueError as error:
        errors.append(error)
    return place, trials


def settled(source: Source, place: Place, trial: Trial | None, is_own: bool) -> Source:
    """An untested source is on once it was tried here as it stands now and the town takes it.

    A source at an address of the town's own network may go there, and to no other.
    """
    if source.host in place.allow_hosts:
        source = replace(source, allow_hosts=(*source.allow_hosts, source.host))
    if source.status != "untested" or trial is None or source.missing:
        return source
    is_taken = is_own or place.takes(source.name, source.groups)
    is_on = is_taken and trial.definition == definition_of(source)
    return replace(source, status="enabled") if is_on else source


def digest(raw: Mapping[str, Any]) -> str:
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def build(
    raw: Mapping[str, Mapping[str, Any]], parsed: Mapping[str, list[Any]], place: Place = NO_PLACE
) -> Catalogue:
    return Catalogue(
        version=digest(raw),
        raw=raw,
        sources={source.name: source for source in parsed["sources"]},
        categories={item.id: item for item in sorted(parsed["categories"], key=lambda item: item.order)},
        regions={region.id: region for region in parsed["regions"]},
        units={unit.id: unit for unit in parsed["units"]},
        duties={duty.id: duty for duty in parsed["duties"]},
        level_rules={rule.id: rule for rule in parsed["level_rules"]},
        recipients={recipient.id: recipient for recipient in parsed["recipients"]},
        rosters={roster.id: roster for roster in parsed["roster"]},
        place=place,
    )


def check(site_dir: Path | None) -> tuple[Catalogue, list[CatalogueError]]:
    """The catalogue as far as it can be read, and all errors in it (for `huiying check`)."""
    raw, parsed, place, errors = read_all(site_dir)
    catalogue = build(raw, parsed, place)
    slots = [word for name, table in raw.items() if name.startswith("sources/") for word in slots_of(table)]
    return catalogue, [
        *errors,
        *check_references(catalogue),
        *check_place(place, slots, catalogue.sources),
    ]


def load(site_dir: Path | None) -> Catalogue:
    """The checked catalogue. Raises the first CatalogueError met; `check` lists them all."""
    catalogue, errors = check(site_dir)
    if errors:
        raise errors[0]
    return catalogue
