from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from archive.errors import LanguageModelError
from archive.settings import Settings
from archive.tokens import count_tokens
from assistant.answer import ModelChecks, Source, TextDelta, Verdict
from assistant.answer_check import NO_SOURCE, UNKNOWN_SOURCE
from assistant.conversation import Turn
from assistant.model_answer import ModelAnswer, write_answer
from assistant.openai_model import OpenAILanguageModel
from assistant.prompt import make_keys
from assistant.search_plan import PlanPart, SearchPlan
from tests.fake_openai import Cut, FakeOpenAI, Hang, Raw, RejectOption, Request, Status, Text, as_json

PLAN = SearchPlan("What happened?", "What happened to the ferry?", date(2024, 5, 5), (PlanPart("ferry"),))
EVIDENCE = (
    Source(
        "1", "a1", "a1.0", "Ferry aground", "The Harbour Post", "2024-05-04", None,
        "The ferry Alma ran aground off Port Lennox on Thursday. Two people were hurt. “We will not rest,” said "
        "harbour master Ilse Brandt.", 0, 130,
    ),
    Source("2", "a2", "a2.0", "More hurt", "The Echo", "2024-05-06T08:00:00+00:00", None,
           "By Friday the number of injured had risen to 19, the clinic said.", 0, 65),
)  # fmt: skip


@pytest.fixture
def model(fake: FakeOpenAI) -> OpenAILanguageModel:
    settings = {"openai_base_url": fake.base_url, "model": "m", "model_timeout_seconds": 0.5, "model_retries": 1}
    return OpenAILanguageModel(Settings.model_validate(settings), sleep=lambda seconds: None)


def keyed(text: str) -> Callable[[Request], str]:
    """A reply in which ``{0}`` and ``{1}`` are the keys of the first and the second piece of evidence."""
    return lambda request: text.format(*(key for key, _ in request.evidence))


def ask(model: OpenAILanguageModel, evidence: tuple[Source, ...] = EVIDENCE, **more: Any) -> tuple[str, ModelAnswer]:
    *deltas, last = write_answer(model, PLAN, evidence, **more)
    assert isinstance(last, ModelAnswer)
    assert all(isinstance(delta, TextDelta) for delta in deltas)
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta)), last


def test_keys_become_numbers_by_first_citation_and_every_sentence_is_checked(
    fake: FakeOpenAI, model: OpenAILanguageModel
) -> None:
    fake.script(Text(keyed("By Friday 19 were injured [{1}]. The ferry ran aground on 2 May 2024 [{0}]."), pieces=3))
    streamed, answer = ask(model)
    assert streamed == "By Friday 19 were injured [1]. The ferry ran aground on 2 May 2024 [2]."
    assert answer.text == streamed
    assert [source.article_id for source in answer.sources] == ["a2", "a1"]
    assert [source.key for source in answer.sources] == ["1", "2"]
    assert [sentence.citations for sentence in answer.sentences] == [("1",), ("2",)]
    assert {sentence.verdict for sentence in answer.sentences} <= {Verdict.SUPPORTED, Verdict.UNCHECKED}
    assert answer.notices == ()
    assert not answer.refused
    assert not answer.incomplete
    assert answer.usage.requests == 1
    source = answer.sources[1]
    assert [source.text[start:end] for start, end in source.highlights] == [
        "The ferry Alma ran aground off Port Lennox on Thursday."
    ]


def test_a_failing_sentence_is_asked_for_once_more_and_replaced(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Text(keyed("Three people were hurt [{0}]. It was foggy. By Friday 19 were injured [{1}].")))
    fake.script(Text(lambda request: f"1: Two people were hurt [{request.evidence[0][0]}].\n2: DROP"))
    streamed, answer = ask(model)
    assert streamed.startswith("Three people were hurt [1].")
    assert answer.text == "Two people were hurt [1]. By Friday 19 were injured [2]."
    assert answer.struck == ("It was foggy.",)
    assert any("It was foggy." in notice for notice in answer.notices)
    assert answer.usage.requests == 2
    asked = fake.chats[1].messages
    assert [message["role"] for message in asked] == ["system", "user", "assistant", "user"]
    assert "1: Three people were hurt." in asked[-1]["content"]
    assert "where the sentence has" in asked[-1]["content"]
    assert f"2: It was foggy.\n   ({NO_SOURCE})" in asked[-1]["content"]
    assert "19 were injured" not in asked[-1]["content"], "only what failed is asked for again"


