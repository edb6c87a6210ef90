"""Who has not answered is missing, in the edition, in the report and in the status of whoever verifies."""

from service_world import ID
from typer.testing import CliRunner

from declaration.cli import app
from declaration.services import publishing, sealing


def test_an_edition_with_a_missing_answer_is_valid_and_incomplete(sqlite_worlds, tmp_path):
    world = sqlite_worlds.at("answered")
    sealing.seal(world.chancery, ID)
    publishing.write_files(tmp_path / "out", publishing.evidence_files(world.chancery, ID))
    for given in (tmp_path / "out", tmp_path / "out" / "signed.pdf"):
        done = CliRunner().invoke(
            app.app, ["verify", str(given), "--lang", "en", "--trust", str(tmp_path / "out" / "trust")]
        )
        assert done.exit_code == 3, done.output
        lines = {words[2]: words for words in (line.split() for line in done.output.splitlines()) if len(words) > 3}
        # the mark, then the verdict in a word
        assert lines["Abidjan"][:2] == ["✓", "valid"]
        assert lines["Haifa"][:2] == ["–", "valid"]
        assert lines["Lagos"][:2] == ["…", "missing"]
        assert lines["Porto"][:2] == ["…", "missing"]
