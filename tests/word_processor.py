"""LibreOffice as the office on somebody else's desk: started once, it opens, edits, saves and converts documents."""

import json
import shutil
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).with_name("word_script.py")
WORD = "MS Word 2007 XML"
PDF = "writer_pdf_Export"
PLAIN = ("Text (encoded)", "UTF8,LF")
"""A filter and its options: the words of a document, a paragraph a line."""
CSV = ("Text - txt - csv (StarCalc)", "44,34,76,1,,0,false,true,false,false,false,-1")
"""Every sheet as a file: commas, quotes, UTF-8, cells as they are shown (LibreOffice Help, "Filter Options")."""

READ_AS = {"csv": (CSV[0], "44,34,76,1")}
"""What a person answers when asked how to read a file: commas, quotes, UTF-8, from the first line on."""


class WordProcessor:
    """A LibreOffice without windows.

    Args:
        folder: an empty one, for its profile and for documents.

    """

    def __init__(self, folder):
        self.folder = folder
        self._count = 0
        address = f"pipe,name={folder.name}-{abs(hash(folder))}"
        self._office = subprocess.Popen(
            [
                shutil.which("soffice"),
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                f"-env:UserInstallation=file://{folder}/profile",
                f"--accept={address};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._script = subprocess.Popen(
            [bridge(), SCRIPT, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self):
        for process in (self._script, self._office):
            process.terminate()
            process.wait(20)
        self._script.stdin.close()
        self._script.stdout.close()

    def work(self, data, *acts):
        """Open a document, do this, and return it as it is saved, with its paragraphs."""
        return self._work(data, acts, WORD)

    def edited(self, data, *acts):
        """The document after this, saved again as a Word document."""
        return self.work(data, *acts)[0]

    def texts(self, data, *acts, ending="docx"):
        """The paragraphs that have words, after this."""
        return [words for words in self._work(data, acts, *PLAIN, ending=ending)[1] if words]

    def printed(self, data, ending="docx"):
        """The document as PDF."""
        return self._work(data, (), PDF, ending=ending)[0]

    def words(self, data, ending="odt"):
        """The document as plain text."""
        return self._work(data, (), *PLAIN, ending=ending)[0].decode("utf-8-sig")

    def tables(self, data, ending="xlsx"):
        """The sheets of a workbook by name, as CSV."""
        saved = self._saved(data, (), *CSV, ending=ending)[0]
        start = f"{saved.name}-"
        files = sorted(saved.parent.glob(f"{start}*"))
        return {file.stem.removeprefix(start): file.read_text(encoding="utf-8-sig") for file in files}

    def _work(self, data, acts, form, options="", *, ending="docx"):
        saved, texts = self._saved(data, acts, form, options, ending=ending)
        return saved.read_bytes(), texts

    def _saved(self, data, acts, form, options="", *, ending):
        self._count += 1
        source = self.folder / f"{self._count}.{ending}"
        target = self.folder / f"{self._count}-saved"
        source.write_bytes(data)
        read_as = READ_AS.get(ending, (None, ""))
        job = {"open": [str(source), *read_as], "acts": acts, "save": {str(target): [form, options]}}
        self._script.stdin.write(json.dumps(job) + "\n")
        self._script.stdin.flush()
        answer = self._script.stdout.readline()
        assert answer, "the script of the office has failed"
        return target, json.loads(answer)["texts"]


def bridge():
    """A Python that has LibreOffice's bridge: that of the system, or the one that comes along."""
    for python in ("/usr/bin/python3", "/usr/lib/libreoffice/program/python", "/opt/libreoffice/program/python"):
        if Path(python).exists() and not subprocess.run([python, "-c", "import uno"], check=False).returncode:
            return python
    raise AssertionError("no Python here has the module uno: install python3-uno")
