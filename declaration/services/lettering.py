"""What pages need of typography beside their style: typefaces for the web, directions and names of languages."""

from declaration.render.fonts import is_rtl
from declaration.render.labels import language_name
from declaration.render.webfonts import WEB_FONTS, WOFF2, web_font

__all__ = ["WEB_FONTS", "WOFF2", "is_rtl", "language_name", "web_font"]
