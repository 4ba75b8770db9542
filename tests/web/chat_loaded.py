"""Importing this loads all that a chat needs and makes one, so that a process forked afterwards begins at once."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import tempfile
from pathlib import Path

import web
from archive.settings import Settings
from archive.store import ArchiveStore
from web.server import build_app

gc.disable()  # of what is loaded nothing is garbage
with tempfile.TemporaryDirectory() as folder, ArchiveStore.open(Path(folder), create=True) as store:
    build_app(store, Settings(), language_model=None)
for late in (
    "chromadb",
    "openai",
    "tantivy",
    "tiktoken",
    "uvicorn",
    "assistant.pipeline",
    "evaluation.run",
    "ingest.pipeline",
    *(f"web.{module.name}" for module in pkgutil.iter_modules(web.__path__)),
):
    importlib.import_module(late)
gc.freeze()
gc.enable()
