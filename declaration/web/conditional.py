"""Conditional requests (RFC 9110, section 13): has the reader got it already?"""

from __future__ import annotations

from starlette.requests import Request


def has(request: Request, tag: str) -> bool:
    """Tell whether ``If-None-Match`` names the tag (with its quotes); it compares weakly, and ours hold no comma."""
    given = [item.strip() for line in request.headers.getlist("if-none-match") for item in line.split(",")]
    return given == ["*"] or tag in (item.removeprefix("W/") for item in given)
