"""The engine that finds lines of text in a picture and reads them: rapidocr (extra ``ocr``) with the models in its own package.

The only module that talks to it. Nothing is fetched from a network, nothing is logged.
"""

from __future__ import annotations

import os
from functools import cache
from multiprocessing import parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MissingExtra

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]
    Corners = NDArray[np.float32]

__all__ = ["find_lines", "load", "read_line"]

_SEARCHED = 1280
"""Longer side in pixels of the copy on which lines are searched, which bounds the memory; 12-point type is 18 pixels high there. At 2000, the
engine's own choice, the same lines were found in twice the time and with 300 MB more."""

_GRAIN = 32
"""Pixels of which the sides of that copy must be multiples."""

_THREADS = 4
"""Threads of the engine in a process of its own; they wait for one another by spinning. A worker of a batch, which has one for each core, gets one."""


def load() -> None:
    """Loads the engine, once a process; 1 to 2 s and 80 MB.

    Raises:
        MissingExtra: it is not installed, or in part.
    """
    _engines(os.getpid())


def find_lines(page: Image) -> Corners:
    """Where lines of text are: the corners of each, clockwise from its top left, shape (lines, 4, 2), in pixels."""
    import cv2
    import numpy as np

    height, width = page.shape[:2]
    scale = min(1.0, _SEARCHED / max(height, width))
    small = cv2.resize(page, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA)
    padded = cv2.copyMakeBorder(small, 0, -small.shape[0] % _GRAIN, 0, -small.shape[1] % _GRAIN, cv2.BORDER_REPLICATE)
    found = _engines(os.getpid())[0](padded[:, :, ::-1]).boxes  # the engine wants blue first
    if found is None:
        return np.zeros((0, 4, 2), np.float32)
    corners: Corners = np.clip(np.asarray(found, np.float32) / scale, 0, np.array([width, height], np.float32))
    return corners


def read_line(line: Image) -> tuple[str, float]:
    """The text of the picture of one line, and the mean confidence over its characters."""
    read = _engines(os.getpid())[1](line[:, :, ::-1])
    return (read.txts[0], float(read.scores[0])) if read.txts else ("", 0.0)


@cache
def _engines(process: int) -> tuple[Any, Any]:
    """What finds lines and what reads them; once a process, because threads do not survive a fork."""
    try:
        import cv2  # noqa: F401  # comes with rapidocr, and prepares the pictures
        import onnxruntime  # noqa: F401  # rapidocr itself misses it late
        import rapidocr
    except ImportError as error:
        raise MissingExtra("ocr", "reading a scanned page") from error
    models = Path(rapidocr.__file__).parent / "models"
    common = {
        "Global.log_level": "critical",  # of its own logger, which writes to stderr
        "Global.use_cls": False,  # it turns single lines; pages are turned as a whole
        "Global.use_preprocess_img": False,  # pictures come in the right size
        "Global.use_vertical_padding": False,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1 if parent_process() else min(_THREADS, os.cpu_count() or 1),
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Det.model_path": _model(models, "det"),
        "Rec.model_path": _model(models, "rec"),
    }
    finder = rapidocr.RapidOCR(params={**common, "Global.use_rec": False, "Det.limit_type": "max", "Det.limit_side_len": _SEARCHED})
    reader = rapidocr.RapidOCR(params={**common, "Global.use_det": False})
    return finder, reader


def _model(folder: Path, task: str) -> str:
    """The model that ships with the engine. It is named outright, because what the engine looks up itself it may download."""
    files = sorted(folder.glob(f"*_{task}_*.onnx"))
    if not files:
        raise MissingExtra("ocr", f"reading a scanned page (this rapidocr brings no model to {'find' if task == 'det' else 'read'} lines with)")
    return str(files[-1])
