"""The chat's server: Gradio's app, our files, whole articles and the archive's status, under one set of headers."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from archive.errors import UsageError
from archive.settings import Settings
from web.background import BackgroundWorker
from web.security import OwnPagesOnly, SecurityHeaders, host_names_for

if TYPE_CHECKING:
    from fastapi import FastAPI

    from archive.store import ArchiveStore
    from assistant.language_model import LanguageModel
    from assistant.model_servers import RunningServer
    from web.identity import Sessions
    from web.long_work import LongWork
    from web.readers_first import ReadersFirst
    from web.views import View

SHUTDOWN_SECONDS = 2


def build_app(store: ArchiveStore, settings: Settings, language_model: LanguageModel | None) -> FastAPI:
    """The whole web application. Nothing is sent to another machine by building it."""
    # Before Gradio is imported: it reads these once.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    from fastapi import FastAPI
    from starlette.routing import Route

    from archive.outlet_choice import outlets_meant
    from web.accounts import Accounts
    from web.api import API_ADDRESS, build_api
    from web.at_hand import AtHand, all_there, privacy_of
    from web.chat import Chat, build_chat, mount
    from web.conversations import Conversations
    from web.editing import add_editing
    from web.identity import Sessions
    from web.limits import Gate
    from web.login import add_login
    from web.long_work import LongWork
    from web.mcp_server import MCP_ADDRESS, McpEndpoint, build_mcp
    from web.read_only import ReadOnlyArchive
    from web.routes import add_routes
    from web.session import answering_with
    from web.views import add_views, reading_views
    from web.work_routes import add_work_routes

    work = LongWork()
    gate = Gate(settings.answers_at_once, settings.answers_waiting)
    for_programs = ReadOnlyArchive(store, settings, language_model)
    mcp = McpEndpoint(build_mcp(for_programs, gate))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with mcp.running():
            try:
                yield
            finally:
                await asyncio.to_thread(work.close)
                editing.close()

    app = FastAPI(title="Backissue", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    add_routes(app, store)
    editing = add_editing(app, store, settings, work)
    readers_first, evaluating = _evaluation(app, store, settings, language_model, work)
    add_views(app, reading_views(store, work), {**editing.views, **evaluating})
    add_work_routes(app, work)
    sessions = Sessions(Accounts(settings.auth)) if settings.auth is not None else None
    if sessions is not None:
        add_login(app, sessions)
    conversations = Conversations(store.folder, lambda article_ids: all_there(store, article_ids))
    app.mount(API_ADDRESS, build_api(for_programs, gate, conversations))
    app.router.routes.append(Route(MCP_ADDRESS, mcp))
    archive = AtHand(store)
    chat = Chat(
        readers_first.counting(answering_with(store, settings, language_model)),
        archive.now,
        archive.default_day,
        privacy_of(settings, language_model, _offered(settings, language_model)),
        conversations,
        settings.answers_at_once,
        settings.answers_waiting,
        model=language_model.describe() if language_model is not None else "",
        all_edit=settings.auth is None and _reached_from_here_only(settings),
        outlets_meant=lambda chosen: outlets_meant(chosen, store.outlet_names()),
    )
    app.state.end_streams = mount(app, build_chat(chat))
    _protect(app, settings, sessions)
    return app


def _evaluation(
    app: FastAPI, store: ArchiveStore, settings: Settings, language_model: LanguageModel | None, work: LongWork
) -> tuple[ReadersFirst, Mapping[str, View]]:
    """Serve the Evaluate view's requests; returns what lets it wait for readers, and the view."""
    from web.evaluating import Evaluations
    from web.evaluation_routes import add_evaluation
    from web.readers_first import ReadersFirst

    readers_first = ReadersFirst()
    evaluations = Evaluations(store, settings, language_model, work, readers_first)
    return readers_first, add_evaluation(app, evaluations)


