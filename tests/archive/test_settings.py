"""Settings from a file, the environment and the command line; what is wrong is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.settings import load_settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "backissue.toml"


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_bytes(b"\xef\xbb\xbfport = 1\nwait_seconds = 1\nhost = 'a'\n")  # as some editors write UTF-8
    monkeypatch.setenv("BACKISSUE_PORT", "2")
    monkeypatch.setenv("BACKISSUE_WAIT_SECONDS", "2")
    found = load_settings({"port": 3, "model": None})
    assert (found.port, found.wait_seconds, found.host, found.model) == (3, 2.0, "a", None)


@pytest.mark.parametrize(
    ("written", "variable", "option", "message"),
    [
        ("prot = 1\n", None, None, r"^backissue\.toml: setting 'prot': .*Known settings: answers_at_once"),
        ("", ("BACKISSUE_PORT", "much"), None, "^BACKISSUE_PORT: setting 'port': Input should be a valid integer"),
        ("", ("OPENAI_BASE_URL", "x"), ("port", 99_999), "^the command line: setting 'port'"),
        ("", ("BACKISSUE_PROT", "1"), None, "BACKISSUE_PROT in the environment is no setting"),
        ("port =\n", None, None, r"backissue\.toml is not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    written: str,
    variable: tuple[str, str] | None,
    option: tuple[str, int] | None,
    message: str,
) -> None:
    file.write_text(written)
    if variable:
        monkeypatch.setenv(*variable)
    with pytest.raises(UsageError, match=message):
        load_settings(dict([option]) if option else None)


def test_a_file_that_is_named_must_be_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKISSUE_SETTINGS", str(file))
    with pytest.raises(UsageError, match=r"BACKISSUE_SETTINGS names .*backissue\.toml, which is not a file"):
        load_settings()
