"""Sweeps over many stories, of which a good part is dead."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from conteur.adapters import story_documents as documents
from conteur.adapters.firestore_leases import FirestoreLeases
from conteur.domain.charge import Charge
from conteur.domain.lease import LEASE_SHARDS
from conteur.domain.story import KeptStory, NewStory
from conteur.use_cases.sweep_stories import Swept
from tests.adapters.stored import CHARGE, NOW, new_story
from tests.crashes.ledger import Ledger
from tests.crashes.world import Database

pytestmark = pytest.mark.server

DEAD, ALIVE, ENDED = 1600, 100, 2400
USERS, SHARDS = 50, 16
