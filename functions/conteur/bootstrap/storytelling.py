"""The use cases that tell stories."""

import random
from functools import partial
from typing import TYPE_CHECKING

from conteur.adapters.background import BackgroundThreads
from conteur.bootstrap.clients import Clients
from conteur.bootstrap.guards import Guards
from conteur.bootstrap.process import Process
from conteur.use_cases.admit_story import AdmitStory
from conteur.use_cases.budget_watch import BudgetWatch
from conteur.use_cases.custody import Custody
from conteur.use_cases.door import Door
from conteur.use_cases.generate_story import GenerateStory
from conteur.use_cases.guarded_model import GuardedModel
from conteur.use_cases.prepare_order import PrepareOrder
from conteur.use_cases.write_story import WriteStory

if TYPE_CHECKING:
    from conteur.use_cases.ports import Stories


def prepare_order(process: Process, clients: Clients, guards: Guards) -> PrepareOrder:
    """Return what decides how a wish would be told."""
    return PrepareOrder(
        guards.knobs().current,
        guards.prompts(),
        clients.library,
        process.clock,
        process.settings.context_words,
    )


def generate_story(process: Process, clients: Clients, guards: Guards) -> GenerateStory:
    """Return what tells stories."""
    stories = clients.stories()
    return GenerateStory(
        admit=_admit_story(process, clients, stories),
        networks=guards.networks(),
        write=_write_story(process, clients, guards),
        custody=Custody(
            stories,
            clients.outbox(),
            process.clock,
            process.timers,
            process.background,
            process.meter,
        ),
        clock=process.clock,
        load=process.load,
        meter=process.meter,
    )


def _admit_story(process: Process, clients: Clients, stories: "Stories") -> AdmitStory:
    clock, rule, prices = process.clock, process.settings.budget, process.settings.model.prices
    background, door = BackgroundThreads(1), Door(clock)
    process.memory.add_cache(door.drop)
    return AdmitStory(
        stories,
        door,
        BudgetWatch(clients.budgets(), rule.micros_a_day, clock, background, process.meter),
        quote=lambda order: prices.most(order.knobs.models, order.prompt),
        shard=partial(random.randrange, rule.shards),
        clock=clock,
    )


def _write_story(process: Process, clients: Clients, guards: Guards) -> WriteStory:
    settings, clock, meter = process.settings.model, process.clock, process.meter
    return WriteStory(
        models={
            model.name: GuardedModel(model, settings.circuit, clock, meter)
            for model in clients.models()
        },
        moderation=guards.moderation(),
        prices=settings.prices,
        policy=settings.retry,
        clock=clock,
        meter=meter,
        jitter=random.random,
    )
