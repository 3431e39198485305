"""The page: paragraphs, tables that sort by a click on their heads, and figures."""

import base64
import hashlib
import math
from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from neurosparse.analysis.reports.picture import Picture


class Paragraph(NamedTuple):
    """A paragraph, or text to be shown letter by letter (`literal`)."""

    text: str
    literal: bool = False


class Cell(NamedTuple):
    """A number to sort by, and the text that stands for it."""

    value: float
    text: str


class Sheet(NamedTuple):
    """A table: names of the columns, rows of text, numbers and `Cell`s, and what it shows.

    None and NaN are blank.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    caption: str = ""


class Section(NamedTuple):
    """A part of the page under a title."""

    title: str
    parts: Sequence[Paragraph | Sheet | Picture]


STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
p.about { color: #666; margin-top: .2rem; }
.figures { display: flex; flex-wrap: wrap; gap: 1.2rem; align-items: flex-start; }
figure { margin: 0; max-width: 100%; } figure img { width: 27rem; max-width: 100%; }
figcaption, caption { color: #555; font-size: .87rem; text-align: left; caption-side: top;
  max-width: 27rem; }
caption { max-width: none; padding-bottom: .3rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums;
  font-size: .87rem; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #ddd; text-align: left;
  white-space: nowrap; }
td.n, th.n { text-align: right; }
th button { font: inherit; font-weight: 600; border: 0; padding: 0; background: none;
  cursor: pointer; color: inherit; }
th button:focus-visible { outline: 2px solid #0072b2; }
th button::after { content: " \\2195"; color: #999; }
th[aria-sort=ascending] button::after { content: " \\25b2"; }
th[aria-sort=descending] button::after { content: " \\25bc"; }
pre { background: #f5f5f5; padding: .8rem; overflow-x: auto; font-size: .8rem; }
"""

SCRIPT = """
document.querySelectorAll("table").forEach(table => {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.firstElementChild.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    const value = row => row.cells[column].dataset.v ?? row.cells[column].textContent;
    const number = text => text === "" ? NaN : Number(text);
    const order = (a, b) => {
      const x = number(value(a)), y = number(value(b));
      if (!isNaN(x) && !isNaN(y)) return x - y;
      if (value(a) === "" || value(b) === "") return 0;
      return value(a).localeCompare(value(b));
    };
    const rows = [...body.rows], blank = rows.filter(row => value(row) === "");
    const full = rows.filter(row => value(row) !== "");
    full.sort((a, b) => down ? order(b, a) : order(a, b));
    body.append(...full, ...blank);
    heads.forEach(other => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }));
});
"""


PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p class="about">{about}</p>
{body}
<script>{script}</script>
</body>
</html>
"""


def render(title: str, about: str, sections: Sequence[Section]) -> str:
    """Return the page as HTML, valid on its own, all text escaped.

    Its policy forbids to load or run anything else.

    >>> sheet = Sheet(["x", "y"], [["p", 0.5], ["q", None]])
    >>> page = render("a < b", "", [Section("one", [sheet])])
    >>> "<h1>a &lt; b</h1>" in page, '<td class="n" data-v="0.5">0.5</td>' in page, "://" in page
    (True, True, False)
    """
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'"
    )
    body = "\n".join(_section(section) for section in sections)
    return PAGE.format(
        policy=policy,
        title=escape(title),
        style=STYLE,
        about=escape(about),
        body=body,
        script=SCRIPT,
    )


def _section(section: Section) -> str:
    pictures = [_figure(part) for part in section.parts if isinstance(part, Picture)]
    paragraphs = [_paragraph(part) for part in section.parts if isinstance(part, Paragraph)]
    sheets = [_sheet(part) for part in section.parts if isinstance(part, Sheet)]
    if pictures:
        pictures = ['<div class="figures">', *pictures, "</div>"]
    head = f"<section>\n<h2>{escape(section.title)}</h2>"
    return "\n".join([head, *paragraphs, *pictures, *sheets, "</section>"])


def _paragraph(part: Paragraph) -> str:
    tag = "pre" if part.literal else "p"
    return f"<{tag}>{escape(part.text)}</{tag}>"


def _figure(part: Picture) -> str:
    caption = escape(part.caption)
    image = f'<img alt="{caption}" src="{part.uri}">'
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def _sheet(part: Sheet) -> str:
    caption = f"<caption>{escape(part.caption)}</caption>" if part.caption else ""
    columns = zip(*part.rows, strict=True) if part.rows else [()] * len(part.head)
    heads = "".join(map(_head, part.head, columns))
    rows = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in part.rows)
    table = f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>"
    return f'<div class="wide"><table>{caption}{table}</table></div>'


def _head(name: str, column: Sequence[Any]) -> str:
    """The head of a column; it stands to the right above figures, as they do."""
    side = ' class="n"' if any(_number(value) for value in column) else ""
    return f'<th scope="col"{side}><button type="button">{escape(name)}</button></th>'


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and value is not True and value is not False


def _cell(value: Any) -> str:
    """Numbers carry their full value for sorting and show four digits."""
    if isinstance(value, Cell):
        return f'<td data-v="{_sortable(value.value)}">{escape(value.text)}</td>'
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return '<td data-v=""></td>'
    if not _number(value):
        return f"<td>{escape(str(value))}</td>"
    return f'<td class="n" data-v="{_sortable(value)}">{readable(value)}</td>'


def _sortable(value: float) -> str:
    """A number as JavaScript reads it."""
    return repr(value).replace("inf", "Infinity")


def readable(value: float) -> str:
    """A number as people read it: whole ones with commas, others with four digits.

    >>> [readable(value) for value in (1234567, 0.123456, 3.0, 17782.4)]
    ['1,234,567', '0.1235', '3', '17,782']
    """
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    whole = float(value).is_integer() or abs(value) >= 1000
    return f"{value:,.0f}" if whole and abs(value) < 1e15 else f"{value:.4g}"
