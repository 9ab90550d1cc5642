"""What is done again and again in a rehearsal, by the commands that its people give."""

import subprocess

from scripts.local.loopback import open_local
from scripts.ops.monitoring.service_signals import SWEEPS
from tests.rehearsal.cloud import PRODUCTION, STAGING
from tests.rehearsal.world import PATIENCE, Said, World, until

CONFIRMED = "review,rollback-plan,documentation,audit,billing,team,figures,database"
CALLS = ("--calls", "5")


def deploy_by_hand(world: World, name: str) -> None:
    """Have a version in an environment from before there were commands, and its alerts set."""
    subprocess.run(
        [world.firebase, "deploy", "-P", name, "--non-interactive"],
        cwd=world.repository.mine,
        env=world.environ(name),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    well(world.give("monitoring", "apply", "-P", name))


def propose(world: World, version: str, by: str, note: str) -> None:
    """Write a version, propose it, and have somebody else approve it."""
    world.repository.begin("work")
    world.repository.tell_stories(by, note)
    well(world.give("release", "prepare", version, "--yes"))
    world.repository.approve()


def stage(world: World, version: str) -> str:
    """Merge a version, deploy it to staging and validate it there; return its commit."""
    repository = world.repository
    well(world.give("release", "stage", version, "--yes"))
    repository.check(repository.at("staging"))
    commit = repository.check_out_staging()
    well(world.give("deploy", "staging"))
    sweep(world)
    well(world.give("validate", "staging", *CALLS))
    return commit


def clear(world: World, version: str) -> None:
    """Go through the check lists, and tag."""
    well(world.give("preflight", "production", "--confirm", CONFIRMED))
    well(world.give("release", "finish", version, "--yes"))


def sweep(world: World) -> None:
    """Do once what Cloud Scheduler does every minute, and wait until it is counted."""
    url = f"{world.cloud.stages[STAGING].url}/sweep-stories"
    open_local(url, PATIENCE, b"{}").close()
    figures = world.cloud.figures[STAGING]
    until("a sweep is counted", lambda: figures.value(SWEEPS.query) >= 1)


def well(said: Said) -> Said:
    """Have a command end well."""
    assert said.code == 0, said.text
    return said


def rolled_back_fires(world: World) -> bool:
    """Tell whether people are being told that production was rolled back."""
    return "service_rolled_back" in world.cloud.figures[PRODUCTION].firing()
