"""What clients of both kinds of cluster share: how an answer fails, and a write that is asked for until it is acknowledged."""
import time

PATIENCE = 60  # seconds that a write is asked for again
PAUSE = 0.01


class Lost(Exception):
    """Nobody has answered, or the connection is gone; what was asked may have been done or not."""


class Refused(Exception):
    def __init__(self, message, code=0, is_busy=False):
        super().__init__(f"{message} ({code})" if code else message)
        self.code, self.message, self.is_busy = code, message, is_busy


class Insistent:
    """Whoever has `exec`."""

    def insist(self, sql, *args):
        """A write that may be repeated, until it is acknowledged: how often it was lost, and when it was asked for last."""
        lost, end = 0, time.monotonic() + PATIENCE
        while True:
            began = time.monotonic()
            try:
                self.exec(sql, *args)
                return lost, began
            except Lost:
                lost += 1
                if began > end:
                    raise
            except Refused as refused:
                if not refused.is_busy or began > end:
                    raise
            time.sleep(PAUSE)
