"""Log lines: one JSON object each, with a numeric level (30 info, 40 warning, 50 error)."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

LEVELS = {logging.DEBUG: 20, logging.INFO: 30, logging.WARNING: 40, logging.ERROR: 50, logging.CRITICAL: 60}
"""Python's levels as the numbers that the log's readers know."""

QUIET = ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio")
"""Libraries whose everyday chatter is left out; their warnings stay."""


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; what `extra={"fields": {…}}` holds is added to it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, object] = {
            "level": LEVELS.get(record.levelno, 30),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "name": record.name,
            **getattr(record, "fields", {}),
            "msg": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = type(record.exc_info[1]).__name__
            line["stack"] = "".join(traceback.format_exception(record.exc_info[1]))
        return json.dumps(line, default=str, ensure_ascii=False)


class Log:
    """The platform's own log; each method writes one line, its keywords become fields of it."""

    def __init__(self, name: str = "platform") -> None:
        self._logger = logging.getLogger(name)

    def info(self, msg: str, **fields: object) -> None:
        """Write a line of level 30."""
        self._logger.info(msg, extra={"fields": fields})

    def warning(self, msg: str, **fields: object) -> None:
        """Write a line of level 40: something is amiss, work goes on."""
        self._logger.warning(msg, extra={"fields": fields})

    def failed(self, msg: str, error: BaseException | None = None, **fields: object) -> None:
        """Write a line of level 50, with the stack of *error* where one is given."""
        self._logger.error(msg, extra={"fields": fields}, exc_info=error)


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send every logger of this process as JSON lines to *stream* (standard output)."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("psycopg.pool").setLevel(logging.WARNING)
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # what it warns of is answered and logged by us
