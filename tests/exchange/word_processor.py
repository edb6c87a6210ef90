"""LibreOffice as the word processor on somebody else's desk: started once, it opens, edits and saves documents."""

import json
import shutil
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).with_name("word_script.py")
WORD = "MS Word 2007 XML"
PDF = "writer_pdf_Export"


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

    def texts(self, data, *acts):
        """The paragraphs that have words, after this."""
        return [words for words in self.work(data, *acts)[1] if words]

    def printed(self, data):
        """The document as PDF."""
        return self._work(data, (), PDF)[0]

    def _work(self, data, acts, form):
        self._count += 1
        source = self.folder / f"{self._count}.docx"
        target = self.folder / f"{self._count}-saved"
        source.write_bytes(data)
        job = {"open": str(source), "acts": acts, "save": {str(target): form}}
        self._script.stdin.write(json.dumps(job) + "\n")
        self._script.stdin.flush()
        answer = self._script.stdout.readline()
        assert answer, "the script of the word processor has failed"
        return target.read_bytes(), json.loads(answer)["texts"]


def bridge():
    """A Python that has LibreOffice's bridge: that of the system, or the one that comes along."""
    for python in ("/usr/bin/python3", "/usr/lib/libreoffice/program/python", "/opt/libreoffice/program/python"):
        if Path(python).exists() and not subprocess.run([python, "-c", "import uno"], check=False).returncode:
            return python
    raise AssertionError("no Python here has the module uno: install python3-uno")
