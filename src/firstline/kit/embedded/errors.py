"""What keeps the embedded PostgreSQL from running, in one sentence that says what to do."""


class EmbeddedError(RuntimeError):
    """The embedded PostgreSQL cannot be started, or not with this data folder."""
