"""What keeps a backup from being written, trusted or put back."""


class BackupError(RuntimeError):
    """A backup cannot be written, trusted or put back; the sentence says what to do."""
