from __future__ import annotations

import pytest

from ingest.corrections import correction_notice


@pytest.mark.parametrize(
    "notice",
    [
        "Correction: The crane weighed 40 tonnes, not 14.",
        "CORRECTION (March 15, 2024): The crane weighed 40 tonnes.",
        "Correction, 15 March: The crane weighed 40 tonnes.",
        "Correction, March 15, 2024 — The crane weighed 40 tonnes.",
        "Corrections and clarifications: The crane weighed 40 tonnes.",
        "Clarification: The crane is the city's.",
        "Editor’s note: This story has been updated to correct the weight of the crane.",
        "An earlier version of this article gave a wrong weight.",
        "Because of an editing error, an earlier version of this story misstated the weight.",
        "This article was amended on 15 March 2024 to correct the weight.",
        "This story has been corrected to show that the crane weighed 40 tonnes.",
        "This article originally stated that the crane weighed 14 tonnes.",
        "(This March 14 story has been refiled to fix the weight in paragraph 2)",
        "(Corrects spelling of name in paragraph 3)",
        "Korrektur: Der Kran wog 40 Tonnen.",
        "In einer früheren Version dieses Artikels hieß es, der Kran wiege 14 Tonnen.",
        "Une version précédente de cet article donnait un autre poids.",
        "Fe de errores: la grúa pesaba 40 toneladas.",
    ],
)
def test_a_correction_notice_is_recognised(notice: str) -> None:
    assert correction_notice(f"The crane fell.\n\n{notice}\n\nThe basin is closed.") == notice


@pytest.mark.parametrize(
    "line",
    [
        "Corrections officers said the prison was quiet.",
        "The market had its worst correction since May: stocks fell by a tenth.",
        "This article of the treaty was never corrected by the court.",
        "The company corrects the figures every quarter.",
        "An earlier version of the bill failed in March.",
        "This story has been told for a hundred years.",
        "This report was updated by the ministry in June.",
        "He said the statement was wrongly reported.",
        "Update: the basin is open again.",
    ],
)
def test_news_about_corrections_is_none(line: str) -> None:
    assert correction_notice(f"The crane fell.\n\n{line}") == ""
