"""Blanks what Chroma's vector files hold of this process's memory.

A new HNSW file is written with room for its first vectors before there are any: whatever stood in that memory goes to
disk with it, and that may be a vector of an article that has just been taken down (seen here). The layout of header.bin
is that of hnswlib's ``saveIndex`` behind a version number, as Chroma writes it: little-endian, the version in 4 bytes,
then in 8 bytes each the offset of level 0, the room, the number of elements, and an element's size in bytes.
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER = struct.Struct("<i4Q")


def blank_unused_slots(folder: Path) -> int:
    """Overwrite with zeros what lies behind the last vector of every HNSW file in the folder; how many bytes that was.

    Files whose header doesn't fit are left alone: the checks of opening look after damage.
    """
    blanked = 0
    for header in folder.glob("*/header.bin"):
        vectors = header.with_name("data_level0.bin")
        read = header.read_bytes()
        if len(read) < _HEADER.size or not vectors.is_file():
            continue
        _, _, room, elements, size = _HEADER.unpack_from(read)
        used, length = elements * size, vectors.stat().st_size
        if elements <= room and used < length <= room * size:
            with vectors.open("r+b") as file:
                file.seek(used)
                file.write(bytes(length - used))
            blanked += length - used
    return blanked
