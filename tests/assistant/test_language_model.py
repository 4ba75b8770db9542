from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from archive.errors import LanguageModelError, PromptTooLongError, UsageError
from archive.settings import Settings
from assistant.answer import Usage
from assistant.language_model import Message, add_usage, open_language_model
from assistant.model_failures import retry_after_seconds
from assistant.openai_model import LONGEST_WAIT_SECONDS, OpenAILanguageModel
from assistant.openai_stream import without_thoughts
from tests.fake_openai import Cut, FakeOpenAI, Hang, Raw, RejectOption, Reply, Status, Text

HELLO = [Message("system", "Be brief."), Message("user", "Hello?")]


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def model(fake: FakeOpenAI, waits: list[float]) -> OpenAILanguageModel:
    return OpenAILanguageModel(_settings(fake), sleep=waits.append)


def _settings(fake: FakeOpenAI, **changes: Any) -> Settings:
    """Patience for a loaded machine; what tests silence sets its own."""
    return Settings.model_validate({"openai_base_url": fake.base_url, "model_timeout_seconds": 20} | changes)


def test_without_key_and_address_there_is_no_model() -> None:
    assert open_language_model(Settings.model_validate({})) is None


def test_an_address_alone_is_enough_and_the_first_chat_model_is_taken(fake: FakeOpenAI) -> None:
    fake.script("Hello there.")
    model = open_language_model(_settings(fake))
    assert model is not None
    assert "".join(model.stream(HELLO)) == "Hello there."
    assert fake.chats[0].body["model"] == "fake-chat-1"  # not the embedding model listed before it
    assert fake.chats[0].messages == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello?"},
    ]


def test_a_key_alone_is_openai_and_says_so_without_a_request() -> None:
    model = open_language_model(Settings.model_validate({"openai_api_key": "sk-x", "model": "some-model"}))
    assert model is not None
    assert model.describe() == "model some-model at api.openai.com"


def test_describe_names_host_and_port_but_no_credentials(fake: FakeOpenAI) -> None:
    address = fake.base_url.replace("http://", "http://me:secret@")
    model = open_language_model(_settings(fake, openai_base_url=address, model="m"))
    assert model is not None
    assert model.describe() == f"model m at {fake.base_url[7:-3]}"


def test_describe_of_a_server_that_is_not_running_says_so() -> None:
    with FakeOpenAI() as gone:
        address = gone.base_url
    model = open_language_model(Settings.model_validate({"openai_base_url": address}))
    assert model is not None
    assert "not reachable" in model.describe()


