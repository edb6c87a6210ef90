"""What readers of a tagged PDF are given: its structure with the text of each element, by poppler."""

import re
import subprocess
import unicodedata
from dataclasses import dataclass, field

INVISIBLE = re.compile("[\u00ad\u200b]")
"""A hyphen that only the end of a line has, and what stands for a further glyph of the same character."""


@dataclass
class Node:
    kind: str
    title: str = ""
    said: str = ""
    kids: list["Node"] = field(default_factory=list)

    @property
    def text(self):
        return self.said + "".join(kid.text for kid in self.kids)

    def all(self, kind):
        """Every element of a kind, in the order of reading."""
        return [*([self] if self.kind == kind else []), *(found for kid in self.kids for found in kid.all(kind))]


def spoken(pdf):
    """Return the document's root element, as ``pdfinfo -struct-text`` tells it."""
    told = subprocess.run(["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True)
    top = Node("")
    path = [(-1, top)]
    for line in told.stdout.decode().splitlines():
        depth = len(line) - len(line.lstrip(" "))
        if match := re.fullmatch(r' *"(.*)"', line):
            owner = next(node for level, node in reversed(path) if level < depth)
            owner.said += unicodedata.normalize("NFC", INVISIBLE.sub("", match[1]))
        elif match := re.match(r' *([A-Z]\w*)(?: "([^"]*)")?', line):
            while path[-1][0] >= depth:
                path.pop()
            node = Node(match[1], match[2] or "")
            path[-1][1].kids.append(node)
            path.append((depth, node))
    [document] = top.kids
    return document
