"""Archives and compressed files, honest and hostile."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard

from ingest.bytestreams import DamagedFileError, OnePassStream, OpenFile
from ingest.compression import BOMB, decompressed, without_suffix
from ingest.document import RawDocument, Rejected, Skipped
from ingest.local_sources import Found, SourceFile, examined, walk
from ingest.normalize import identity_of
from ingest.progress import Meter
from ingest.readers import FORMATS
from tests.ingest.support import record, story

TEXT = story(1).encode()
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lambda content: lzma.compress(content, preset=0),
    "zst": zstandard.ZstdCompressor().compress,
}


def unpacked(data: bytes, step: int = 1000) -> bytes:
    return b"".join(decompressed(iter([data[at : at + step] for at in range(0, len(data), step)])))


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def looked_into(path: Path) -> tuple[dict[str, bytes], list[Rejected], list[Skipped]]:
    """The members' contents by path, read while they are there; what was refused, what was skipped."""
    contents: dict[str, bytes] = {}
    others: list[Found] = []
    for found in walk(str(path), set(), Meter()):
        if isinstance(found, SourceFile):
            contents[found.file.source] = b"".join(found.file.chunks())
        else:
            others.append(found)
    return (
        contents,
        [item for item in others if isinstance(item, Rejected)],
        [item for item in others if isinstance(item, Skipped)],
    )


