"""What a thousand stories cost, in dollars. Allotments that are free are not taken off."""

from scripts.ops.scaling import figures
from scripts.ops.scaling.plant import Plant
from scripts.ops.scaling.series import distributions, numbers
from scripts.ops.scaling.timeline import MINUTE

STORIES = 1000
MIB, GIB = 2**20, 2**30
COUNTERS_DELETED = 1  # of a user and a day, 30 days later; as if each user had one story a day


def dollars(plant: Plant) -> dict[str, float]:
    """Return what a thousand stories cost, by who is paid for what."""
    minutes = STORIES / plant.rate
    return {
        "OpenAI": STORIES * plant.workload.cost_micros / 1e6,
        "Cloud Run": _instances(plant) * minutes + STORIES * figures.REQUEST_PRICE.value / 1e6,
        "Firestore": _firestore(plant),
        "Cloud Monitoring": _metrics(plant) * minutes,
        "logs": STORIES * figures.LOG_BYTES.value / GIB * figures.LOG_PRICE.value,
        "egress": STORIES * plant.workload.egress_bytes / 1e9 * figures.EGRESS_PRICE.value,
        "Secret Manager": plant.secret_accesses * minutes * figures.SECRET_PRICE.value / 10_000,
    }


def _instances(plant: Plant) -> float:
    """Return the dollars a minute of the instances' time."""
    gib = plant.deployment.memory_mb / 1024
    a_second = figures.VCPU_PRICE.value + gib * figures.GIB_PRICE.value
    return MINUTE * plant.instances * plant.busy_share * a_second


def _firestore(plant: Plant) -> float:
    reads = plant.reads / plant.a_second * figures.READ_PRICE.value
    writes = plant.workload.writes * figures.WRITE_PRICE.value
    deletions = COUNTERS_DELETED * figures.DELETE_PRICE.value
    return STORIES * (reads + writes + deletions) / 100_000


def _metrics(plant: Plant) -> float:
    """Return the dollars a minute of the points sent."""
    size = numbers() * figures.POINT_BYTES.value
    size += distributions() * figures.DISTRIBUTION_BYTES.value
    return plant.flushes * size / MIB * figures.METRIC_PRICE.value
