"""The chat as a Gradio app: the only module that knows Gradio.

Gradio gives the frame: the page, sessions, the queue, streaming of changes into the page. What is shown is our own
HTML (render.py, frontpage.py) in ``gr.HTML`` components; static/chat.js sends what readers do through one more of
them, the bridge, whose events are the whole interface between browser and server:

ask      a question with its settings (view.read_asked): answers stream into ``current``
stop     give up the answer under way
fresh    begin a new conversation
refresh  the archive has changed: show its new coverage, headlines and examples
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from archive.errors import UsageError
from web import frontpage, render, texts
from web.frontpage import ArchiveAtHand, Privacy
from web.identity import Person
from web.limits import ANSWERS_AT_ONCE, ANSWERS_WAITING, UPLOAD_SIZE
from web.session import Answering, ChatSession
from web.view import Asked, read_asked

# Gradio finds the events a component has by their quoted names in its script.
_BRIDGE = """
window.backissue = window.backissue || {};
window.backissue.send = (name, data) => trigger(name, data || {});
window.backissue.events = ['ask', 'stop', 'fresh', 'refresh'];
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


def build_chat(
    answering: Answering,
    at_hand: Callable[[], ArchiveAtHand],
    default_day: Callable[[], date],
    privacy: Privacy,
    *,
    model: str = "",
) -> gr.Blocks:
    """The app, ready to be mounted.

    ``at_hand`` and ``default_day`` read the archive anew each time; ``model`` is shown under answers.
    """
    now = at_hand()
    blocks = gr.Blocks(analytics_enabled=False, title=texts.TITLE, fill_width=True)
    with blocks:
        session = gr.State(ChatSession())
        with gr.Column(elem_id="frame"):
            masthead = _html(frontpage.masthead(now), "masthead")
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="conversation"):
                    past = _html("", "past")
                    current = _html(frontpage.start(now), "current")
                composer = _html(frontpage.composer(now, privacy), "composer-holder")
            with gr.Column(elem_id="panel"):
                _html(frontpage.panel_bar(), "panel-bar-holder")
                panel_front = _html(frontpage.panel_front(now), "panel-front")
                _html(frontpage.panel_view(), "panel-view-holder")
            bridge = gr.HTML("", elem_id="bridge", apply_default_css=False, js_on_load=_BRIDGE)

        def ask(state: ChatSession, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, Any]]:
            own(state, request)
            before = "".join(render.turn(view) for view in state.turns)
            form = event._data if isinstance(event._data, dict) else {}
            try:
                asked = read_asked(form, default_day())
            except UsageError as error:
                text = str(form.get("text") or "")
                yield before, render.turn(state.fail(Asked(text, default_day()), str(error)))
                return
            for number, view in enumerate(state.ask(asked, answering, model)):
                yield (before if number == 0 else gr.skip()), render.turn(view)

        def stop(state: ChatSession, request: gr.Request) -> None:
            own(state, request)
            state.stop()

        def fresh(state: ChatSession, request: gr.Request) -> tuple[str, str]:
            own(state, request)
            state.clear()
            return "", frontpage.start(at_hand())

        def refresh(state: ChatSession, request: gr.Request) -> tuple[Any, ...]:
            person = own(state, request)
            seen = at_hand()
            first = gr.skip() if state.turns else frontpage.start(seen)
            return (
                frontpage.masthead(seen, person.name),
                first,
                frontpage.composer(seen, privacy),
                frontpage.panel_front(seen),
            )

        hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking = bridge.ask(
            ask,
            session,
            [past, current],
            concurrency_limit=ANSWERS_AT_ONCE,
            concurrency_id="ask",
            trigger_mode="multiple",
            **hidden,
        )
        asking.then(None, None, None, js="() => { window.backissue.finished(); }", **hidden)
        bridge.stop(stop, session, None, queue=False, trigger_mode="multiple", **hidden)
        bridge.fresh(fresh, session, [past, current], queue=False, **hidden)
        shown = [masthead, current, composer, panel_front]
        for event in (bridge.refresh, blocks.load):
            refreshed = event(refresh, session, shown, queue=False, **hidden)
            refreshed.then(None, None, None, js="() => { window.backissue.refreshed(); }", **hidden)
    blocks.queue(default_concurrency_limit=ANSWERS_AT_ONCE, max_size=ANSWERS_WAITING, api_open=False)
    return blocks


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
