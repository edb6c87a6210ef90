"""Edits documents in LibreOffice as a person does; run by a Python that has its bridge (`uno`), a line of JSON a job.

A job: {"open": [path, filter, options], "acts": [[name, *arguments], …], "save": {path: [filter, options]}}.
The answer: {"texts": [paragraphs]}.
"""

import json
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

BREAK = 0  # com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK


def value(name, content):
    found = PropertyValue()
    found.Name, found.Value = name, content
    return found


class Desk:
    """A word processor with one open document."""

    def __init__(self, address):
        self.context = connected(address)
        self.manager = self.context.ServiceManager
        self.desktop = self.make("com.sun.star.frame.Desktop")

    def make(self, name):
        return self.manager.createInstanceWithContext(name, self.context)

    def open(self, path, form, options):
        how = [value("Hidden", True)]
        if form is not None:
            how += [value("FilterName", form), value("FilterOptions", options)]
        self.document = self.desktop.loadComponentFromURL(f"file://{path}", "_blank", 0, tuple(how))

    def save(self, path, form, options):
        self.document.storeToURL(f"file://{path}", (value("FilterName", form), value("FilterOptions", options)))

    def texts(self):
        found = []
        if not self.document.supportsService("com.sun.star.text.TextDocument"):
            return found
        paragraphs = self.document.Text.createEnumeration()
        while paragraphs.hasMoreElements():
            paragraph = paragraphs.nextElement()
            if paragraph.supportsService("com.sun.star.text.Paragraph"):
                found.append(paragraph.String)
        return found

    def find(self, words):
        search = self.document.createSearchDescriptor()
        search.SearchString, search.SearchCaseSensitive = words, True
        found = self.document.findFirst(search)
        assert found is not None, f"{words!r} is not in the document"
        return found

    def paragraph(self, words):
        """A cursor over the whole paragraph in which words stand."""
        found = self.find(words)
        cursor = found.Text.createTextCursorByRange(found.Start)
        cursor.gotoStartOfParagraph(False)
        cursor.gotoEndOfParagraph(True)
        return cursor

    def command(self, name):
        frame = self.document.CurrentController.Frame
        self.make("com.sun.star.frame.DispatchHelper").executeDispatch(frame, f".uno:{name}", "", 0, ())

    # What a person does

    def track(self, on):
        self.document.RecordChanges = on

    def replace(self, old, new):
        self.find(old).String = new

    def reword(self, words, new):
        self.paragraph(words).String = new

    def empty(self, words):
        self.paragraph(words).String = ""

    def delete(self, words):
        """Delete a paragraph with its end."""
        cursor = self.paragraph(words)
        assert cursor.goRight(1, True)
        cursor.String = ""

    def delete_before(self, words):
        """Delete a paragraph with the end of the one before it."""
        cursor = self.paragraph(words)
        both = cursor.Text.createTextCursorByRange(cursor.Start)
        assert both.goLeft(1, False)
        both.gotoRange(cursor.End, True)
        both.String = ""

    def add(self, words, new):
        """Press Enter at the end of a paragraph, and write another one."""
        cursor = self.paragraph(words)
        cursor.collapseToEnd()
        cursor.Text.insertControlCharacter(cursor, BREAK, False)
        cursor.Text.insertString(cursor, new, False)

    def add_before(self, words, new):
        """Write a paragraph before another one: words and Enter at its beginning."""
        cursor = self.paragraph(words)
        cursor.collapseToStart()
        cursor.Text.insertString(cursor, new, False)
        cursor.Text.insertControlCharacter(cursor, BREAK, False)

    def join(self, words):
        """Delete the end of a paragraph."""
        cursor = self.paragraph(words)
        cursor.collapseToEnd()
        assert cursor.goRight(1, True)
        cursor.String = ""

    def split(self, words):
        """Press Enter after these words."""
        found = self.find(words)
        found.Text.insertControlCharacter(found.Text.createTextCursorByRange(found.End), BREAK, False)

    def move(self, words, way):
        """Move a paragraph up or down, by the command of the menu."""
        view = self.document.CurrentController.ViewCursor
        view.gotoRange(self.find(words).Start, False)
        self.command(f"Move{way.capitalize()}")

    def bold(self, words):
        self.find(words).CharWeight = 150.0

    def table(self, words):
        table = self.document.createInstance("com.sun.star.text.TextTable")
        table.initialize(2, 2)
        found = self.paragraph(words)
        found.collapseToEnd()
        found.Text.insertTextContent(found, table, False)
        table.getCellByName("A1").String = "In a table"

    def accept(self):
        self.command("AcceptAllTrackedChanges")

    def reject(self):
        self.command("RejectAllTrackedChanges")


def connected(address):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + 60
    while True:
        try:
            return resolver.resolve(f"uno:{address};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def main():
    desk = Desk(sys.argv[1])
    for line in sys.stdin:
        job = json.loads(line)
        desk.open(*job["open"])
        for name, *arguments in job["acts"]:
            getattr(desk, name)(*arguments)
        for path, (form, options) in job["save"].items():
            desk.save(path, form, options)
        answer = {"texts": desk.texts()}
        desk.document.close(True)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
