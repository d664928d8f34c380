"""Form fields: plain ones whose values stand in the address, and those whose values go to an action."""

from __future__ import annotations

from collections.abc import Mapping

from dash import dcc, html

from dashboards.parts import Node


def select(label: str, name: str, options: Mapping[str, str], chosen: str = "") -> Node:
    """A choice of a GET form; the first line means no filter."""
    lines = [html.Option("全部", value="")]
    known = options if not chosen or chosen in options else {**options, chosen: chosen}
    for key, words in known.items():
        lines.append(html.Option(words, value=key, **({"selected": "selected"} if key == chosen else {})))
    return html.Label([html.Span(label), html.Select(lines, name=name)])


def search_box(chosen: str) -> Node:
    box = dcc.Input(type="search", name="search", value=chosen, maxLength=100, placeholder="词语，可多个")
    return html.Label([html.Span("搜索"), box])


def hidden(name: str, value: str) -> Node:
    return dcc.Input(type="hidden", name=name, value=value, className="hidden-input")


def key_of(name: str) -> dict[str, str]:
    return {"type": "field", "name": name}


def typed(
    label: str, name: str, kind: str = "text", value: str = "", hint: str = "", limit: int = 300
) -> Node:
    """One line to type; kind: text, url, datetime-local."""
    box = dcc.Input(id=key_of(name), type=kind, value=value, maxLength=limit, debounce=0.4)
    return html.Label([html.Span(label), box, *([html.Span(hint, className="hint")] if hint else [])])


def written(label: str, name: str, hint: str = "", value: str = "") -> Node:
    box = dcc.Textarea(id=key_of(name), value=value, maxLength=500, rows=2)
    return html.Label(
        [html.Span(label), box, *([html.Span(hint, className="hint")] if hint else [])], className="wide"
    )


def one_of(
    label: str, name: str, options: Mapping[str, str], chosen: str | None = None, hint: str = ""
) -> Node:
    """A few choices, all in sight."""
    lines = [{"label": words, "value": key} for key, words in options.items()]
    box = dcc.RadioItems(id=key_of(name), options=lines, value=chosen, inline=True, className="choices")
    legend = html.Legend(label)
    return html.Fieldset([legend, box, *([html.Span(hint, className="hint")] if hint else [])])


def from_list(
    label: str, name: str, options: Mapping[str, str], chosen: str | None = None, many: bool = False
) -> Node:
    """A choice from a long list, with search."""
    lines = [{"label": words, "value": key} for key, words in options.items()]
    box = dcc.Dropdown(
        id=key_of(name), options=lines, value=([] if many and chosen is None else chosen), multi=many,
        placeholder="请选择", clearable=many, searchable=len(lines) > 8,
    )  # fmt: skip
    return html.Div([html.Span(label, className="label"), box], className="field")


def several(label: str, name: str, options: Mapping[str, str], hint: str = "") -> Node:
    lines = [{"label": words, "value": key} for key, words in options.items()]
    box = dcc.Checklist(id=key_of(name), options=lines, value=[], className="choices tall")
    note = [html.Span(hint, className="hint")] if hint else []
    return html.Fieldset([html.Legend(label), box, *note], className="wide")