def _protect(app: FastAPI, settings: Settings, sessions: Sessions | None) -> None:
    """Put around the app what every request passes, the innermost first."""
    from web.evaluation_routes import ROOMY
    from web.failed_requests import FailedRequests
    from web.identity import Identify, anonymous_role
    from web.limits import UPLOADS_ADDRESS, BodyLimit
    from web.page import OurPage

    app.add_middleware(FailedRequests)
    app.add_middleware(OurPage)
    app.add_middleware(BodyLimit, roomy=(UPLOADS_ADDRESS, *ROOMY))
    app.add_middleware(Identify, sessions=sessions, without_account=anonymous_role(settings.host, settings.host_names))
    app.add_middleware(OwnPagesOnly, host_names=host_names_for(settings.host, settings.host_names))
    app.add_middleware(SecurityHeaders)  # added last, so it stands outermost


def _offered(settings: Settings, language_model: LanguageModel | None) -> Sequence[RunningServer]:
    """Model servers on this machine, looked for where there is no model and only this machine can reach the chat."""
    from assistant.model_servers import running_servers

    return running_servers() if language_model is None and _reached_from_here_only(settings) else ()


def _reached_from_here_only(settings: Settings) -> bool:
    """Whether only this machine can reach the chat: then whoever comes may do all."""
    from web.accounts import Role
    from web.identity import anonymous_role

    return anonymous_role(settings.host, settings.host_names) is Role.EDITOR


def serve(
    store: ArchiveStore,
    settings: Settings,
    *,
    host: str,
    port: int,
    language_model: LanguageModel | None,
    open_browser: bool = False,
    on_ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve the chat until Ctrl-C (or SIGTERM), embedding what is pending meanwhile.

    ``on_ready`` gets the address once questions can be asked. Raises UsageError if the port can't be had.
    """
    listening = listen(host, port)
    url = address(host, listening.getsockname()[1])
    try:
        app = build_app(store, settings, language_model)
        with BackgroundWorker(store, warm_up=lambda: _load(store, settings)):
            _run(app, listening, lambda: _ready(url, on_ready, open_browser=open_browser))
    finally:
        listening.close()


def _load(store: ArchiveStore, settings: Settings) -> None:
    """Load an embedder of this machine; one at an endpoint isn't sent anything before somebody asks."""
    if store.embedder is not None and not settings.embedder.startswith("openai:"):
        store.embedder.embed_query("warm up")


def _ready(url: str, on_ready: Callable[[str], None], *, open_browser: bool) -> None:
    on_ready(url)
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that a busy port is known before anything is loaded. Raises UsageError with the remedy."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        if isinstance(error, OSError) and error.errno in {98, 48, 10048}:
            raise UsageError(
                f"Port {port} at {host} is in use, perhaps by another chat. Choose another with --port, or --port 0."
            ) from None
        raise UsageError(f"Can't listen on {host}:{port} ({error}). Choose another --host or --port.") from None
    listening.set_inheritable(True)
    return listening


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def _run(app: FastAPI, listening: socket.socket, ready: Callable[[], None]) -> None:
    import uvicorn

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=SHUTDOWN_SECONDS, lifespan="on"
    )
    server = uvicorn.Server(config)
    started = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await started(sockets)
        if server.started:
            ready()

    stopped = server.shutdown

    async def shutdown(sockets: list[socket.socket] | None = None) -> None:
        logging.getLogger("uvicorn.error").addFilter(_not_cut_off)
        app.state.end_streams()
        await stopped(sockets)

    server.startup = startup  # type: ignore[method-assign]
    server.shutdown = shutdown  # type: ignore[method-assign]
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return  # uvicorn has shut down and hands the signal on
    finally:
        logging.getLogger("uvicorn.error").removeFilter(_not_cut_off)


def _not_cut_off(record: logging.LogRecord) -> bool:
    """Whether a log record is more than that an answer under way was cut off by stopping the server."""
    cut_off = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut_off and not str(record.msg).startswith("Cancel %s running task")
