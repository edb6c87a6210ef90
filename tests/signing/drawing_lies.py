"""What is given out as a drawn signature, and is none: each with the code by which it is refused."""

from declaration.signing.drawing import HEAD, HEIGHT, MAX_DRAWN, MAX_POINTS, MAX_STROKES, TAIL, WIDTH

_PLAIN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3000 1200">'
_LINE = "M10 20L30 40"


def of(path):
    """A document of the form but for its path's data."""
    return f"{HEAD}{path}{TAIL}".encode()


GOOD = of(_LINE)
LIES = {
    "nothing": (b"", "drawn.empty"),
    "no path": (of(""), "drawn.empty"),
    "a picture in PNG": (b"\x89PNG\r\n\x1a\n" + bytes(200), "drawn.raster"),
    "a picture in JPEG": (b"\xff\xd8\xff\xe0" + bytes(200), "drawn.raster"),
    "a picture in GIF": (b"GIF89a" + bytes(200), "drawn.raster"),
    "a picture in WebP": (b"RIFF\0\0\0\0WEBP" + bytes(200), "drawn.raster"),
    "words": (b"Abidjan", "drawn.form"),
    "another SVG": (f'{_PLAIN}<path d="{_LINE}"/></svg>'.encode(), "drawn.form"),
    "a declaration of XML": (b'<?xml version="1.0"?>' + GOOD, "drawn.form"),
    "an entity": (b'<!DOCTYPE svg [<!ENTITY a "M1 1">]>' + GOOD, "drawn.form"),
    "a byte order mark": (b"\xef\xbb\xbf" + GOOD, "drawn.form"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "drawn.form"),
    "a script": (GOOD.replace(b"</svg>", b"<script>alert(1)</script></svg>"), "drawn.form"),
    "a handler": (GOOD.replace(b"<svg ", b'<svg onload="alert(1)" '), "drawn.form"),
    "a style": (GOOD.replace(b"<path ", b'<path style="fill:url(//evil)" '), "drawn.form"),
    "a picture inside": (GOOD.replace(b"</svg>", b'<image href="data:image/png;base64,AA"/></svg>'), "drawn.form"),
    "a reference": (GOOD.replace(b"</svg>", b'<use href="https://example.org/#a"/></svg>'), "drawn.form"),
    "the path's data ended early": (of('M1 1L2 2"/><script>alert(1)</script><path d="M1 1L2 2'), "drawn.form"),
    "two paths": (of(f'{_LINE}"/><path d="{_LINE}'), "drawn.form"),
    "a comment": (GOOD.replace(b"</svg>", b"<!-- --></svg>"), "drawn.form"),
    "another sheet": (GOOD.replace(b"3000 1200", b"3000 1201"), "drawn.form"),
    "another colour": (GOOD.replace(b"#101418", b"#ffffff"), "drawn.form"),
    "another pen": (GOOD.replace(b'width="24"', b'width="25"'), "drawn.form"),
    "a line break at the end": (GOOD + b"\n", "drawn.form"),
    "space in front": (b" " + GOOD, "drawn.form"),
    "cut short": (GOOD[:-1], "drawn.form"),
    "head and tail alone, overlapping": (f"{HEAD}{TAIL}".encode()[:-1], "drawn.form"),
    "a point without a line": (of("M10 20"), "drawn.form"),
    "a line without a beginning": (of("L10 20"), "drawn.form"),
    "relative commands": (of("m10 20l30 40"), "drawn.form"),
    "a curve": (of("M10 20Q30 40 50 60"), "drawn.form"),
    "a closed path": (of(f"{_LINE}Z"), "drawn.form"),
    "commas": (of("M10,20L30,40"), "drawn.form"),
    "two spaces": (of("M10  20L30 40"), "drawn.form"),
    "a space after a command": (of("M 10 20L30 40"), "drawn.form"),
    "a fraction": (of("M10.5 20L30 40"), "drawn.form"),
    "an exponent": (of("M1e1 20L30 40"), "drawn.form"),
    "a sign": (of("M+10 20L30 40"), "drawn.form"),
    "below zero": (of("M-10 20L30 40"), "drawn.form"),
    "a zero in front": (of("M010 20L30 40"), "drawn.form"),
    "not a number": (of("MNaN 20L30 40"), "drawn.form"),
    "infinity": (of("M10 20LInfinity 40"), "drawn.form"),
    "other digits": (of("M1٠ 20L30 40"), "drawn.form"),
    "a number of five digits": (of("M10000 20L30 40"), "drawn.form"),
    "a NUL": (of("M10 20L30 40\0"), "drawn.form"),
    "beside the sheet": (of(f"M{WIDTH + 1} 20L30 40"), "drawn.bounds"),
    "below the sheet": (of(f"M10 20L30 {HEIGHT + 1}"), "drawn.bounds"),
    "a point twice": (of("M10 20L30 40L30 40"), "drawn.repeated"),
    "a dot too many": (of("M10 20L10 20L10 20"), "drawn.repeated"),
    "too many strokes": (of(_LINE * (MAX_STROKES + 1)), "drawn.strokes"),
    "too many points": (of("M1 1" + "L2 2L1 1" * (MAX_POINTS // 2)), "drawn.points"),
    "too long": (GOOD + b" " * MAX_DRAWN, "drawn.size"),
}
