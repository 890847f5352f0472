"""Named arrays in one file without pickle: the form of every model that ships."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["read_arrays", "write_arrays"]


def write_arrays(path: str | Path, form: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays as an .npz.

    The same arrays give the same bytes: a fixed order, no time stamps, no compression (whose output differs between versions
    of zlib).

    Args:
        form: the number of the form in which they are written, which ``read_arrays`` asks for.
    """
    import numpy

    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in {"format": numpy.array([form], dtype=numpy.int32), **arrays}.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), "w") as file:
                numpy.lib.format.write_array(file, numpy.ascontiguousarray(array), allow_pickle=False)


def read_arrays(path: str | Path | Traversable, form: int, what: str) -> dict[str, NDArray[Any]]:
    """The arrays that ``write_arrays`` wrote.

    Args:
        what: what the file should hold, for the error.
    Raises:
        ValueError: the file holds none, was written in another form, or holds pickled objects.
    """
    import numpy

    with (Path(path) if isinstance(path, str) else path).open("rb") as file:
        try:
            saved = numpy.load(file, allow_pickle=False)
            arrays = {name: saved[name] for name in saved.files} if isinstance(saved, numpy.lib.npyio.NpzFile) else {}
        except (zipfile.BadZipFile, EOFError, ValueError) as error:
            raise ValueError(f"{path}: no {what}: {error}") from error
    if "format" not in arrays or arrays["format"].tolist() != [form]:
        raise ValueError(f"{path}: no {what} of format {form}")
    return arrays
