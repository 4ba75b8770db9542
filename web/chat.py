"""The chat as a Gradio app: the only module that knows Gradio.

Gradio gives the frame: the page, sessions, the queue, streaming of changes into the page. What is shown is our own
HTML (render.py, frontpage.py) in ``gr.HTML`` components; static/chat.js sends what readers do through one more of
them, the bridge, whose events are the whole interface between browser and server:

open     one of the person's kept conversations, by its id
ask      a question with its settings (view.read_asked): answers stream into ``current``
stop     give up the answer under way
fresh    begin a new conversation
refresh  the archive has changed: show its new coverage, headlines and examples
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from archive.errors import ArchiveError, BackissueError, UsageError
from web import frontpage, render, texts
from web.conversations import Conversations, UnknownConversationError
from web.frontpage import ArchiveAtHand, Privacy
from web.identity import Person
from web.limits import UPLOAD_SIZE
from web.session import Answering, ChatSession, Keep
from web.turn_view import Asked, TurnView, read_asked

LOGGER = logging.getLogger(__name__)

# Gradio finds the events a component has by their quoted names in its script.
_BRIDGE = """
window.backissue = window.backissue || {};
window.backissue.send = (name, data) => trigger(name, data || {});
window.backissue.events = ['ask', 'stop', 'fresh', 'refresh', 'open'];
window.dispatchEvent(new Event('backissue-ready'));
"""

# Strings, not Gradio's font objects: those would be fetched from Google.
_SANS = ["-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Helvetica", "Arial", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace"]


def local_theme() -> gr.themes.Base:
    """A theme whose fonts are the system's own."""
    return gr.themes.Base(font=list(_SANS), font_mono=list(_MONO))


