"""SIGKILL at seeded random moments of an ingestion with its embedding; the next run ends with every article once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.embedder import HashingEmbedder
from archive.store import ArchiveStore
from tests.ingest.support import REPOSITORY, record, story, write_jsonl

ARTICLES = 200


class Run:
    """The child, and the steps it told."""

    def __init__(self, archive: Path, source: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.ingest.run_to_be_killed", str(archive), str(source)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.steps: list[str] = []

    def until(self, step: str, times: int) -> bool:
        """Read along until the step was told so many times; False if the run ended before."""
        assert self.process.stdout
        while line := self.process.stdout.readline():
            self.steps.append(line.strip())
            if self.steps[-1] == step and (times := times - 1) <= 0:
                return True
        return False

    def kill(self) -> str:
        os.kill(self.process.pid, signal.SIGKILL)
        self._rest()
        return self.steps[-1]

    def finish(self) -> None:
        errors = self._rest()
        assert self.process.returncode == 0, errors

    def _rest(self) -> str:
        output, errors = self.process.communicate()
        self.steps += output.split("\n")[:-1]
        return errors


# Where a run is killed, one after the other: the step, the latest of its occurrences, and the longest time (s) after.
# There are ten batches of 20 articles; the first kills leave enough for the last.
MOMENTS = (("add", 4, 0.05), ("keywords", 4, 0.03), ("vectors", 4, 0.02))


def kill_and_finish(folder: Path, seed: int) -> list[str]:
    """Kill the run three times, the last inside a write of vectors, then let it end; the stage of each kill."""
    folder.mkdir()
    source = write_jsonl(folder / "in.jsonl", [record(n) for n in range(ARTICLES)])
    archive = folder / "archive"
    chance = random.Random(seed)  # noqa: S311 - no secret
    stages: list[str] = []
    for step, most, longest in MOMENTS:
        run = Run(archive, source)
        assert run.until(step, chance.randint(1, most)), f"no {step!r} to kill at: {run.steps}"
        time.sleep(chance.uniform(0, longest))  # not awaiting anything: somewhere inside the step
        stages.append(f"seed {seed}: killed at {step!r}, after {run.kill()!r}")
    last = Run(archive, source)
    last.finish()
    assert last.steps[-1] == "end"
    check(archive)
    return stages


def check(archive: Path) -> None:
    with ArchiveStore.open(archive, embedder=HashingEmbedder()) as store:
        found = {article.external_id: article for article in store.articles()}
        assert store.count_articles() == len(found) == ARTICLES
        assert all(found[f"s-{n}"].text == story(n) for n in range(ARTICLES))
        assert all(len(store.versions(article.article_id)) == 1 for article in found.values())
        status = store.status()
        assert status.passages == status.embedded > ARTICLES
        assert [index.entries for index in status.indexes] == [status.passages] * 2
        assert store.verify().problems == ()
        hits = store.keyword_search("vote number 19901", 3)
        assert hits and hits[0].article.external_id == "s-199"


def test_killed_three_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stages = kill_and_finish(tmp_path / "run", seed=2)
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(stages) + "\n")
    assert len(stages) == 3


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_thirty_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed in range(10, 20):
        stages = kill_and_finish(tmp_path / f"run{seed}", seed=seed)
        with capsys.disabled():
            sys.stdout.write("\n" + "\n".join(stages) + "\n")