def test_what_fails_again_is_struck_or_marked_never_passed_on_silently(
    fake: FakeOpenAI, model: OpenAILanguageModel
) -> None:
    fake.script(
        Text(keyed("Three people were hurt [{0}]. It was foggy [z9z9]. Brandt said “we will rest” [{0}, q8q8].")),
        "I think my answer was fine.",
    )
    _, answer = ask(model)
    assert [sentence.text for sentence in answer.sentences] == [
        "Three people were hurt.",
        "Brandt said “we will rest”.",
    ]
    assert [sentence.verdict for sentence in answer.sentences] == [Verdict.CONTRADICTED] * 2
    assert UNKNOWN_SOURCE in answer.sentences[1].problems
    assert answer.struck == ("It was foggy.",)
    assert "z9z9" not in answer.text
    assert len(fake.chats) == 2


def test_a_repair_that_makes_it_no_better_is_not_taken(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Text(keyed("Three people were hurt [{0}].")), "1: Four people were hurt [z9z9].")
    _, answer = ask(model)
    assert answer.text == "Three people were hurt [1]."
    assert answer.sentences[0].verdict is Verdict.CONTRADICTED


def test_a_failing_repair_is_said(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Text(keyed("Three people were hurt [{0}].")), Status(401))
    _, answer = ask(model)
    assert any("could not be put right" in notice and "API key" in notice for notice in answer.notices)
    assert not answer.incomplete


def test_without_repair_one_request_is_made(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Text(keyed("Three people were hurt [{0}].")))
    ask(model, repair=False)
    assert len(fake.chats) == 1


@pytest.mark.parametrize(
    "reply",
    [
        "NOT_IN_ARCHIVE",
        "**NOT_IN_ARCHIVE**.",
        "<think>Nothing here.</think>NOT_IN_ARCHIVE",
        "The archive doesn’t say what became of the crew.",
        "The provided articles do not mention a ferry.",
    ],
)
def test_a_refusal_is_recognised(fake: FakeOpenAI, model: OpenAILanguageModel, reply: str) -> None:
    fake.script(reply)
    _, answer = ask(model)
    assert answer.refused
    assert answer.text == ""
    assert len(fake.chats) == 1


def test_a_part_that_is_not_there_may_be_said_without_a_source(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Text(keyed("Two people were hurt [{0}]. The archive doesn't say why it ran aground.")))
    _, answer = ask(model)
    assert answer.text == "Two people were hurt [1]. The archive doesn't say why it ran aground."
    assert not answer.refused
    assert answer.sentences[1].problems == ()


def test_an_absence_that_smuggles_a_claim_needs_a_source(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Text(keyed("Two people were hurt [{0}]. The archive doesn't say why, but the captain was drunk.")), "")
    _, answer = ask(model)
    assert answer.struck == ("The archive doesn't say why, but the captain was drunk.",)


@pytest.mark.parametrize(
    ("absence", "problem"),
    [
        ("The archive doesn't say that Mayor Bo Lund was arrested.", "The name “Mayor Bo Lund” was not found"),
        ("The archive doesn't mention the 4 million crowns that were stolen.", "The number “4 million” is not"),
        ("The archive doesn't say what the motives were.", None),
        ("The archive doesn't say whether the 19 injured have left hospital.", None),
    ],
)
def test_what_is_said_not_to_be_there_names_nothing_new(
    fake: FakeOpenAI, model: OpenAILanguageModel, absence: str, problem: str | None
) -> None:
    fake.answer = keyed(f"Two people were hurt [{{0}}]. {absence}")
    _, answer = ask(model)
    assert answer.sentences[1].text == absence
    assert " ".join(answer.sentences[1].problems).startswith(problem or "")
    assert bool(answer.sentences[1].problems) is bool(problem)