@pytest.mark.parametrize("kind", PACKERS)
def test_every_compression_whole_in_members_cut_and_spoilt(kind: str) -> None:
    pack = PACKERS[kind]
    content = b"".join(f"{number} {hash(str(number))}\n".encode() for number in range(15_000))
    packed = pack(content)
    assert packed != content
    assert unpacked(packed) == content == unpacked(packed, step=7_000_000)
    assert unpacked(pack(content[:1000]) + pack(content[1000:])) == content
    assert unpacked(packed + b"\0\0\0") == unpacked(packed + b"rubbish") == content
    with pytest.raises(DamagedFileError, match="cut short"):
        unpacked(packed[: len(packed) // 2])
    spoilt = packed[:40_000] + b"\xff\x00" * 200 + packed[40_400:]
    with pytest.raises(DamagedFileError):
        unpacked(spoilt)


@pytest.mark.parametrize("kind", PACKERS)
def test_what_unpacks_out_of_proportion_is_refused_before_it_has(kind: str) -> None:
    bomb = PACKERS[kind](b"\0" * 70_000_000)
    given = 0
    with pytest.raises(DamagedFileError, match="bomb"):
        for chunk in decompressed(iter([bomb])):
            given += len(chunk)
    assert given < 80_000_000


def test_what_a_packer_appended_to_a_name_is_taken_off() -> None:
    assert without_suffix("/in/a.jsonl.GZ") == "/in/a.jsonl"
    assert without_suffix("/in/.gz") == "/in/.gz"
    assert without_suffix("/in/a.zstd/b.txt") == "/in/a.zstd/b.txt"


@pytest.mark.parametrize("pack", [bytes, *PACKERS.values()])
def test_a_tar_is_looked_into_however_it_is_packed_and_named(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "dump.bin"
    path.write_bytes(
        pack(tarred({"./may/b.txt": TEXT, "a.jsonl.gz": gzip.compress(b"{}\n"), "style.css": b"x", "README": b"x"}))
    )
    contents, rejected, skipped = looked_into(path)
    assert contents == {f"{path}!/./may/b.txt": TEXT, f"{path}!/a.jsonl.gz": b"{}\n"}
    assert not rejected and [item.why for item in skipped] == ["not an article"] * 2


def test_a_zip_with_members_of_every_size_and_form(tmp_path: Path) -> None:
    large = b"".join(f"{zlib.crc32(bytes([n % 256, n // 256 % 256, n // 65536]))}\n".encode() for n in range(600_000))
    path = tmp_path / "a.zip"
    path.write_bytes(
        zipped(
            {
                "page": b"<!doctype html><p>x",
                "large.txt": large,
                "__MACOSX/._large.txt": b"x",
                ".git/config.txt": b"x",
                "logo.png": b"x",
                "inner.zip": zipped({"deep/c.md": TEXT}),
                "inner.tar": tarred({"d.txt": TEXT}),
            }
        )
    )
    contents, rejected, skipped = looked_into(path)
    assert contents == {
        f"{path}!/page": b"<!doctype html><p>x",
        f"{path}!/large.txt": large,
        f"{path}!/inner.zip!/deep/c.md": TEXT,
        f"{path}!/inner.tar!/d.txt": TEXT,
    }
    assert not rejected and sorted(item.why for item in skipped) == ["hidden", "hidden", "not an article"]


def test_links_special_files_and_climbing_paths_in_a_tar_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (
            ("link.txt", tarfile.SYMTYPE),
            ("hard.txt", tarfile.LNKTYPE),
            ("pipe.txt", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        for name in ("../up.txt", "/root.txt", "a/../../b.txt", "c:\\win.txt", "good.txt"):
            info = tarfile.TarInfo(name)
            info.size = len(TEXT)
            archive.addfile(info, io.BytesIO(TEXT))
    contents, rejected, _ = looked_into(path)
    assert contents == {f"{path}!/good.txt": TEXT}
    assert [item.reason for item in rejected] == [
        "a link; only files are read from an archive.",
        "a link; only files are read from an archive.",
        "not a regular file.",
        *["its path leads out of the archive."] * 4,
    ]


def test_links_climbing_paths_and_encrypted_members_in_a_zip_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../up.txt", TEXT)
        archive.writestr("secret.txt", TEXT)
        archive.writestr("good.txt", TEXT)
    data = bytearray(path.read_bytes())
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        for _ in range(3):
            at = data.find(magic, at + 1)
        data[at + flags] |= 1
    path.write_bytes(data)
    contents, rejected, _ = looked_into(path)
    assert contents == {f"{path}!/good.txt": TEXT}
    reasons = [item.reason for item in rejected]
    assert [reason[:10] for reason in reasons] == ["a link; on", "its path l", "encrypted;"], reasons


def test_zip_bombs_nested_archives_and_damage(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(zipped({f"{n}.txt": b"\0" * 30_000_000 for n in range(4)}))
    contents, rejected, _ = looked_into(bomb)
    assert len(contents) < 4 and [item.reason for item in rejected] == [BOMB]

    nested = tmp_path / "nested.zip"
    content = zipped({"a.txt": TEXT})
    for _ in range(4):
        content = zipped({"a.zip": content})
    nested.write_bytes(content)
    contents, rejected, _ = looked_into(nested)
    assert not contents and "deeper than 3" in rejected[0].reason

    whole = zipped({"a.txt": TEXT, "b.txt": TEXT[::-1]}, zipfile.ZIP_STORED)
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(whole.replace(TEXT[:30], b"?" * 30))
    contents, rejected, _ = looked_into(damaged)
    assert list(contents) == [f"{damaged}!/b.txt"] and "the others are read" in rejected[0].reason
    damaged.write_bytes(whole[:-60])
    assert "the archive is damaged" in looked_into(damaged)[1][0].reason

    packed = tmp_path / "cut.tar.gz"
    packed.write_bytes(gzip.compress(tarred({f"{n}.txt": story(n).encode() for n in range(100)}))[:-3000])
    contents, rejected, _ = looked_into(packed)
    assert 10 < len(contents) < 100 and len(rejected) == 1


def test_a_tar_that_claims_an_endless_name_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 5_000_000_000
    path = tmp_path / "a.tar"
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + b"x" * 10_000)
    assert "longer than a megabyte" in looked_into(path)[1][0].reason


def test_identity_of_members_the_archive_of_another_night_meets_the_same_ids() -> None:
    def identity(path: str, content: dict[str, object], format_name: str = "jsonl") -> str:
        raw = RawDocument(json.dumps(content).encode(), format_name, path, 1)
        from tests.ingest.support import TODAY

        draft = FORMATS[format_name].parse(raw, today=TODAY)
        return identity_of(draft, raw, outlet="", text=draft.text)

    content = record(1, url="", outlet="")
    monday = identity("/in/monday.zip!/may/a.jsonl", content)
    assert monday == identity("/in/tuesday.tar!/may/a.jsonl", content) == identity("/in/may/a.jsonl.gz", content)
    assert monday != identity("/in/monday.zip!/june/a.jsonl", content)


def test_standard_input_is_told_by_content_and_streamed() -> None:
    def read(data: bytes) -> str:
        stream = OnePassStream(io.BytesIO(data))
        (found,) = examined(OpenFile(None, "standard input", stream=stream), "", named=True)
        assert isinstance(found, SourceFile)
        return found.format_name

    assert read(json.dumps(record(1)).encode() + b"\n") == "json"
    assert read(b"[\n {}]") == "json"
    assert read(gzip.compress(b"<!DOCTYPE html><p>x")) == "html"
    assert read(b"headline,text\na,b\n") == "csv"
    assert read(b"The mayor spoke.") == "text"


def test_a_stream_is_kept_for_a_second_look_only_as_long_as_it_is_small() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"x" * size if self.given < 10_000_000 else b""

    small = OnePassStream(Endless(), keep=20_000_000)  # type: ignore[arg-type]
    assert sum(map(len, small.chunks())) == sum(map(len, small.chunks())) > 9_000_000
    large = OnePassStream(Endless(), keep=1_000_000)  # type: ignore[arg-type]
    assert sum(map(len, large.chunks())) > 9_000_000
    again: Iterator[bytes] = large.chunks()
    with pytest.raises(DamagedFileError, match="only once"):
        next(again)
