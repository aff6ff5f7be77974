"""The history checker: many people work on a desk that is being broken, and nothing may be lost.

In the manner of Jepsen's set-full and total-queue checkers: every call is written down with the
time at which it began and ended and with what came of it (`ok`, `fail`, or `info`: nobody knows),
every reader writes down what it saw, a nemesis kills, cuts and silences, and at the end pure
functions compare the history with the log as it then stands.

    python -m tests.live.checker --operations 20000
"""
