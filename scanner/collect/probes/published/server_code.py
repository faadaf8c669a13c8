"""Code that a server runs, left in a template → placeholders for what it will fill in."""

from __future__ import annotations

import re

_SERVER_CODE = re.compile(r"<\?(?:php|=|\s)|<%")
_MOST_CODE = 4000
"""Characters between `<%` and `%>`."""
_INCLUDES = re.compile(r"\b(?:include|require|render|get_footer|get_template_part|partial)\b")
_MARK = "{{server}}"


def without_code(html: str) -> str:
    """Return `html` with a placeholder for each piece of code that a server runs."""
    if "<?" not in html and "%>" not in html:
        return html
    kept: list[str] = []
    end = at = 0
    close = -1
    while begin := _SERVER_CODE.search(html, at):
        inside = begin.end()
        if begin[0] == "<%":
            if close < inside:
                # Looked for once, however often code begins before it.
                close = html.find("%>", inside)
                close = len(html) + _MOST_CODE if close < 0 else close
            if close - inside > _MOST_CODE:
                at = begin.start() + 1
                continue
            closed = close + 2
        else:
            found = html.find("?>", inside)
            closed = len(html) if found < 0 else found + 2
        kept += (html[end : begin.start()], _mark(html[begin.start() : closed]))
        end = at = closed
    return "".join(kept) + html[end:]


def _mark(code: str) -> str:
    """Return what stands for server code: a placeholder, by its name where it has a plain one."""
    if _INCLUDES.search(code):
        return "{{include}}"
    name = re.fullmatch(r"<%=?\s*([\w.]+)\s*%>", code)
    return f"{{{{{name[1]}}}}}" if name else _MARK
