"""The language model as a reranker: it grades passages by how well they answer. Behind the seam of rerank.py.

``reranker = "model"`` in the settings. One request more per part of a question: for models that answer in a second.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.errors import LanguageModelError, RerankerError
from assistant.answer import Usage
from assistant.language_model import LanguageModel, add_usage
from assistant.prompt import as_data, load_prompt, make_keys
from assistant.structured_answer import object_schema, read_object

MOST_GRADED = 20
LONGEST_SHOWN = 700  # characters of a passage; the headline comes first
BEST_GRADE = 3


class ModelReranker:
    """Asks the language model for grades from 0 to 3. One for each question: ``usage`` is what its requests used."""

    def __init__(self, language_model: LanguageModel, *, seed: str | None = None) -> None:
        self._model = language_model
        self._seed = seed
        self.usage = Usage()

    @property
    def name(self) -> str:
        """Identity, for the records of an evaluation."""
        return "model"

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """How well each passage answers: its grade, or 0 where the model gave none. Raises RerankerError."""
        shown = passages[:MOST_GRADED]
        keys = make_keys((), " ".join([question, *shown]), seed=self._seed)
        blocks = "\n\n".join(
            f'<passage-{keys.nonce} number="{number}">\n{as_data(text[:LONGEST_SHOWN])}\n</passage-{keys.nonce}>'
            for number, text in enumerate(shown, 1)
        )
        messages = load_prompt("rerank").render(nonce=keys.nonce, passages=blocks, question=as_data(question))
        grade = object_schema(
            number={"type": "integer", "enum": list(range(1, len(shown) + 1))},
            grade={"type": "integer", "enum": list(range(BEST_GRADE + 1))},
        )
        schema = object_schema(grades={"type": "array", "items": grade, "maxItems": len(shown)})
        try:
            reply = self._model.complete(messages, json_schema=schema)
        except LanguageModelError as error:
            raise RerankerError(f"The passages could not be graded: {error}") from error
        self.usage = add_usage(self.usage, reply.usage)
        return _grades(reply.text, len(passages))


def _grades(reply: str, number: int) -> list[float]:
    """The grades in a reply, by passage. Raises RerankerError if there are none."""
    value = read_object(reply) or {}
    grades = [0.0] * number
    graded = False
    for one in value.get("grades") or () if isinstance(value.get("grades"), list) else ():
        place, grade = (one.get("number"), one.get("grade")) if isinstance(one, dict) else (None, None)
        if isinstance(place, int) and isinstance(grade, int) and 1 <= place <= number:
            grades[place - 1] = float(min(max(grade, 0), BEST_GRADE))
            graded = True
    if not graded:
        raise RerankerError("The passages could not be graded: the model's reply has no grades.")
    return grades
