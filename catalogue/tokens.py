"""Design tokens as data: one set of colours, words and sizes for pages, mails, charts and papers.

Red, orange, yellow and blue belong to the four levels; violet, grey and teal to sentiment. A level is always
shown as numeral, word and colour, a sentiment as word, position and colour. All text tokens reach 4.5:1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

SANS = '"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif'
SERIF = '"FangSong","FangSong_GB2312","仿宋_GB2312","仿宋","Noto Serif CJK SC","SimSun",serif'
MONO_DIGITS = '"DejaVu Sans Mono",Consolas,"Noto Sans Mono CJK SC",monospace'
SPACE_PX = (4, 8, 12, 16, 24, 32, 48)
RADIUS_PX: Mapping[str, int] = {"control": 4, "card": 8}
TARGET_PX: Mapping[str, int] = {"min": 32, "default": 40, "phone": 44}
TYPE_PX: Mapping[str, Mapping[str, float]] = {
    "desk": {"xs": 13, "sm": 14, "md": 16, "lg": 18, "h1": 28, "clock": 60, "line_height": 1.6},
    "big": {"sm": 18, "md": 20, "lg": 24, "h1": 32, "clock": 72, "line_height": 1.6},
    "wall": {
        "min": 18, "row": 20, "duty_title": 21, "panel_title": 22, "duty_clock": 28, "title_bar": 32,
        "incident": 40, "clock": 96,
    },
}  # fmt: skip

LEVELS = ("I", "II", "III", "IV")
LEVEL_NUMERALS: Mapping[str, str] = {"I": "Ⅰ级", "II": "Ⅱ级", "III": "Ⅲ级", "IV": "Ⅳ级"}
LEVEL_WORDS: Mapping[str, str] = {"I": "特别重大", "II": "重大", "III": "较大", "IV": "一般"}
LEVEL_COLOUR_WORDS: Mapping[str, str] = {"I": "红", "II": "橙", "III": "黄", "IV": "蓝"}
SENTIMENT_WORDS: Mapping[str, str] = {"negative": "负面", "neutral": "中性", "positive": "正面"}
CHANGE_MARKS: Mapping[str, str] = {"▲": "上升", "▼": "下降", "—": "持平"}


@dataclass(frozen=True)
class LevelColours:
    """text on text_bg is a soft badge, chip_fg on chip_bg a loud one; edge is a stripe beside the word only."""

    text: str
    text_bg: str
    chip_fg: str
    chip_bg: str
    edge: str


@dataclass(frozen=True)
class Theme:
    """One theme; every colour is #RRGGBB."""

    bg: str
    surface: str
    surface2: str
    line: str
    line_strong: str
    text: str
    text2: str
    text3: str
    link: str
    focus: str
    ok: str
    negative: str
    neutral: str
    positive: str
    bar_plain: str
    overdue_bg: str
    overdue_text: str
    levels: Mapping[str, LevelColours]

    def sentiment(self, name: str) -> str:
        """The colour of negative, neutral or positive."""
        return {"negative": self.negative, "neutral": self.neutral, "positive": self.positive}[name]


LIGHT = Theme(
    bg="#F4F6F9", surface="#FFFFFF", surface2="#EDF1F6", line="#D5DCE5", line_strong="#7C8898",
    text="#17212E", text2="#4A5768", text3="#5F6C7D", link="#0B57C2", focus="#0B57C2", ok="#0E7C74",
    negative="#7B3FA0", neutral="#8A96A5", positive="#0E7C74", bar_plain="#4A6A96",
    overdue_bg="#FBE9EA", overdue_text="#B4121B",
    levels={
        "I": LevelColours("#B4121B", "#FBE9EA", "#FFFFFF", "#C4161C", "#C4161C"),
        "II": LevelColours("#A84300", "#FDEEDF", "#FFFFFF", "#A84300", "#E06A00"),
        "III": LevelColours("#7A5A00", "#FFF6D6", "#17212E", "#F2C200", "#F2C200"),
        "IV": LevelColours("#0B57C2", "#E6EFFB", "#FFFFFF", "#0B57C2", "#1F6FE0"),
    },
)  # fmt: skip

DARK = Theme(
    bg="#0A1422", surface="#111F33", surface2="#182A43", line="#263B59", line_strong="#6F86A6",
    text="#F1F6FC", text2="#B7C6DA", text3="#93A6C0", link="#7DB4FF", focus="#FFD34D", ok="#4CC7BB",
    negative="#C79BEA", neutral="#5F708A", positive="#4CC7BB", bar_plain="#93A6C0",
    overdue_bg="#4A1218", overdue_text="#FFB3B3",
    levels={
        "I": LevelColours("#FF8A8A", "#4A1218", "#FFFFFF", "#C4161C", "#E5343B"),
        "II": LevelColours("#FFB067", "#43260A", "#FFFFFF", "#A84300", "#F08326"),
        "III": LevelColours("#FFD84D", "#3A2F07", "#17212E", "#F2C200", "#F5C518"),
        "IV": LevelColours("#8CC0FF", "#10305C", "#FFFFFF", "#0B57C2", "#3B8BF5"),
    },
)  # fmt: skip

TILE_RAMP = ("#182A43", "#7A4EA8")  # dark tiles, few to many; their text stays at 5.5:1 or better
THEMES: Mapping[str, Theme] = {"light": LIGHT, "dark": DARK}


def level_name(level: str) -> str:
    """A level as numeral and word, e.g. Ⅱ级 重大."""
    return f"{LEVEL_NUMERALS[level]} {LEVEL_WORDS[level]}"


def css_variables(theme: Theme) -> str:
    """The theme as CSS custom properties: --text2, --level-II-chip-bg and so on, for one :root or class block."""
    plain = [
        f"--{field.name.replace('_', '-')}:{getattr(theme, field.name)}"
        for field in fields(theme)
        if field.name != "levels"
    ]
    levels = [
        f"--level-{level}-{field.name.replace('_', '-')}:{getattr(colours, field.name)}"
        for level, colours in theme.levels.items()
        for field in fields(colours)
    ]
    return ";".join([*plain, *levels])


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two #RRGGBB colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4) for value in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
