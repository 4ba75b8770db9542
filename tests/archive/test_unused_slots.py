from __future__ import annotations

import struct
from pathlib import Path

from archive.unused_slots import blank_unused_slots
from archive.vector_index import VectorIndex
from tests.archive.support import incoming, near, open_store


def written(folder: Path, *, room: int, elements: int, size: int, content: bytes) -> Path:
    segment = folder / "segment"
    segment.mkdir()
    (segment / "header.bin").write_bytes(struct.pack("<i4Q", 1, 0, room, elements, size) + bytes(64))
    (segment / "data_level0.bin").write_bytes(content)
    return segment / "data_level0.bin"


def test_only_what_lies_behind_the_last_vector_is_blanked(tmp_path: Path) -> None:
    file = written(tmp_path, room=4, elements=2, size=3, content=b"abcdefSECRET")
    assert blank_unused_slots(tmp_path) == 6
    assert file.read_bytes() == b"abcdef" + bytes(6)


def test_a_full_file_and_one_whose_header_does_not_fit_are_left_alone(tmp_path: Path) -> None:
    for number, (room, elements, content) in enumerate([(2, 2, b"abcdef"), (1, 2, b"abcdefgh"), (2, 1, b"abcdefghij")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        file = written(folder, room=room, elements=elements, size=3, content=content)
        assert blank_unused_slots(folder) == 0
        assert file.read_bytes() == content
    (tmp_path / "0" / "segment" / "header.bin").write_bytes(b"short")
    assert blank_unused_slots(tmp_path / "0") == 0


def test_a_new_index_holds_nothing_but_its_vectors_and_still_searches(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.add([incoming(name, f"The {name} ran aground.") for name in ("ferry", "barge", "cutter")])
        store.embed_pending()
    files = list(tmp_path.glob("vectors-*/*/data_level0.bin"))
    assert files and all(not any(file.read_bytes()) for file in files)  # so few wait in Chroma's log still
    with open_store(tmp_path) as store:
        assert len(near(store, "barge", 3)) == 3
    index = VectorIndex(files[0].parents[1])
    assert index.entries == 3
    index.close()
