"""The site directory of a sample town: its overlay folders copied, the town's port written into the sources."""

from __future__ import annotations

from pathlib import Path

from huiying.errors import RunError

SITES = Path(__file__).parent / "sites"


def write_site(town: str, port: int, target_dir: Path) -> Path:
    """Write the overlay of a town into target_dir and return it. Files there of the same name are replaced."""
    origin = SITES / town
    if not origin.is_dir():
        known = "、".join(sorted(folder.name for folder in SITES.iterdir()))
        raise RunError(f"没有名为 {town} 的演示城镇站点；现有：{known}。")
    for path in sorted(origin.rglob("*.toml")):
        target = target_dir / path.relative_to(origin)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8").replace("{town_port}", str(port))
        target.write_text(text, encoding="utf-8")
    return target_dir