def test_a_reply_that_cites_nothing_leaves_no_sentences(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script("Paris is the capital of France.", "1: Paris is the capital of France.")
    _, answer = ask(model)
    assert answer.sentences == ()
    assert not answer.refused
    assert "Paris" in answer.notices[0]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Cut("Two people were hurt [KEY]. By Fri"), "was lost"),
        (Hang("Two people were hurt [KEY]. By Fri"), "silent"),
        (Raw(b""), ""),
    ],
    ids=["cut", "hang", "damaged"],
)
def test_what_had_arrived_is_kept_and_marked(
    fake: FakeOpenAI, model: OpenAILanguageModel, reply: Cut | Hang | Raw, words: str
) -> None:
    key = next(iter(make_keys(EVIDENCE, PLAN.standalone, seed="s").sources))
    if isinstance(reply, Raw):
        piece = json.dumps({"choices": [{"delta": {"content": f"Two people were hurt [{key}]. By Fri"}}]})
        reply, words = Raw(f"data: {piece}\n\ndata: {{broken\n\n".encode()), "can't be read"
    else:
        reply = type(reply)(str(reply.text).replace("KEY", key))
    fake.script(reply)
    streamed, answer = ask(model, seed="s")
    assert streamed == "Two people were hurt [1]. By Fri"
    assert answer.incomplete
    assert words in answer.notices[0]
    assert [sentence.text for sentence in answer.sentences] == ["Two people were hurt.", "By Fri"]
    assert answer.sentences[1].problems == ("The answer breaks off here.",)
    assert len(fake.chats) == 1, "no repair of an answer that broke off"
    fake.released.set()
    assert ask(model)[1].sentences, "the next question works"


