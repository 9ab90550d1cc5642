"""Which project's knobs are meant, and what its settings say where no knob is turned."""

import json
import socket
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from conteur.adapters.prompt_files import PromptFilesError, load_prompt_shelf
from conteur.domain.knob_values import KnobRules
from conteur.settings import LOCAL_PROJECT_PREFIX, SettingsError, parse_settings
from scripts.local.commands import EMBEDDED_NAME, FREE
from scripts.local.model_choice import choose_model
from scripts.local.ports import HOST
from scripts.local.run_directory import PREFIX, RUNNING
from scripts.ops.config_errors import RefusedError

EMULATOR = "FIRESTORE_EMULATOR_HOST"
CONNECT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """A project's id, its name for people, the emulator (empty: Google's), and its rules."""

    project: str
    name: str
    emulator: str
    rules: KnobRules


def find_place(root: Path, named: str | None, environ: Mapping[str, str], *, local: bool) -> Place:
    """Return the place that an alias or id, `--local` or the environment mean.

    Raises RefusedError.
    """
    aliases: dict[str, str] = json.loads((root / ".firebaserc").read_text())["projects"]
    alias = named or "default"
    project = aliases.get(alias, alias)
    emulator = _emulator(environ, local=local)
    _check(project, emulator, sorted({*aliases} - {"default"}))
    if emulator:
        return Place(
            project, f"{project} in the emulator at {emulator}", emulator, _local(root, environ)
        )
    known = next((name for name, its in aliases.items() if project == its), alias)
    name = project if known == project else f"{known} ({project})"
    return Place(project, name, "", _rules(root, _texts(root, ".env", f".env.{known}")))


def _check(project: str, emulator: str, aliases: list[str]) -> None:
    is_local = project.startswith(LOCAL_PROJECT_PREFIX)
    if emulator and not is_local:
        raise RefusedError(
            f"The emulator at {emulator} is meant, and the real project {project} as well. Leave "
            f"out --local and unset {EMULATOR}, or leave out the project."
        )
    if is_local and not emulator:
        raise RefusedError(
            f"{project} is in no cloud. Name the project with -P ({' or '.join(aliases)}), or "
            "work on the local stack with --local."
        )


def _emulator(environ: Mapping[str, str], *, local: bool) -> str:
    if environ.get(EMULATOR) or not local:
        return environ.get(EMULATOR, "")
    match list(_running_emulators(Path(tempfile.gettempdir()))):
        case [only]:
            return only
        case []:
            raise RefusedError(
                "No local stack runs: start one with scripts/dev, or name an emulator in "
                f"{EMULATOR}."
            )
        case several:
            raise RefusedError(
                f"Several local stacks run: name one of their emulators in {EMULATOR}: "
                f"{', '.join(several)}."
            )


def _running_emulators(folder: Path) -> Iterator[str]:
    """Yield the Firestore emulators of the stacks that run, as their folders tell."""
    for marker in sorted(folder.glob(f"{PREFIX}*/{RUNNING}")):
        project = marker.with_name("firebase.json")
        if project.exists():
            port = json.loads(project.read_text())["emulators"]["firestore"]["port"]
            if _listens(port):
                yield f"{HOST}:{port}"


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def _local(root: Path, environ: Mapping[str, str]) -> KnobRules:
    """Return the rules of a local stack, which has the model that it would have if started now."""
    model = choose_model(environ)
    name = EMBEDDED_NAME if model.embedded else model.name
    named = {"OPENAI_MODEL": name, "OPENAI_PRICES": f"{name}:{FREE}"} if name else {}
    return _rules(root, {**_texts(root, ".env"), "CONTEUR_ENV": "local", **named})


def _texts(root: Path, *names: str) -> dict[str, str]:
    files = (root / "functions" / name for name in names)
    return {name: text or "" for file in files for name, text in dotenv_values(file).items()}


def _rules(root: Path, texts: Mapping[str, str]) -> KnobRules:
    project = f"{LOCAL_PROJECT_PREFIX}settings"  # any will do: it is no knob
    prompts = root / "functions/conteur/prompts"
    try:
        settings = parse_settings({**texts, "GOOGLE_CLOUD_PROJECT": project})
        shelf = load_prompt_shelf(settings.prompt_version, "", prompts)
    except (SettingsError, PromptFilesError) as error:
        raise RefusedError(
            f"The settings in functions/.env* or the prompts cannot be used, so no knob can be "
            f"checked. Mend them first:\n{error}"
        ) from error
    models = frozenset(settings.model.prices.prices)
    return KnobRules(settings.knobs, models, frozenset(shelf.books))
