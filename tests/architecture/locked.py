"""Say whether the locked requirements still answer pyproject.toml: resolve again from the lock and compare."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKED = {
    "requirements.txt": (),
    "requirements-dev.txt": ("--extra", "dev", "--constraint", "requirements.txt"),
    "requirements-bench.txt": ("--extra", "bench", "--constraint", "requirements-dev.txt"),
}
"""Each locked file, and how it is resolved besides what all are."""


def main() -> int:
    """Return 0 when resolving within the lock changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        stale = [name for name in LOCKED if _is_stale(name, Path(folder))]
    for name in stale:
        print(f"{name} does not answer pyproject.toml any more: run `make lock` and commit the result.")
    return 1 if stale else 0


def _is_stale(name: str, folder: Path) -> bool:
    locked = (ROOT / name).read_text()
    (folder / name).write_text(locked)
    extras = ("--extra", "build", *LOCKED[name])
    subprocess.run(
        [
            *(
                Path(sys.executable).parent / "uv",
                "pip",
                "compile",
                "--quiet",
                "--universal",
                "--python-version",
                "3.11",
            ),
            *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate"),
            *("--custom-compile-command", "make lock", *extras, "pyproject.toml", "--output-file", folder / name),
        ],
        cwd=ROOT,
        check=True,
    )
    return _pins((folder / name).read_text()) != _pins(locked)


def _pins(text: str) -> set[str]:
    return {line.split(" \\")[0] for line in text.splitlines() if line and line[0] not in "# "}


if __name__ == "__main__":
    sys.exit(main())
