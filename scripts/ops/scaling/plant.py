"""What a rate of stories takes: no chance and no limits, only averages.

Requests under way are the rate times how long one takes (Little's law); a rate is of stories a
minute, and comes at random, evenly over the day.
"""

import math
from dataclasses import dataclass

from conteur.domain.lease import LEASE_SHARDS
from conteur.entrypoints.options import SAVES_A_SECOND
from conteur.telemetry.flushing import BUSY_SECONDS, IDLE_SECONDS
from conteur.use_cases.budget_watch import READ_EVERY_SECONDS
from scripts.ops.scaling import figures
from scripts.ops.scaling.deployment import Deployment
from scripts.ops.scaling.series import distributions, numbers
from scripts.ops.scaling.timeline import MINUTE
from scripts.ops.scaling.workload import SHARD_COMMITS, Workload


@dataclass(frozen=True, slots=True)
class Plant:
    """A rate, in stories a minute, of one workload over one deployment."""

    rate: float
    workload: Workload
    deployment: Deployment

    @property
    def a_second(self) -> float:
        """Return the stories that begin in a second."""
        return self.rate / MINUTE

    @property
    def in_flight(self) -> float:
        """Return the stories being told at one moment."""
        return self.a_second * self.workload.seconds

    @property
    def cores(self) -> float:
        """Return the CPUs that are busy."""
        return self.a_second * self.workload.cpu_seconds

    @property
    def instances(self) -> int:
        """Return the instances that Cloud Run scales to, whatever MAX_INSTANCES says."""
        target = figures.TARGET.value
        by_concurrency = self.in_flight / (target * self.deployment.threads)
        return max(1, math.ceil(by_concurrency), math.ceil(self.cores / target))

    @property
    def concurrency(self) -> float:
        """Return the stories that one instance tells at one moment."""
        return self.in_flight / self.instances

    @property
    def cpu_share(self) -> float:
        """Return how busy an instance's CPU is, from 0 to 1."""
        return self.cores / self.instances

    @property
    def cpu_concurrency(self) -> float:
        """Return how many stories at one moment take the share of a CPU that is aimed at."""
        return figures.TARGET.value * self.workload.seconds / self.workload.cpu_seconds

    @property
    def full_memory_mb(self) -> float:
        """Return the memory of an instance with every thread taken."""
        stories = figures.STORY_MEMORY.value * self.deployment.threads
        return figures.INSTANCE_MEMORY.value + stories

    @property
    def busy_share(self) -> float:
        """Return the share of the time in which an instance tells something, and is billed."""
        return 1 - math.exp(-self.concurrency)

    @property
    def writes(self) -> float:
        """Return the documents written in a second."""
        return self.a_second * self.workload.writes

    @property
    def shard_writes(self) -> float:
        """Return the writes to one shard of the budget in a second."""
        return self.a_second * SHARD_COMMITS / self.deployment.budget_shards

    @property
    def lease_writes(self) -> float:
        """Return the writes to one part of the sweep's index in a second."""
        return self.a_second * self.workload.story_writes / LEASE_SHARDS

    @property
    def reads(self) -> float:
        """Return the documents read in a second: each instance's budget, and the sweep."""
        calls = self.a_second / self.instances
        readings = self.instances / (READ_EVERY_SECONDS + 1 / calls)
        return readings * self.deployment.budget_shards + LEASE_SHARDS / MINUTE

    @property
    def ramp_minutes(self) -> float:
        """Return how long to take from nothing to this rate, by the 500/50/5 rule."""
        steps = self.a_second * self.workload.story_writes / figures.RAMP_START.value
        if steps <= 1:
            return 0.0
        growth = math.log(steps) / math.log(figures.RAMP_GROWTH.value)
        return figures.RAMP_MINUTES.value * math.ceil(growth - 1e-9)

    @property
    def flushes(self) -> float:
        """Return how often a minute the instances send their metrics.

        Each falls idle as often as the last of its stories ends, and sends then, or every minute.
        """
        idle = self.a_second / self.instances * math.exp(-self.concurrency)
        return self.instances * MINUTE * max(1 / BUSY_SECONDS, idle / (1 + IDLE_SECONDS * idle))

    @property
    def monitoring_calls(self) -> float:
        """Return the calls to Cloud Monitoring in a minute."""
        return self.flushes * math.ceil((numbers() + distributions()) / figures.CALL_SERIES.value)

    @property
    def secret_accesses(self) -> float:
        """Return the accesses to secrets in a minute."""
        return self.instances / figures.SECRET_MINUTES.value

    @property
    def tokens(self) -> float:
        """Return the tokens that OpenAI's limit counts in a minute."""
        return self.rate * self.workload.limit_tokens

    @property
    def egress_mb(self) -> float:
        """Return the MB sent to clients in a second."""
        return self.a_second * self.workload.egress_bytes / 1e6

    @property
    def connections(self) -> float:
        """Return the PostgreSQL connections, if every instance had a pool."""
        return self.instances * figures.POOL.value

    @property
    def saving_minutes(self) -> float:
        """Return how long the queue stores a minute's stories that Firestore did not take."""
        return self.a_second / SAVES_A_SECOND
