"""Word documents as people send them back."""

import io
import zipfile

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def edited(data, *changes):
    """The document with some of its words replaced, without tracking."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            for before, after in changes:
                assert name != "word/document.xml" or before.encode() in part
                part = part.replace(before.encode(), after.encode())
            new.writestr(name, part)
    return buffer.getvalue()
