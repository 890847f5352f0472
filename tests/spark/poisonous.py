"""What a worker does with a document that harms it: the name of the document says how."""

import os
import signal
import time

from unionnlp.scanning import intake
from unionnlp.scanning.intake import Intake, Source


def take_in(source: Source) -> Intake:
    """As the real one, but for what kills, hangs or eats memory."""
    if "杀" in source.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "停" in source.name:
        time.sleep(1000)
    if "吃" in source.name:
        held = [bytearray(b"x") * 100_000_000 for _ in range(100)]
        raise AssertionError(f"nobody stopped it at {len(held)}")
    return intake.take_in(source)
