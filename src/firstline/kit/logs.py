"""What the log says of errors: never what people wrote, which PostgreSQL likes to quote."""

import logging
from collections.abc import Iterator
from types import TracebackType

import psycopg

ErrorInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def cause_of(error: BaseException) -> str:
    """What an error says, in one line; of PostgreSQL's without details, lines and quoted values."""
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    said = primary.split(': "')[0] if primary else str(error)
    return " ".join(said.replace("\0", "").split()) or type(error).__name__


def name_and_cause(error: BaseException) -> str:
    """The same behind the error's name."""
    name, cause = type(error).__name__, cause_of(error)
    return name if cause == name else f"{name}: {cause}"


class LogFormat(logging.Formatter):
    """Tracebacks as ever, with the causes of PostgreSQL's errors in place of their texts."""

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - the name is logging's
        text = super().formatException(ei)
        for error in _chain(ei[1]):
            if isinstance(error, psycopg.Error) and str(error):
                text = text.replace(str(error), cause_of(error))
        return text


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