def _html(value: str, elem_id: str) -> gr.HTML:
    """Markup of ours, as it is: no styles and no click events of Gradio's."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=None, padding=False)


@dataclass(frozen=True, slots=True)
class Chat:
    """What answers the page's events. ``at_hand`` and ``default_day`` read the archive anew each time.

    ``at_once`` answers are made at the same time, ``waiting`` more questions wait; ``model`` is shown under answers.
    ``all_edit``: whoever comes is an editor, on a machine of one's own; else the masthead learns it with the person.
    Each event names the page's session, what was sent, and whose request it is.
    """

    answering: Answering
    at_hand: Callable[[], ArchiveAtHand]
    default_day: Callable[[], date]
    privacy: Privacy
    conversations: Conversations
    at_once: int
    waiting: int
    model: str = ""
    all_edit: bool = False
    outlets_meant: Callable[[Sequence[str]], tuple[str, ...]] = tuple  # of what a link or a page calls them

    def ask(self, state: ChatSession, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, Any]]:
        """Answer a question; gives the earlier turns once, then each change of this one."""
        person = own(state, request)
        before = "".join(render.turn(view) for view in state.turns)
        form = sent(event)
        try:
            asked = self._within_outlets(read_asked(form, self.default_day()))
        except UsageError as error:
            text = str(form.get("text") or "")
            yield before, render.turn(state.fail(Asked(text, self.default_day()), str(error)))
            return
        keep = keeper(self.conversations, person)
        for number, view in enumerate(state.ask(asked, self.answering, self.model, keep)):
            yield (before if number == 0 else gr.skip()), render.turn(view)

    def _within_outlets(self, asked: Asked) -> Asked:
        return replace(asked, wall=replace(asked.wall, outlets=self.outlets_meant(asked.wall.outlets)))

    def stop(self, state: ChatSession, request: gr.Request) -> None:
        """Give up the answer under way."""
        own(state, request)
        state.stop()

    def fresh(self, state: ChatSession, request: gr.Request) -> tuple[str, str]:
        """Begin a new conversation."""
        person = own(state, request)
        state.clear()
        return "", frontpage.start(self.at_hand(), may_edit=person.may_edit)

    def open_kept(self, state: ChatSession, event: gr.EventData, request: gr.Request) -> tuple[Any, Any]:
        """Go on with a conversation that was kept."""
        person = own(state, request)
        try:
            kept = self.conversations.open(person.person_id, str(sent(event).get("id") or ""))
        except BackissueError as error:
            raise gr.Error(str(error)) from error
        state.clear()
        state.load(kept)
        return shown_turns(state)

    def refresh(self, state: ChatSession, request: gr.Request) -> tuple[Any, ...]:
        """Show what has changed in the archive: masthead, turns, composer and front of the panel."""
        person = own(state, request)
        seen = self.at_hand()
        past, current = gr.skip(), gr.skip()
        if not state.turns:
            current = frontpage.start(seen, may_edit=person.may_edit)
        elif reloaded(state, self.conversations, person):  # an article that was quoted has been taken down
            past, current = shown_turns(state)
        masthead = frontpage.masthead(seen, person.name, may_edit=person.may_edit)
        return masthead, past, current, frontpage.composer(seen, self.privacy), frontpage.panel_front(seen)


def build_chat(chat: Chat) -> gr.Blocks:
    """The app, ready to be mounted."""
    now = chat.at_hand()
    blocks = gr.Blocks(analytics_enabled=False, title=texts.TITLE, fill_width=True)
    with blocks:
        session = gr.State(ChatSession())
        with gr.Column(elem_id="frame"):
            masthead = _html(frontpage.masthead(now, may_edit=chat.all_edit), "masthead")
            _html(frontpage.drawer(), "drawer-holder")
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="conversation"):
                    past = _html("", "past")
                    current = _html(frontpage.start(now), "current")
                    _html(frontpage.queued(), "queued-holder")
                composer = _html(frontpage.composer(now, chat.privacy), "composer-holder")
            _html(frontpage.view_holder(), "view-frame")
            with gr.Column(elem_id="panel"):
                _html(frontpage.panel_bar(), "panel-bar-holder")
                panel_front = _html(frontpage.panel_front(now), "panel-front")
                _html(frontpage.panel_view(), "panel-view-holder")
            bridge = gr.HTML("", elem_id="bridge", apply_default_css=False, js_on_load=_BRIDGE)
        hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        turns = [past, current]
        asking = bridge.ask(
            chat.ask,
            session,
            turns,
            concurrency_limit=chat.at_once,
            concurrency_id="ask",
            trigger_mode="multiple",
            **hidden,
        )
        asking.then(None, None, None, js="() => { window.backissue.finished(); }", **hidden)
        bridge.stop(chat.stop, session, None, queue=False, trigger_mode="multiple", **hidden)
        bridge.fresh(chat.fresh, session, turns, queue=False, **hidden)
        opened = bridge.open(chat.open_kept, session, turns, queue=False, **hidden)
        opened.then(None, None, None, js="() => { window.backissue.opened(); }", **hidden)
        for event in (bridge.refresh, blocks.load):
            shown = [masthead, *turns, composer, panel_front]
            refreshed = event(chat.refresh, session, shown, queue=False, **hidden)
            refreshed.then(None, None, None, js="() => { window.backissue.refreshed(); }", **hidden)
    blocks.queue(default_concurrency_limit=chat.at_once, max_size=chat.waiting, api_open=False)
    return blocks


def sent(event: gr.EventData) -> dict[str, Any]:
    """What the page sent along with an event."""
    return event._data if isinstance(event._data, dict) else {}


def shown_turns(state: ChatSession) -> tuple[str, str]:
    """The HTML of the earlier turns and of the last one."""
    turns = [render.turn(view) for view in state.turns]
    return "".join(turns[:-1]), turns[-1] if turns else ""


def reloaded(state: ChatSession, conversations: Conversations, person: Person) -> bool:
    """Read the open conversation anew; whether that changes what is shown."""
    if state.conversation is None:
        return False
    try:
        return state.load(conversations.open(person.person_id, state.conversation))
    except BackissueError:
        return False  # deleted meanwhile: what is on the page stays until the reader leaves it


def keeper(conversations: Conversations, person: Person) -> Keep:
    """Keeps this person's turns. What can't be kept is logged, and answered all the same."""

    def keep(conversation: str | None, view: TurnView) -> str:
        try:
            try:
                return conversations.keep(person.person_id, conversation, view)
            except UnknownConversationError:  # deleted while it was open
                return conversations.keep(person.person_id, None, view) if not view.phase.is_over else ""
        except ArchiveError as error:
            LOGGER.warning("a turn is not kept: %s", error)
            return ""

    return keep


def own(state: ChatSession, request: gr.Request) -> Person:
    """Whose request it is. Raises gr.Error if the page's conversation is somebody else's."""
    person = request.request.state.person if request.request is not None else None
    if not isinstance(person, Person) or not state.belongs_to(person.person_id):
        raise gr.Error(texts.NOT_YOURS)
    return person


def mount(app: FastAPI, blocks: gr.Blocks) -> Callable[[], None]:
    """Put the chat at ``/`` of a FastAPI app; nothing of Gradio's own pages is offered.

    Returns what ends the streams that every open page holds, to be called in the event loop before shutting down.
    """
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        max_file_size=UPLOAD_SIZE,
        show_error=True,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=local_theme(),
    )
    mounted = [route.app for route in app.routes if isinstance(route, Mount)]
    streams = [each.stop_event for each in mounted if isinstance(each, gr.routes.App)]

    def end_streams() -> None:
        for stop_event in streams:
            stop_event.set()

    return end_streams
