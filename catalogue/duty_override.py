"""A site may make a national limit stricter, never looser."""

from __future__ import annotations

from catalogue.duty import UNIT_WORDS, Duty
from catalogue.errors import CatalogueError


def check_override(national: Duty, local: Duty) -> None:
    """Refuse a site's duty file that is looser than the shipped one. Raises CatalogueError.

    Figures of scope "local" (R6, R9: another place's rule) may differ in both directions; the rest may not.
    """
    refuse_other_figures(national, local)
    if local.starts != national.starts and local.starts not in national.start_alternatives:
        allowed = "、".join((national.starts, *national.start_alternatives))
        raise refusal(
            local, "starts", f"起算方式应为 {allowed}，现为 {local.starts}", f"请改回 {national.starts}"
        )
    if national.runs and not local.runs:
        raise refusal(local, "runs", "这条时限必须运行，不能在本地停用", "请改回 runs = true")
    if local.has_quiet_hours and not national.has_quiet_hours:
        raise refusal(
            local, "has_quiet_hours", "这条时限的提醒不受免打扰时段限制", "请改回 has_quiet_hours = false"
        )
    missing = [
        item.label for item in national.stopped_by if item.key not in {own.key for own in local.stopped_by}
    ]
    if missing:
        raise refusal(local, "stopped_by", f"缺少全国规则要求的佐证：{'、'.join(missing)}", "请补上")


def refuse_other_figures(national: Duty, local: Duty) -> None:
    if local.kind != national.kind:
        raise refusal(local, "kind", f"应与全国规则相同（{national.kind}），现为 {local.kind}", "请改回")
    if national.scope == "local":
        return
    if local.scope != "national":
        raise refusal(local, "scope", "全国规则的本地文件仍应写 national", '请改回 scope = "national"')
    if local.unit != national.unit:
        raise refusal(local, "unit", f"应与全国规则相同（{national.unit}），现为 {local.unit}", "请改回")
    is_minimum = national.kind == "minimum"
    looser = local.limit < national.limit if is_minimum else local.limit > national.limit
    if looser:
        figure = f"{national.limit} {UNIT_WORDS[national.unit]}"
        raise refusal(
            local,
            "limit",
            f"全国规定为 {figure}，本地只能更严，现为 {local.limit}",
            f"请改为 {national.limit} 或更{'大' if is_minimum else '小'}",
        )
    if local.extension > national.extension:
        raise refusal(
            local,
            "extension",
            f"全国规定最多延长 {national.extension}，本地只能更严，现为 {local.extension}",
            f"请改为 {national.extension} 或更小",
        )


def refusal(local: Duty, key: str, expected: str, remedy: str) -> CatalogueError:
    return CatalogueError(f"duties/{local.id}.toml", key, expected, remedy)
