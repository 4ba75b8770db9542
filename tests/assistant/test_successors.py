from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.successors import who_went
from tests.assistant.small_archive import COURIER, LEDGER, answered, incoming, make_archive


@pytest.mark.parametrize(
    ("question", "went"),
    [
        ("Who succeeded Ole Vint?", "Vint"),
        ("Who took over from Harbour Director Ole Vint as director?", "Vint"),
        ("Who got the job after Ole Vint (resigned memo)?", "Vint"),
        ("Who is Ole Vint's successor?", "Vint"),
        ("Who is the successor of Vint?", "Vint"),
        ("Who followed Ole Vint at the port?", "Vint"),
        ("Who did Ole Vint replace?", ""),
        ("Who resigned?", ""),
        ("What replaced the old ferry?", ""),
    ],
)
def test_whose_successor_is_asked_for(question: str, went: str) -> None:
    assert who_went(question) == went


@pytest.mark.parametrize("question", ["Who succeeded Edda Kroll?", "Who got the post after Edda Kroll?"])
def test_the_sentence_that_tells_the_successor_leads(tmp_path: Path, question: str) -> None:
    with make_archive(tmp_path) as store:
        store.add(
            [
                incoming(
                    "kroll-goes", LEDGER, "2024-05-03", "Fisheries chief Edda Kroll resigns",
                    "Edda Kroll resigned as chief of fisheries on Friday, a week after the post was cut. "
                    "Edda Kroll said that she had held the post for nine years. "
                    "Gulls sat on the quay, and nobody spoke. "
                    "The council named Tomas Weir, a pilot, as her successor.",
                ),
                incoming(
                    "kroll-before", COURIER, "2024-04-20", "Edda Kroll denies it",
                    "Edda Kroll, who got the post in 2015, denied on Saturday that she would leave the "
                    "post after Easter.",
                ),
            ]
        )  # fmt: skip
        store.embed_pending()
        answer = answered(store, question, date(2024, 6, 10))
    assert "Tomas Weir" in answer.sentences[0].text
