"""All measures by their names, in the order in which they are taken."""

from collections.abc import Mapping

from tests.bench.measures.bound import BOUND
from tests.bench.measures.cold import COLD
from tests.bench.measures.counting import COUNTING
from tests.bench.measures.far_services import FAR_SERVICES
from tests.bench.measures.measure import Measure
from tests.bench.measures.memory import MEMORY
from tests.bench.measures.operations import OPERATIONS
from tests.bench.measures.publish import PUBLISH
from tests.bench.measures.refused import REFUSED
from tests.bench.measures.streams import STREAMS
from tests.bench.measures.unpaced import UNPACED_STORIES

MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        BOUND,
        COLD,
        REFUSED,
        UNPACED_STORIES,
        STREAMS,
        MEMORY,
        COUNTING,
        PUBLISH,
        OPERATIONS,
        FAR_SERVICES,
    )
}
