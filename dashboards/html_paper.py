"""A paper as one HTML file: inline styles and pictures, prints on A4, opens without a network."""

from __future__ import annotations

import base64
from html import escape

from catalogue.tokens import LIGHT, SANS, css_variables
from dashboards.paper import Block, Figures, Note, Paper, Picture, Quote, Section, Sub, Table, Text, numeral

STYLE = """
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.75 FONT;text-autospace:normal;
font-variant-numeric:tabular-nums}
main{max-width:900px;margin:24px auto;background:var(--surface);padding:40px 56px 56px;border:1px solid var(--line);
border-radius:8px}
.mark{display:inline-block;border:1px solid var(--line-strong);color:var(--text2);font-size:14px;padding:1px 10px;
border-radius:4px;margin-right:8px}
h1{font-size:32px;line-height:1.3;margin:16px 0 4px;letter-spacing:.04em}
.issue{font-size:18px;color:var(--text2);margin:0}
.notes{color:var(--text3);font-size:14px;margin:4px 0 20px}
nav{border-top:1px solid var(--line);border-bottom:1px solid var(--line);padding:8px 0;font-size:14px;
display:flex;flex-wrap:wrap;gap:4px 18px}
nav a{color:var(--link);text-decoration:none}
h2{font-size:22px;margin:36px 0 10px;padding-bottom:6px;border-bottom:2px solid var(--text)}
h3{font-size:18px;margin:24px 0 6px}
h4{font-size:17px;margin:24px 0 6px}
p{margin:8px 0}
.small{font-size:14px;color:var(--text2)}
.editor{border-left:3px solid var(--text);padding:2px 14px}
blockquote{margin:8px 0;padding:4px 14px;border-left:3px solid var(--line-strong);color:var(--text2)}
blockquote span{color:var(--text3);font-size:14px}
figure{margin:16px 0}
figure img{display:block;width:100%;height:auto;border:1px solid var(--line);border-radius:4px;padding:8px}
figcaption,caption{font-size:14px;color:var(--text2);text-align:center;padding:6px 0}
.scroll{overflow-x:auto;margin:12px 0}
table{border-collapse:collapse;width:100%;font-size:15px;line-height:1.5}
th,td{border-bottom:1px solid var(--line);padding:6px 8px;text-align:left;vertical-align:top}
th{background:var(--surface2);font-weight:600;white-space:nowrap}
.n{text-align:right;white-space:nowrap}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:16px 0}
dl div{background:var(--surface2);border-radius:8px;padding:12px 16px}
dt{font-size:14px;color:var(--text2)}
dd{margin:0}
dd.value{font-size:28px;line-height:1.3;font-weight:600}
dd.note{font-size:13px;color:var(--text2)}
@media (max-width:640px){main{margin:0;padding:16px;border:0;border-radius:0}h1{font-size:26px}}
@media print{@page{size:A4;margin:18mm 18mm}body{background:#fff;font-size:10.5pt;line-height:1.55}
main{margin:0;padding:0;border:0;max-width:none}nav{display:none}h1{font-size:20pt;margin:4pt 0}.issue{font-size:12pt}
.notes{margin:2pt 0 8pt}h2{font-size:14pt;margin:12pt 0 4pt;padding-bottom:2pt}h3,h4{font-size:11pt;margin:8pt 0 2pt}
p{margin:3pt 0}.small,.notes,.mark,blockquote span,figcaption,caption,dt,dd.note{font-size:9pt}blockquote{margin:2pt 0}
table{font-size:9.5pt;line-height:1.4}th,td{padding:2pt 5pt}.scroll{overflow:visible;margin:4pt 0}
figure{margin:4pt 0}figure img{padding:2pt}figcaption,caption{padding:2pt}dl{margin:6pt 0;gap:8pt}dl div{padding:4pt 8pt}
dd.value{font-size:16pt}h2,h3,h4,caption{break-after:avoid}figure,.scroll,blockquote{break-inside:avoid}
dl div{border:1px solid var(--line);background:none}}
"""


def html_of(paper: Paper) -> str:
    """The whole file. Everything is escaped: crawled words can only be text."""
    style = f":root{{{css_variables(LIGHT)}}}" + STYLE.replace("FONT", SANS).replace("\n", "")
    marks = "".join(f'<span class="mark">{escape(mark)}</span>' for mark in paper.marks)
    notes = "<br>".join(escape(note) for note in paper.notes)
    nav = "".join(
        f'<a href="#s{section.order}">{numeral(section.order)}、{escape(section.title)}</a>'
        for section in paper.sections
    )
    body = "".join(section_html(section) for section in paper.sections)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(paper.title)} {escape(paper.issue)}</title><style>{style}</style></head><body><main>"
        f'<header>{marks}<h1>{escape(paper.title)}</h1><p class="issue">{escape(paper.issue)}</p>'
        f'<p class="notes">{notes}</p></header><nav aria-label="目录">{nav}</nav>{body}</main></body></html>'
    )


def section_html(section: Section) -> str:
    head = f'<h2 id="s{section.order}">{numeral(section.order)}、{escape(section.title)}</h2>'
    return "<section>" + head + "".join(map(block_html, section.blocks)) + "</section>"


def block_html(block: Block) -> str:
    if isinstance(block, Sub):
        tag = "h3" if block.level == 2 else "h4"
        return f"<{tag}>{escape(block.text)}</{tag}>"
    if isinstance(block, Text):
        lead = f"<b>{escape(block.lead)}</b>" if block.lead else ""
        return f"<p>{lead}{escape(block.text)}</p>"
    if isinstance(block, Note):
        return f'<p class="small"><b>{escape(block.lead)}</b>{escape(block.text)}</p>'
    if isinstance(block, Quote):
        lead = f"<b>{escape(block.lead)}</b>" if block.lead else ""
        return f"<blockquote>{lead}“{escape(block.text)}”<span>（{escape(block.source)}）</span></blockquote>"
    if isinstance(block, Table):
        return table_html(block)
    if isinstance(block, Picture):
        data = base64.b64encode(block.png).decode()
        return (
            f'<figure><img alt="{escape(block.alt)}" src="data:image/png;base64,{data}">'
            f"<figcaption>{escape(block.caption)}</figcaption></figure>"
        )
    return figures_html(block)


def table_html(table: Table) -> str:
    """A table that its readers may scroll sideways; without a head the first cell of a row is its heading."""
    widths = "".join(f'<col style="width:{100 * part:.1f}%">' for part in table.shares)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    head = f"<thead>{row_html(table, table.head, 'th')}</thead>" if table.head else ""
    body = "".join(row_html(table, row, "td") for row in table.rows)
    return f'<div class="scroll"><table>{caption}<colgroup>{widths}</colgroup>{head}<tbody>{body}</tbody></table></div>'


def row_html(table: Table, row: tuple[str, ...], tag: str) -> str:
    parts = []
    for column, cell in enumerate(row):
        if not table.head and column == 0:
            parts.append(f'<th scope="row">{escape(cell)}</th>')
        else:
            kind = " class=n" if column in table.numbers else ""
            parts.append(f"<{tag}{kind}>{escape(cell)}</{tag}>")
    return "<tr>" + "".join(parts) + "</tr>"


def figures_html(figures: Figures) -> str:
    cards = (
        f'<div><dt>{escape(label)}</dt><dd class="value">{escape(value)}</dd><dd class="note">{escape(note)}</dd></div>'
        for label, value, note in figures.items
    )
    return "<dl>" + "".join(cards) + "</dl>"
