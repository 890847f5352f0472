"""A small inbox with good submissions, copies among them, and files that cannot be read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from unionnlp.scanning import intake
from unionnlp.scanning.intake import Intake, Source

COUNTY = (
    "青河县总工会2023年工作总结\n一、组织建设\n全年新建工会68家，发展会员2460人，三级网络覆盖全部行政村，工会小组长逐一登记在册。\n"
    "二、帮扶救助\n春节期间走访慰问困难职工235户，发放慰问金22.8万元，做到一户一策、一人一档。\n"
)
TOWN = "白石镇总工会2022年工作汇报\n一、劳动保护\n夏季为环卫工人送去清凉物资96箱，检查班组安全用电38次，整改隐患17处。\n二、文体活动\n举办职工篮球赛和象棋比赛各一场，十二个分会的选手上了场。\n"


def _fill(folder: Path) -> Path:
    (folder / "县区").mkdir(parents=True)
    (folder / "县区" / "青河.txt").write_text(COUNTY, encoding="utf-8")
    (folder / "县区" / "青河（重报）.txt").write_text(COUNTY, encoding="utf-8")
    (folder / "白石.txt").write_bytes(TOWN.encode("gb18030"))
    (folder / "另一份青河.txt").write_text(COUNTY, encoding="utf-8")
    (folder / "两篇.txt").write_text("第一篇：" + COUNTY + "\n第二篇：" + TOWN, encoding="utf-8")
    (folder / "坏.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "打包.rar").write_bytes(b"Rar!\x1a\x07\x00")
    (folder / "空.txt").write_bytes(b"")
    (folder / "断链.txt").symlink_to("nowhere.txt")  # unreadable for every user, root included
    os.mkfifo(folder / "管道")
    (folder / ".隐藏.txt").write_text(COUNTY, encoding="utf-8")
    (folder / "~$青河.docx").write_bytes(b"\x05owner")
    (folder / "县区" / "回环").symlink_to("..", target_is_directory=True)
    return folder


@pytest.fixture
def make_inbox() -> Callable[[Path], Path]:
    """Writes the inbox into a new folder: five good files, five broken ones, and what must be passed over."""
    return _fill


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return _fill(tmp_path / "inbox")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the sources that a scan in this process reads, as it reads them."""
    names: list[str] = []

    def counted(source: Source) -> Intake:
        names.append(source.name)
        return intake.take_in(source)

    monkeypatch.setattr("unionnlp.scanning.local.take_in", counted)
    return names
