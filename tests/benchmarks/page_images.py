"""Pages as a scanner sees them: a text set on A4 pages, then stamped, turned, made noisy, squeezed into JPEG or faxed.

Drawn with Pillow in a Chinese font that fontconfig names, so that no picture has to be stored. The setting follows the
habits of the genre: a centred title, paragraphs indented by two characters, no punctuation at the start of a line, the
page number between dashes at the foot.
"""

from __future__ import annotations

import io
import math
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

Image = NDArray[np.uint8]

SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"

_UNITS = re.compile(r"[0-9A-Za-z.,%]+|[^0-9A-Za-z]")
_NEVER_FIRST = frozenset("，。、；：！？）》”’〉】,.;:!?)%％")
_NEVER_LAST = frozenset("（《“‘〈【(")


def font_file(family: str = SERIF) -> str | None:
    """The file of a font of this family, or None when there is none: fontconfig names another font then."""
    if not shutil.which("fc-match"):
        return None
    answer = subprocess.run(["fc-match", "-f", "%{family}\t%{file}", family], check=True, capture_output=True, text=True).stdout
    families, file = answer.split("\t")
    return file if family in families.split(",") else None


@cache
def _font(family: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    file = font_file(family)
    if file is None:
        raise FileNotFoundError(f"no font {family}: apt-get install fonts-noto-cjk fontconfig")
    for index in range(20):  # a collection holds the same family for several scripts
        font = ImageFont.truetype(file, size, index=index)
        if font.getname()[0] == family:
            return font
    raise FileNotFoundError(f"no {family} in {file}")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a page is set; sizes in points, margins in millimetres, colour of the ink 0 to 255."""

    dpi: int = 200
    points: float = 16
    spacing: float = 1.75
    family: str = SERIF
    margin: float = 27
    columns: int = 1
    ink: int = 20
    justified: bool = True

    def pixels(self, millimetres: float) -> int:
        return round(millimetres / 25.4 * self.dpi)

    @property
    def size(self) -> int:
        return round(self.points / 72 * self.dpi)


def wrap(text: str, width: float, measure: Callable[[str], float], indent: float = 0.0) -> Iterator[str]:
    """``text`` in lines no wider than ``width``, by the rules of Chinese setting; closing marks hang past the margin."""
    line, used = "", indent
    for unit in _UNITS.findall(text):
        step = measure(unit)
        if line and used + step > width and unit not in _NEVER_FIRST:
            carried = ""
            while len(line) > 1 and line[-1] in _NEVER_LAST:
                line, carried = line[:-1], line[-1] + carried
            yield line
            line, used = carried, measure(carried)
        line += unit
        used += step
    if line:
        yield line


def pages(text: str, setting: Setting = Setting()) -> list[Image]:
    """The pages of a text, a paragraph a line, its first line the title; lines with tabs are rows of a ruled table.

    Returns:
        RGB images of one size, shape (height, width, 3).
    """
    sheet = _Sheet(setting)
    title = True
    for line in text.splitlines():
        if "\t" in line:
            sheet.row(line.split("\t"))
        elif line.strip():
            sheet.paragraph(line.strip(), title)
            title = False
    return [np.asarray(page) for page in sheet.made]


class _Sheet:
    """Pages that are being set."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.made: list[Picture] = []
        self.font, self.title = _font(setting.family, setting.size), _font(setting.family, round(setting.size * 1.35))
        self.width, self.height, self.margin = setting.pixels(210), setting.pixels(297), setting.pixels(setting.margin)
        self.gap = 2 * setting.size
        self.column = (self.width - 2 * self.margin - self.gap * (setting.columns - 1)) / setting.columns
        self.step = round(setting.size * setting.spacing)
        self.ink = (setting.ink,) * 3
        self.at, self.slot = math.inf, setting.columns  # a full page: the first line opens another
        self.brush: ImageDraw | None = None

    def paragraph(self, text: str, title: bool) -> None:
        font = self.title if title else self.font
        indent = 0 if title else 2 * self.setting.size
        lines = list(wrap(text, self.column, font.getlength, indent))
        for i, words in enumerate(lines):
            brush, left = self._line()
            room = self.column - font.getlength(words)
            if title:
                brush.text((left + room / 2, self.at), words, self.ink, font)
            elif i == len(lines) - 1 or not self.setting.justified:
                brush.text((left + (0 if i else indent), self.at), words, self.ink, font)
            else:
                self._spread(words, left + (0 if i else indent), room - (0 if i else indent))
            self.at += self.step
        self.at += self.step / 2 if title else 0

    def _spread(self, words: str, left: float, room: float) -> None:
        """A line with what room it leaves spread between its characters; a closing mark at its end hangs past the margin."""
        if words[-1] in _NEVER_FIRST and room < 0:
            room += self.font.getlength(words[-1])
            words, hanging = words[:-1], words[-1]
        else:
            hanging = ""
        units = _UNITS.findall(words)
        more = max(0.0, room) / max(1, len(units) - 1)
        brush, _ = self._line()
        for unit in units:
            brush.text((left, self.at), unit, self.ink, self.font)
            left += self.font.getlength(unit) + more
        brush.text((left - more, self.at), hanging, self.ink, self.font)

    def row(self, cells: Sequence[str]) -> None:
        brush, left = self._line()
        across = self.column / len(cells)
        top = self.at - (self.step - self.setting.size * 1.2) / 2
        narrowest = min(1.0, *(0.9 * across / self.font.getlength(cell) for cell in cells if cell))
        font = _font(self.setting.family, round(self.setting.size * narrowest))
        for i, cell in enumerate(cells):
            brush.text((left + (i + 0.5) * across, self.at), cell, self.ink, font, anchor="ma")
            brush.rectangle((left + i * across, top, left + (i + 1) * across, top + self.step), outline=self.ink, width=max(1, self.setting.dpi // 100))
        self.at += self.step

    def _line(self) -> tuple[ImageDraw, float]:
        """What draws, and the left edge of the column, with room for a line."""
        from PIL import Image as Picture
        from PIL import ImageDraw

        if self.at + self.step > self.height - self.margin:
            self.at, self.slot = float(self.margin), self.slot + 1
            if self.slot >= self.setting.columns:
                self.slot = 0
                self.made.append(Picture.new("RGB", (self.width, self.height), "white"))
                self.brush = ImageDraw.Draw(self.made[-1])
                number, small = f"— {len(self.made)} —", _font(self.setting.family, round(self.setting.size * 0.8))
                self.brush.text(((self.width - small.getlength(number)) / 2, self.height - self.margin * 0.65), number, self.ink, small)
        assert self.brush is not None
        return self.brush, self.margin + self.slot * (self.column + self.gap)


# ---------------------------------------------------------------------------------------------------- what scanning does


def stamped(page: Image, centre: tuple[float, float] = (0.68, 0.75), name: str = "某某县总工会委员会", dark: bool = False) -> Image:
    """With a red seal of 42 mm over the text: a ring, a star, the name along the ring; ``dark``, as old ink pads print."""
    from PIL import Image as Picture
    from PIL import ImageChops, ImageDraw

    height, width = page.shape[:2]
    radius = round(width * 21 / 210)
    red = (175, 40, 50) if dark else (222, 35, 45)
    seal = Picture.new("RGB", (2 * radius, 2 * radius), "white")
    brush = ImageDraw.Draw(seal)
    brush.ellipse((2, 2, 2 * radius - 3, 2 * radius - 3), outline=red, width=max(2, radius // 18))
    star = [
        (
            radius + radius * (0.3 if i % 2 == 0 else 0.115) * math.sin(i * math.pi / 5),
            radius - radius * (0.3 if i % 2 == 0 else 0.115) * math.cos(i * math.pi / 5),
        )
        for i in range(10)
    ]
    brush.polygon(star, fill=red)
    font = _font(SERIF, round(radius * 0.26))
    for i, char in enumerate(name):
        angle = (i / (len(name) - 1) - 0.5) * 240
        letter = Picture.new("L", (2 * radius, 2 * radius), 0)
        ImageDraw.Draw(letter).text((radius, round(radius * 0.12)), char, 255, font, anchor="ma")
        seal.paste(red, (0, 0), letter.rotate(-angle, Picture.Resampling.BICUBIC))
    layer = Picture.new("RGB", (width, height), "white")
    layer.paste(seal, (round(width * centre[0]) - radius, round(height * centre[1]) - radius))
    return np.asarray(ImageChops.multiply(Picture.fromarray(page), layer))


def turned(page: Image, degrees: float) -> Image:
    """Turned counter-clockwise, as a sheet laid askew; the corners are filled with white."""
    from PIL import Image as Picture

    return np.asarray(Picture.fromarray(page).rotate(degrees, Picture.Resampling.BICUBIC, fillcolor="white"))


def noisy(page: Image, sigma: float = 18, paper: int = 236, seed: int = 7) -> Image:
    """On greyish paper with grain and specks of dust."""
    random = np.random.default_rng(seed)
    grain = random.normal(0, sigma, page.shape[:2])[:, :, None]
    made = page.astype(np.float32) * (paper / 255) + grain
    specks = random.random(page.shape[:2]) < 0.0004
    made[specks] = 60
    return np.clip(made, 0, 255).astype(np.uint8)


def squeezed(page: Image, quality: int = 30) -> Image:
    """Through JPEG of a low quality."""
    from PIL import Image as Picture

    buffer = io.BytesIO()
    Picture.fromarray(page).save(buffer, "JPEG", quality=quality)
    return np.asarray(Picture.open(buffer).convert("RGB"))


def faxed(page: Image, threshold: int = 150, seed: int = 7) -> Image:
    """Black and white, with ragged edges and stray dots."""
    random = np.random.default_rng(seed)
    grey = page.mean(axis=2) + random.normal(0, 25, page.shape[:2])
    made = np.where(grey < threshold, 0, 255).astype(np.uint8)
    made[random.random(made.shape) < 0.0008] = 0
    return np.repeat(made[:, :, None], 3, axis=2)


def blurred(page: Image, radius: float = 1.2) -> Image:
    """Out of focus, as a photograph or a copy of a copy."""
    from PIL import Image as Picture
    from PIL import ImageFilter

    return np.asarray(Picture.fromarray(page).filter(ImageFilter.GaussianBlur(radius)))


def scan(images: list[Image], dpi: int = 200) -> bytes:
    """A PDF of nothing but these pictures, as a scanner writes it."""
    from PIL import Image as Picture

    first, *rest = [Picture.fromarray(image) for image in images]
    buffer = io.BytesIO()
    first.save(buffer, "PDF", resolution=dpi, save_all=True, append_images=rest, quality=90)
    return buffer.getvalue()
