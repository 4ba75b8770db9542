"""The child process that runs a GGUF file with llama.cpp: started by local_model.py, never by hand.

Its standard input brings one JSON line (file, key, context, name), its standard output one JSON line back (address or
error). It ends when its standard input does, so it never outlives the program that started it.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any


def main() -> int:
    """Serve until standard input ends."""
    wanted = json.loads(sys.stdin.readline())
    # Before the import: OpenMP reads it once. Without it, threads that wait spin, and generation falls from 60 to under
    # 5 tokens a second as soon as another process needs a core (measured on 2 cores).
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        server = _start(wanted)
    except Exception as error:  # reported to the parent, which words it
        _tell({"error": f"{type(error).__name__}: {error}"})
        return 1
    _tell({"address": server.listening_address})
    sys.stdin.read()  # until the parent closes it, or is gone
    os._exit(0)  # the server's own way down waits for replies that nobody reads any more


def _start(wanted: dict[str, Any]) -> Any:  # noqa: ANN401 - the package has no types
    xllamacpp = import_module("xllamacpp")  # an extra: not there for the type checker
    parameters = xllamacpp.CommonParams()
    parameters.model.path = wanted["file"]
    parameters.model_alias = {wanted["name"]}
    parameters.n_ctx = wanted["context"]
    parameters.n_parallel = 1
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [wanted["key"]]  # other users of this machine, and pages in a browser, stay out
    parameters.ui = False
    parameters.endpoint_slots = False  # they show what is being asked
    return xllamacpp.Server(parameters)


def _tell(value: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
