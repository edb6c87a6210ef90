"""The documents people read first: links lead somewhere, commands exist, lists are complete."""

import re
import subprocess

import pytest
import typer
from typer.testing import CliRunner

from declaration.cli.app import app

RUN = CliRunner()


@pytest.fixture(scope="module")
def tracked(root):
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True, check=True
    )
    return [root / name for name in listed.stdout.splitlines() if (root / name).is_file()]


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


def prose(path):
    """Return a page without its blocks of code, which hold no links."""
    return re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(path):
    """Return the anchors of a page's headings, as GitHub and others make them."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(name if name not in found else f"{name}-1")
    return found


def test_every_link_leads_to_a_file_and_every_anchor_to_a_heading(tracked, root):
    wrong, followed = [], 0
    for path in (path for path in tracked if path.suffix == ".md"):
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
            if re.match(r"[a-z]+:", target):
                continue
            followed += 1
            name, _, anchor = target.partition("#")
            place = (path.parent / name).resolve() if name else path
            if not place.exists() or not place.is_relative_to(root):
                wrong.append(f"{path.relative_to(root)}: {target} leads nowhere")
            elif anchor and anchor not in anchors(place):
                wrong.append(f"{path.relative_to(root)}: {target} names no heading")
    assert not wrong, "\n".join(wrong)
    assert followed > 50


def commands_of(readme):
    """Return every command line that the table of tasks shows."""
    table = readme.split("## By task")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    return [command for row in rows for command in re.findall(r"`(?:[A-Z_]+=\S+ )*declaration ([^`]+)`", row)]


def test_every_command_of_the_readme_exists(readme):
    found = commands_of(readme)
    assert len(found) >= 10
    for line in found:
        words, command = line.split(), typer.main.get_command(app)
        path = []
        while hasattr(command, "get_command"):
            path.append(words[len(path)])
            command = command.get_command(None, path[-1])
            assert command is not None, line
        said = RUN.invoke(app, [*path, "--help"])
        assert said.exit_code == 0, (line, said.output)
        for option in re.findall(r"--[a-z-]+", line):
            assert option in said.output, (line, option)


def test_the_readme_tells_of_every_command(readme):
    told = {line.split()[0] for line in commands_of(readme)}
    assert told == set(typer.main.get_command(app).list_commands(None))


def test_the_readme_names_every_folder(readme, root, tracked):
    block = readme.split("## Where things are")[1].split("\n## ")[0]
    named = set()
    for line in re.findall(r"^    (\S.*)$", block, re.MULTILINE):
        for name in re.findall(r"(?:^|[ ,])((?:[a-z]+/)+)", line):
            place = name if (root / name).is_dir() else f"declaration/{name}"
            assert (root / place).is_dir(), name
            named.add(place.rstrip("/"))
    folders = {path.relative_to(root).parts for path in tracked}
    there = {parts[0] for parts in folders if len(parts) > 1 and not parts[0].startswith(".")} - {"declaration"}
    packages = {f"declaration/{parts[1]}" for parts in folders if parts[0] == "declaration" and len(parts) > 2}
    assert named == there | packages


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_target_that_a_page_names_can_be_made(root, name):
    targets = set(re.findall(r"^([a-z-]+):.*## ", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", (root / name).read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert named <= targets


def test_every_decision_is_listed_in_order(root):
    folder = root / "docs" / "adr"
    listed = re.findall(
        r"^\| \[(\d{4})\]\((\d{4}-[\w-]+\.md)\) \| (.+) \|$",
        (folder / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert [name for _, name, _ in listed] == sorted(path.name for path in folder.glob("[0-9]*.md"))
    for place, (number, name, title) in enumerate(listed, 1):
        assert number == name[:4] == f"{place:04}"
        assert (folder / name).read_text(encoding="utf-8").startswith(f"# {number} {title}\n")


def test_every_decision_says_what_it_costs(root):
    for path in (root / "docs" / "adr").glob("[0-9]*.md"):
        text = path.read_text(encoding="utf-8")
        for part in ("**Decision.**", "**Looked at.**", "**Price.**"):
            assert part in text, (path.name, part)


def test_the_index_of_the_specification_is_complete(spec):
    listed = re.findall(r"\]\(([\w-]+\.(?:md|py|json))\)", (spec / "README.md").read_text(encoding="utf-8"))
    there = {path.name for pattern in ("*.md", "*.py", "*.json") for path in spec.glob(pattern)} - {"README.md"}
    assert set(listed) == there


def test_the_changelog_runs_from_the_newest_back(root):
    titles = re.findall(r"^## (.+)$", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert titles[0] == "Unreleased"
    released = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) \(\d{4}-\d{2}-\d{2}\)", title) for title in titles[1:]]
    assert all(released), titles
    numbers = [tuple(map(int, found.groups())) for found in released]
    assert numbers == sorted(numbers, reverse=True)
