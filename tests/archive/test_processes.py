"""Several processes on one archive: one writes at a time, the others see it, and being killed loses nothing."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

import archive.indexes
import archive.search
from archive.errors import ArchiveBusyError
from archive.store import ArchiveStore, RemovalSelector
from tests.archive.sound import problems_of
from tests.archive.support import another_process, found, incoming, incoming_id, near, open_store, run_elsewhere


@pytest.fixture(autouse=True)
def ask_chroma(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small archives, too, ask Chroma, and reopen it as often as they like."""
    monkeypatch.setattr(archive.search, "EXACT_UP_TO", 0)
    monkeypatch.setattr(archive.indexes, "REOPEN_SECONDS", 0.0)
    monkeypatch.setattr(archive.indexes, "REOPEN_SHARE", 1e9)


def test_a_reader_sees_what_another_process_adds_and_removes(tmp_path: Path) -> None:
    with open_store(tmp_path) as reader:
        reader.add([incoming("first", "The first lighthouse burned.")])
        reader.embed_pending()
        generation = reader.generation
        assert found(reader, "lighthouse") == near(reader, "lighthouse") == [incoming_id("first")]
        run_elsewhere(
            """
with open_store(Path(sys.argv[1])) as store:
    store.add([incoming("second", "The second lighthouse burned.")])
    store.embed_pending()
""",
            tmp_path,
        )
        assert reader.generation > generation
        both = {incoming_id("first"), incoming_id("second")}
        assert set(found(reader, "lighthouse")) == set(near(reader, "lighthouse")) == both
        run_elsewhere(
            """
from archive.store import RemovalSelector
with open_store(Path(sys.argv[1])) as store:
    store.remove(RemovalSelector(names=("https://news.example/first",)), "by court order")
""",
            tmp_path,
        )
        assert found(reader, "lighthouse") == near(reader, "lighthouse") == [incoming_id("second")]
        assert reader.repair() == []
        assert problems_of(reader) == ()


def test_two_processes_write_in_turn(tmp_path: Path) -> None:
    code = """
name = sys.argv[2]
with open_store(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(6):
        store.add([incoming(f"{name}{number}", f"A story of {name} number {number}.")])
        store.embed_pending()
"""
    with another_process(code, tmp_path, "one") as one, another_process(code, tmp_path, "two") as two:
        for process in (one, two):
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for process in (one, two):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.wait(60) for process in (one, two)] == [0, 0]
    with open_store(tmp_path) as store:
        store.embed_pending()
        assert len(near(store, "story", 99)) == len(found(store, "story")) == 12
        assert store.verify().problems == ()


def test_a_busy_archive_says_who_writes(tmp_path: Path) -> None:
    code = """
store = open_store(Path(sys.argv[1]))
with store._lock.held():
    print("held", flush=True)
    sys.stdin.readline()
"""
    with open_store(tmp_path, wait_seconds=0.2) as store, another_process(code, tmp_path) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(ArchiveBusyError, match=rf"process {other.pid}.*0\.2 seconds.*--wait"):
            store.add([incoming("a", "Text.")])
        holder = store.status().writer
        assert holder is not None and holder.process_id == other.pid
        assert found(store, "text") == []  # reading goes on
        other.kill()
        other.wait()
        store.add([incoming("a", "Text.")])  # the system freed the lock
        assert store.status().writer is None


KILLED = """
from archive import indexes, embedding
from archive.keyword_index import KeywordIndex
from archive.vector_index import VectorIndex
stage, counter = sys.argv[2], [0]

def dying(function, after):
    def wrapped(*arguments, **named):
        counter[0] += 1
        if counter[0] < 3:
            return function(*arguments, **named)
        if after:
            function(*arguments, **named)
        os.kill(os.getpid(), 9)
    return wrapped

if stage.startswith("keyword"):
    KeywordIndex.replace = dying(KeywordIndex.replace, stage.endswith("after"))
if stage.startswith("vectors"):
    VectorIndex.put = dying(VectorIndex.put, stage.endswith("after"))
if stage == "embedding":
    embedding.keep_vectors = dying(embedding.keep_vectors, True)
embedding._VECTORS_PER_INDEX_WRITE = 1
store = open_store(Path(sys.argv[1]))
for number in range(4):
    store.add([incoming(f"n{number}{part}", f"Story {number} {part} of the long river. " * 4) for part in range(5)])
    store.embed_pending()
print("survived")
"""


@pytest.mark.parametrize("stage", ["keyword before", "keyword after", "embedding", "vectors before", "vectors after"])
def test_killed_at_any_step_everything_is_there_once_afterwards(tmp_path: Path, stage: str) -> None:
    with another_process(KILLED, tmp_path, stage) as process:
        out, _ = process.communicate(timeout=60)
        assert (process.returncode, out) == (-signal.SIGKILL, "")
    with open_store(tmp_path) as store:
        for number in range(4):
            batch = [
                incoming(f"n{number}{part}", f"Story {number} {part} of the long river. " * 4) for part in range(5)
            ]
            store.add(batch)
        store.repair()
        store.embed_pending()
        status = store.status()
        assert (status.articles, status.versions, status.embedded) == (20, 20, status.passages)
        assert [(index.state, index.waiting) for index in status.indexes] == [("ready", 0)] * 2
        assert problems_of(store) == ()  # a child has looked at the files already, before `repair` wrote to them
        assert len(found(store, "river")) > 5
        assert len(near(store, "river", 99)) == 20


def test_claims_of_a_killed_process_are_taken_over(tmp_path: Path) -> None:
    code = """
from archive.embedder import HashingEmbedder
class Slow(HashingEmbedder):
    def embed_passages(self, texts):
        print("embedding", flush=True)
        time.sleep(60)
store = open_store(Path(sys.argv[1]), embedder=Slow())
store.add([incoming("a", "The river rose.")])
store.embed_pending()
"""
    with another_process(code, tmp_path) as process, open_store(tmp_path) as store:
        assert process.stdout is not None and process.stdout.readline() == "embedding\n"
        assert store.embed_pending() == 0  # the other one is at it
        process.kill()
        process.wait()
        assert store.embed_pending() == 1


def test_opening_and_searching_by_words_loads_no_vector_index(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.add([incoming("a", "The river rose.")])
    code = """
with open_store(Path(sys.argv[1]), embedder=None, create=False) as store:
    assert found(store, "river")
    store.status()
assert "chromadb" not in sys.modules and "onnxruntime" not in sys.modules
"""
    run_elsewhere(code, tmp_path)


def test_a_purge_that_was_cut_short_is_finished_by_the_next_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path) as store:
        store.add([incoming("a", "The zweckentfremdet lighthouse."), incoming("b", "Another lighthouse.")])
        with monkeypatch.context() as patch:
            patch.setattr("archive.takedown.purge", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                store.remove(RemovalSelector(names=(incoming_id("a"),)), "test")
        assert found(store, "lighthouse") == [incoming_id("b")]
    with ArchiveStore.open(tmp_path) as store:
        store.repair()
        assert store.document_frequency(["zweckentfremdet"]) == {"zweckentfremdet": 0}
        assert b"zweckentfremdet" not in (tmp_path / "catalog.sqlite3").read_bytes()
