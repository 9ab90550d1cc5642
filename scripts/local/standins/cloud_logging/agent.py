"""What Cloud Run's agent does: it takes the lines that functions print to Cloud Logging."""

import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread

from scripts.local.firebase_project import PROJECT
from scripts.local.function_lines import of_function, without_mark
from scripts.local.serving import public_settings
from scripts.local.standins.cloud_logging.lines import FIRST_REVISION, Source, entry_of
from scripts.local.standins.cloud_logging.service import LoggingStandIn
from scripts.local.standins.server import RefusalError

POLL_SECONDS = 0.1
READ_BYTES = 1024 * 1024  # at once
LONGEST = 512 * 1024  # bytes of a line that are kept: Cloud Logging takes 256 KB


class Agent:
    """Follows a file, from its beginning, and puts its functions' lines into a stand-in.

    With a `service` all lines of the file are that service's, as where one function is served by
    itself. Without, the file is the emulators' log, where functions' lines have a mark. `refused`
    counts the lines that the stand-in has not taken. What Cloud Run itself logs of each request is
    not among them: no function prints it.
    """

    def __init__(
        self,
        standin: LoggingStandIn,
        file: Path,
        *,
        service: str = "",
        project: str = PROJECT,
        revision: str = FIRST_REVISION,
    ) -> None:
        """Begin at the beginning of `file`, which need not be there yet.

        `revision` is the end of its name, after the service's.
        """
        self.refused = 0
        self._standin = standin
        self._file = file
        self._source = Source(project, public_settings()["CONTEUR_REGION"], revision, service)
        self._offset = 0
        self._rest = b""
        self._lock = Lock()

    def read(self) -> int:
        """Take what has been written since, up to the last whole line; return how many it took."""
        with self._lock, suppress(FileNotFoundError):
            return sum(self._take(offset, line) for offset, line in self._lines())
        return 0

    @contextmanager
    def following(self) -> Generator[None]:
        """Read on, in a thread, until the block ends; what is there then is read too."""
        ended = Event()
        thread = Thread(target=self._follow, args=[ended], name="logging-agent", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _follow(self, ended: Event) -> None:
        while not ended.wait(POLL_SECONDS):
            self.read()
        self.read()

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield each new line with where in the file it begins."""
        with self._file.open("rb") as file:
            if file.seek(0, 2) < self._offset:  # it was emptied, and begins anew
                self._offset, self._rest = 0, b""
            file.seek(self._offset)
            while read := file.read(READ_BYTES):
                begin = self._offset - len(self._rest)
                *lines, rest = (self._rest + read).split(b"\n")
                self._offset += len(read)
                self._rest = rest[:LONGEST]
                for line in lines:
                    yield begin, line
                    begin += len(line) + 1

    def _take(self, offset: int, line: bytes) -> bool:
        text = line.decode(errors="replace").rstrip("\r")
        printed = without_mark(text) if self._source.service else of_function(text)
        if not printed:
            return False
        # The same of a line that is read twice, and growing with a file: lines of one millisecond
        # stay in order.
        insert_id = f"{offset:012x}{zlib.crc32(line):08x}"
        try:
            self._standin.write(entry_of(printed, self._source, insert_id))
        except RefusalError:
            self.refused += 1
            return False
        return True