def test_failing_before_a_word_was_said_raises(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(*[Status(500)] * 2)
    with pytest.raises(LanguageModelError, match="HTTP 500"):
        ask(model)


def test_a_text_at_its_limit_is_incomplete(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Text(keyed("Two people were hurt [{0}]. By"), finish_reason="length"))
    _, answer = ask(model)
    assert answer.incomplete
    assert "too long" in answer.notices[0]


def test_closing_the_answer_ends_the_request(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Text("word " * 1000, pause=0.05))
    answer = write_answer(model, PLAN, EVIDENCE)
    assert isinstance(next(answer), TextDelta)
    answer.close()  # type: ignore[attr-defined]  # a generator's
    assert fake.disconnected.wait(5)


def by_schema(*sentences: tuple[int, str], missing: str = "") -> Callable[[Request], str]:
    """A reply by the schema: (which piece of evidence, sentence), each sentence its own quote."""
    return lambda request: as_json([(request.evidence[number][0], text) for number, text in sentences], missing)


def test_with_a_schema_the_quote_comes_first_and_marks_the_source(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    answers = by_schema(
        (1, "By Friday the number of injured had risen to 19"), (0, "Two people were hurt.")
    )  # no full stop: it gets one
    fake.script(Text(answers, pieces=3))
    streamed, answer = ask(model)
    asked = fake.chats[0].body["response_format"]["json_schema"]
    assert asked["strict"] is True
    fields = asked["schema"]["properties"]["sentences"]["items"]["properties"]
    assert fields["source"]["enum"] == [key for key, _ in fake.chats[0].evidence]
    assert streamed == "By Friday the number of injured had risen to 19 [1]. Two people were hurt [2]."
    assert answer.text == streamed
    assert [source.text[start:end] for source in answer.sources for start, end in source.highlights] == [
        "By Friday the number of injured had risen to 19",
        "Two people were hurt",
    ]
    assert answer.checks == ModelChecks(sentences=2)


def test_a_quote_that_is_not_verbatim_is_shown_to_nobody_and_counted(
    fake: FakeOpenAI, model: OpenAILanguageModel
) -> None:
    def reply(request: Request) -> str:
        (key, _), *_ = request.evidence
        item = {"quote": "Two persons got hurt off Port Lennox", "source": key, "answer": "Two people were hurt."}
        return json.dumps({"sentences": [item], "missing": ""})

    fake.script(Text(reply))
    streamed, answer = ask(model)
    assert streamed == answer.text == "Two people were hurt [1]."
    assert "persons" not in str(answer)
    assert answer.checks.quotes_left_out == 1
    (mark,) = answer.sources[0].highlights
    assert answer.sources[0].text[slice(*mark)] == "Two people were hurt."


def test_what_fails_is_asked_for_again_by_a_schema_too_and_counted(
    fake: FakeOpenAI, model: OpenAILanguageModel
) -> None:
    fake.script(Text(by_schema((0, "Three people were hurt."), (1, "Brandt resigned on 9 May."))))

    def repaired(request: Request) -> str:
        key = request.evidence[0][0]
        first = {"number": 1, "quote": "Two people were hurt", "source": key, "answer": "Two people were hurt."}
        return json.dumps({"sentences": [first, {"number": 2, "quote": "", "source": key, "answer": ""}]})

    fake.script(Text(repaired))
    _, answer = ask(model)
    assert answer.text == "Two people were hurt [1]."
    assert answer.checks == ModelChecks(sentences=2, asked_again=2, repaired=1, struck=1, quotes_left_out=2)
    sentence = fake.chats[1].body["response_format"]["json_schema"]["schema"]["properties"]["sentences"]["items"]
    assert sentence["properties"]["number"]["enum"] == [1, 2]
    assert fake.chats[1].messages[2] == {"role": "assistant", "content": fake.replies[0]}


@pytest.mark.parametrize("reply", [as_json([]), as_json([], missing="The archive doesn't say why.")])
def test_no_sentence_is_a_refusal(fake: FakeOpenAI, model: OpenAILanguageModel, reply: str) -> None:
    fake.script(reply)
    streamed, answer = ask(model)
    assert answer.refused
    assert streamed == answer.text == ""


def test_what_is_missing_may_only_say_that(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Text(by_schema((0, "Two people were hurt."), missing="The archive doesn't say why it ran aground.")))
    assert ask(model)[1].text == "Two people were hurt [1]. The archive doesn't say why it ran aground."
    fake.script(Text(by_schema((0, "Two people were hurt."), missing="The captain was drunk, see http://evil.example")))
    _, answer = ask(model)
    assert answer.text == "Two people were hurt [1]."
    assert len(fake.chats) == 2, "what is not kept needs no repair"


def test_an_endpoint_without_json_gets_the_prompt_for_text_from_then_on(
    fake: FakeOpenAI, model: OpenAILanguageModel
) -> None:
    fake.script(RejectOption("response_format", "{}"), Text(keyed("Two people were hurt [{0}].")))
    with pytest.raises(LanguageModelError, match="the form asked for"):
        ask(model)
    assert ask(model)[1].text == "Two people were hurt [1]."
    assert "response_format" not in fake.chats[-1].body
    assert "in square brackets" in fake.chats[-1].messages[0]["content"]
    assert "JSON" not in fake.chats[-1].messages[0]["content"]


def test_a_cut_in_the_json_keeps_what_had_arrived(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    key = next(iter(make_keys(EVIDENCE, PLAN.standalone, seed="s").sources))
    whole = as_json([(key, "Two people were hurt."), (key, "The ferry Alma ran aground off Port Lennox")])
    fake.script(Cut(whole[: whole.index("off Port")]), Cut(whole[:20]), Cut(whole[:20]))
    streamed, answer = ask(model, seed="s")
    assert streamed.startswith("Two people were hurt [1]")
    assert answer.incomplete
    assert [sentence.text for sentence in answer.sentences] == ["Two people were hurt."]
    with pytest.raises(LanguageModelError, match="was lost"):
        ask(model, seed="s")


def test_json_that_never_ends_is_incomplete(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    key = next(iter(make_keys(EVIDENCE, PLAN.standalone, seed="s").sources))
    whole = as_json([(key, "Two people were hurt."), (key, "The ferry ran aground.")])
    fake.script(whole[:-20], '{"sentences": [{"quo')
    _, answer = ask(model, seed="s")
    assert answer.incomplete
    assert answer.notices == ("The model's reply can't be read to its end (damaged JSON).",)
    with pytest.raises(LanguageModelError, match="damaged JSON"):
        ask(model, seed="s")


def test_a_model_that_repeats_itself_is_stopped(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    key = next(iter(make_keys(EVIDENCE, PLAN.standalone, seed="s").sources))
    whole = as_json([(key, "Two people were hurt."), (key, "and " * 5000)])
    fake.script(Text(whole, pieces=100))
    _, answer = ask(model, seed="s")
    assert answer.incomplete
    assert answer.notices == ("The model went on without end and was stopped.",)
    assert answer.sentences[0].text == "Two people were hurt."
    assert len(fake.chats) == 1


@pytest.mark.parametrize("endless", ["and " * 5000, "The ferry sank [{0}]. " * 900])
def test_a_text_without_end_is_stopped_and_says_nothing_twice(
    fake: FakeOpenAI, model: OpenAILanguageModel, endless: str
) -> None:
    fake.script(Text(keyed("Two people were hurt [{0}]. " + endless), pieces=100))
    _, answer = ask(model)
    assert answer.incomplete
    assert answer.notices[0] == "The model went on without end and was stopped."
    assert answer.sentences[0].text == "Two people were hurt."
    assert len({sentence.text for sentence in answer.sentences}) == len(answer.sentences) <= 3
    assert len(answer.text) < 200
    assert len(fake.replies[-1]) > 10_000


MUCH = tuple(
    Source(str(number), f"a{number}", f"a{number}.0", "Ferry", "The Post", "2024-05-04", None,
           " ".join(f"Passenger {number} of row {row} was hurt." for row in range(40)), 0, 1)
    for number in range(9)
)  # fmt: skip


def test_a_small_context_gets_the_best_of_the_evidence(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.models = ({"id": "m", "meta": {"n_ctx": 4096}},)
    fake.script(Text(by_schema((0, "Passenger 0 of row 0 was hurt."))))
    _, answer = ask(model, MUCH)
    given = fake.chats[0].evidence
    assert 1 <= len(given) < len(MUCH)
    assert "Passenger 0 of row 39" in given[0][1]
    assert count_tokens(fake.chats[0].prompt) < 4096 - fake.chats[0].body["max_tokens"]
    assert answer.notices == (f"The model can't read more at once than {len(given)} of the 9 passages found.",)
    assert not answer.incomplete


def test_a_context_told_by_the_rejection_shortens_the_evidence(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    says = "request (6031 tokens) exceeds the available context size (4096 tokens), try increasing it"
    fake.script(Status(400, message=says), Text(by_schema((0, "Passenger 0 of row 0 was hurt."))))
    _, answer = ask(model, MUCH)
    assert answer.text == "Passenger 0 of row 0 was hurt [1]."
    assert len(fake.chats[1].evidence) < len(fake.chats[0].evidence) == 9


def test_a_context_that_nothing_fits_ends_with_a_sentence(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(*[Status(400, message="maximum context length exceeded, too many tokens")] * 9)
    with pytest.raises(LanguageModelError, match="BACKISSUE_EVIDENCE_TOKENS"):
        ask(model, MUCH)
    assert len(fake.chats) == 3


def test_evidence_reaches_the_model_with_outlet_day_and_headline_but_without_our_ids(
    fake: FakeOpenAI, model: OpenAILanguageModel
) -> None:
    ask(model, history=(Turn("user", "Who is Brandt?"), Turn("assistant", "The harbour master [1].")))
    prompt = fake.chats[0].prompt
    assert 'outlet="The Echo" published="Monday, 6 May 2024" headline="More hurt"' in prompt
    assert "Reader: Who is Brandt?\nAnswer: The harbour master." in prompt
    assert "Today is Sunday, 5 May 2024" in prompt
    assert "a1.0" not in prompt
    assert "Question: What happened to the ferry?" in prompt
