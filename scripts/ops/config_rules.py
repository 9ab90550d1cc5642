"""What the knobs of a place may be, and what its settings say where no knob is turned."""

from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from conteur.adapters.prompt_files import PromptFilesError, load_prompt_shelf
from conteur.domain.knob_values import KnobRules
from conteur.settings import LOCAL_PROJECT_PREFIX, SettingsError, parse_settings
from scripts.local.commands import EMBEDDED_NAME, FREE
from scripts.local.model_choice import choose_model
from scripts.ops.config_errors import RefusedError
from scripts.ops.place import Place


def find_rules(root: Path, place: Place, environ: Mapping[str, str]) -> KnobRules:
    """Return the rules of a place. Raises RefusedError where its settings cannot be used."""
    if place.emulators:
        return _local(root, environ)
    return _rules(root, _texts(root, ".env", f".env.{place.alias}"))


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
