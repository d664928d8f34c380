"""The help of keys: one box for the whole app, shown and hidden by assets/keys.js."""

from __future__ import annotations

from dash import html

from dashboards.parts import Node, facts

KEYS = (
    (("J", "K"), "列表中下一件、上一件"),
    (("P",), "预览所选的一件；打开后 J、K 换下一件"),
    (("Enter",), "打开所选的一件"),
    (("A",), "签收所选的一件"),
    (("Esc",), "关闭预览、表单或本说明"),
    (("?",), "显示或关闭本说明"),
)


def help_of_keys() -> Node:
    lines = [
        (html.Span([part for key in names for part in (html.Kbd(key), " ")]), words) for names, words in KEYS
    ]
    close = html.Button("关闭", type="button", className="button", **{"data-keys": "close"})
    box = html.Div(
        [html.H2("列表的快捷键", id="keys-title"), facts(lines), html.Div(close, className="turning")],
        className="card",
    )
    return html.Div(
        box, id="keys", className="keys", hidden=True, role="dialog",
        **{"aria-modal": "true", "aria-labelledby": "keys-title"},
    )  # fmt: skip