def test_a_server_without_chat_models_asks_for_a_name(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.models = ("nomic-embed-text",)
    with pytest.raises(LanguageModelError, match="--model NAME"):
        list(model.stream(HELLO))


def test_usage_is_counted_per_call(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script("One two three four.", Text("No usage.", usage=False))
    first = model.stream(HELLO)
    "".join(first)
    second = model.stream(HELLO)
    "".join(second)
    assert first.usage == Usage("fake-chat-1", 100, 4, 1)
    assert second.usage == Usage("fake-chat-1", None, None, 1)
    assert add_usage(first.usage, second.usage) == Usage("fake-chat-1", 100, 4, 2)
    assert first.finish_reason == "stop"


def test_complete_asks_for_the_schema(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script('{"a": 1}')
    schema = {"type": "object"}
    reply = model.complete(HELLO, json_schema=schema)
    assert reply.text == '{"a": 1}'
    assert reply.usage.prompt_tokens == 11
    assert fake.chats[0].body["response_format"]["json_schema"]["schema"] == schema


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("option", ["stream_options", "temperature"])
def test_an_option_the_server_rejects_is_left_out_for_good(
    fake: FakeOpenAI, model: OpenAILanguageModel, option: str, named: bool
) -> None:
    fake.script(RejectOption(option, "Fine.", named), "Again.")
    stream = model.stream(HELLO)
    assert "".join(stream) == "Fine."
    assert stream.usage.requests == 2
    assert "".join(model.stream(HELLO)) == "Again."
    assert len(fake.chats) == 3  # not rejected a second time
    assert option not in fake.chats[2].body


def test_a_server_without_structured_output_answers_all_the_same(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(RejectOption("response_format", "{}"))
    assert model.complete(HELLO, json_schema={"type": "object"}).text == "{}"


def test_structured_output_is_stepped_down_and_remembered(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    """A server that knows JSON but no schema; and one that knows neither."""
    fake.script(Status(400, message="response_format json_schema is not supported"), "{}")
    assert model.complete(HELLO, json_schema={"type": "object"}).text == "{}"
    assert fake.chats[1].body["response_format"] == {"type": "json_object"}
    assert model.takes_json
    fake.script(RejectOption("response_format", "{}"))
    assert "".join(model.stream(HELLO, json_schema={"type": "object"})) == "{}"
    assert not model.takes_json
    fake.script("{}")
    "".join(model.stream(HELLO, json_schema={"type": "object"}))
    assert "response_format" not in fake.chats[-1].body
    assert len(fake.chats) == 5


def test_what_a_failed_request_left_out_is_not_held_against_the_endpoint(
    fake: FakeOpenAI, model: OpenAILanguageModel
) -> None:
    fake.script(Status(400, message="bad request"), Status(400, message="bad request"))
    with pytest.raises(LanguageModelError, match="HTTP 400"):
        list(model.stream(HELLO, json_schema={"type": "object"}))
    assert model.takes_json
    fake.script("Fine.")
    assert "".join(model.stream(HELLO)) == "Fine."
    assert "temperature" in fake.chats[-1].body


def test_the_limit_of_a_reply_is_sent_by_the_name_the_server_knows(
    fake: FakeOpenAI, model: OpenAILanguageModel
) -> None:
    says = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    fake.script(Status(400, message=says), "Fine.", "Again.")
    assert "".join(model.stream(HELLO)) == "Fine."
    assert "".join(model.stream(HELLO)) == "Again."
    assert "max_tokens" in fake.chats[0].body
    assert all("max_completion_tokens" in chat.body and "max_tokens" not in chat.body for chat in fake.chats[1:])


def test_without_a_system_role_the_rules_open_the_question(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Status(400, message="System role not supported"), "Fine.")
    assert "".join(model.stream(HELLO)) == "Fine."
    assert fake.chats[1].messages == [{"role": "user", "content": "Be brief.\n\nHello?"}]


def test_a_model_that_does_not_exist_is_named_with_those_that_do(fake: FakeOpenAI) -> None:
    model = OpenAILanguageModel(_settings(fake, model="gpt-99"))
    fake.script(Status(404, message="model 'gpt-99' not found"))
    with pytest.raises(LanguageModelError, match=r"no model 'gpt-99' at 127.*It offers: fake-chat-1\. .*--model NAME"):
        list(model.stream(HELLO))


def test_a_prompt_too_long_says_what_fits(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    says = "request (6031 tokens) exceeds the available context size (4096 tokens), try increasing it"
    fake.script(Status(400, message=says))
    with pytest.raises(PromptTooLongError) as caught:
        list(model.stream(HELLO))
    assert caught.value.context_tokens == 4096


def test_busy_is_tried_again_after_the_time_it_asks_for(
    fake: FakeOpenAI, model: OpenAILanguageModel, waits: list[float]
) -> None:
    fake.script(Status(429, retry_after="7"), Status(503), "Done.")
    stream = model.stream(HELLO)
    assert "".join(stream) == "Done."
    assert waits == [7.0, 1.0]
    assert stream.usage.requests == 3


def test_a_wait_too_long_for_a_reader_fails_at_once(
    fake: FakeOpenAI, model: OpenAILanguageModel, waits: list[float]
) -> None:
    fake.script(Status(429, retry_after=str(LONGEST_WAIT_SECONDS + 100)))
    with pytest.raises(LanguageModelError, match="asks to wait 120 seconds"):
        list(model.stream(HELLO))
    assert waits == []


def test_retries_are_bounded(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(*[Status(500)] * 9)
    with pytest.raises(LanguageModelError, match="HTTP 500"):
        list(model.stream(HELLO))
    assert len(fake.chats) == 3


FAILURES: list[tuple[Reply, str, str]] = [
    (Status(401, message="Incorrect API key provided: sk-abcdef"), "rejects the API key", ""),
    (
        Status(403, message="No access for sk-abcdef.", code="x"),
        r"doesn't allow this: No access for \(key\)\. Check",
        "",
    ),
    (Status(404, message="model not found"), r"address: model not found\. Check --model", ""),
    (Status(400, message="maximum context length is 4096 tokens"), "BACKISSUE_EVIDENCE_TOKENS", ""),
    (Status(429, code="insufficient_quota"), "no credit", ""),
    (Status(307, location="http://127.0.0.1:1/v1"), "redirects", ""),
    (Hang(), "silent for 0.4 seconds", ""),
    (Hang("Two people "), "silent for 0.4 seconds", "Two people "),
    (Cut("Two people were"), "connection to the model .* was lost", "Two people were"),
    (Raw(b'data: {"choices": [{"delta": {"content": "Two"}}]}\n\ndata: {"choi\n\n'), "damaged JSON", "Two"),
    (Raw(b'data: {"error": {"message": "out of memory"}}\n\n'), "out of memory", ""),
    (Raw(b"<html>Not found</html>", "text/html"), "OPENAI_BASE_URL", ""),
    (Raw(b"data: []\n\ndata: 3\n\ndata: [DONE]\n\n"), "OPENAI_BASE_URL|was lost", ""),
    (Text("", finish_reason="content_filter"), "content filter", ""),
    (Text(""), "without a word", ""),
    (Text("  \n \n"), "without a word", ""),
    (Text("<think>hm"), "without a word", ""),
    (Raw(b'data: {"choices": [{"delta": {"refusal": "I will not."}}]}\n\n'), "declined to answer: I will not", ""),
]


@pytest.mark.parametrize(("reply", "words", "partial"), FAILURES, ids=lambda value: str(value)[:40])
def test_every_failure_is_a_sentence_with_what_had_arrived_and_the_next_call_works(
    fake: FakeOpenAI, model: OpenAILanguageModel, reply: Reply, words: str, partial: str
) -> None:
    if isinstance(reply, Hang):
        model = OpenAILanguageModel(_settings(fake, model_timeout_seconds=0.4), sleep=lambda seconds: None)
    fake.script(reply, reply, reply)
    arrived: list[str] = []
    with pytest.raises(LanguageModelError, match=words) as caught:
        arrived.extend(model.stream(HELLO))
    assert caught.value.partial == partial
    assert "sk-" not in str(caught.value)
    assert str(caught.value).endswith((".", "/v1."))
    fake.released.set()
    if partial:
        assert len(fake.chats) == 1, "no second try once text has been shown"
    fake._script.clear()
    fake.script("Works.")
    assert "".join(OpenAILanguageModel(_settings(fake)).stream(HELLO)) == "Works."


@pytest.mark.parametrize(
    "reply",
    [
        Status(500),
        Hang(),
        Cut("x"),
        Raw(b"no", "text/plain"),
        Raw(b"{", "application/json"),
        Raw(b"{}", "application/json"),
    ],
    ids=str,
)
def test_complete_fails_readably_too(fake: FakeOpenAI, model: OpenAILanguageModel, reply: Reply) -> None:
    if isinstance(reply, Hang):
        model = OpenAILanguageModel(_settings(fake, model_timeout_seconds=0.4))
    fake.script(reply, reply, reply)
    with pytest.raises(LanguageModelError):
        model.complete(HELLO)


def test_a_server_that_ignores_stream_is_understood(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    whole = (
        b'{"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, '
        b'"finish_reason": "stop", "message": {"role": "assistant", "content": "All at once."}}]}'
    )
    fake.script(Raw(whole, "application/json"))
    assert "".join(model.stream(HELLO)) == "All at once."


def test_a_cut_before_the_first_word_is_tried_again(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Cut(""), "Second try.")
    assert "".join(model.stream(HELLO)) == "Second try."


def test_closing_the_stream_ends_the_request_at_once(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(Text("word " * 1000, pause=0.05))
    stream = model.stream(HELLO)
    assert next(stream)
    stream.close()
    assert fake.disconnected.wait(5), "the server should see the client leave in the middle"
    assert list(stream) == []


def test_closing_from_another_thread_wakes_a_reader(fake: FakeOpenAI) -> None:
    model = OpenAILanguageModel(_settings(fake, model_timeout_seconds=60))
    fake.script(Hang("Two "))
    stream = model.stream(HELLO)
    assert next(stream) == "Two "
    closer = threading.Timer(0.1, stream.close)
    closer.start()
    assert list(stream) == []  # well before the 60 seconds of pytest's patience
    closer.join()
    assert fake.disconnected.wait(5)


@pytest.mark.parametrize("cut", [1, 3, 7, 100])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<think>Let me see.\n2+2</think>\n\nFour.", "Four."),
        ("<reasoning>2+2\n</reasoning>Four.", "Four."),
        ("<|channel|>analysis<|message|>2+2<|end|><|start|>assistant<|channel|>final<|message|>Four.", "Four."),
        ("  Plain.", "  Plain."),
        ("<thin", "<thin"),
        ("<thin ice.", "<thin ice."),
        ("2 < 3", "2 < 3"),
    ],
)
def test_thoughts_are_left_out_however_they_are_cut(text: str, shown: str, cut: int) -> None:
    pieces = (text[start : start + cut] for start in range(0, len(text), cut))
    assert "".join(without_thoughts(pieces)) == shown


@pytest.mark.parametrize(
    ("headers", "valid"),
    [
        ({"retry-after": "3"}, lambda seconds: seconds == 3),
        ({"retry-after-ms": "250"}, lambda seconds: seconds == 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, lambda seconds: seconds == 0),
        ({"retry-after": "Wed, 21 Oct 2065 07:28:00 GMT"}, lambda seconds: seconds > 1e8),
        ({"retry-after": "soon"}, lambda seconds: seconds is None),
        ({}, lambda seconds: seconds is None),
    ],
)
def test_retry_after(headers: dict[str, str], valid: Callable[[float | None], bool]) -> None:
    assert valid(retry_after_seconds(headers))


@pytest.mark.parametrize("address", ["http://[", "localhost:11434", "http://host:port/v1", "ftp://x/v1"])
def test_a_bad_address_is_explained(address: str) -> None:
    with pytest.raises(UsageError, match="OPENAI_BASE_URL"):
        open_language_model(Settings.model_validate({"openai_base_url": address, "model": "m"}))


def test_a_reset_shows_nothing_twice(fake: FakeOpenAI, model: OpenAILanguageModel) -> None:
    fake.script(*[Cut("Two people were", reset=True)] * 3)
    arrived: list[str] = []
    with pytest.raises(LanguageModelError, match="was lost") as caught:
        arrived.extend(model.stream(HELLO))
    assert caught.value.partial == "".join(arrived)
    assert "Two people were".startswith(caught.value.partial)
