"""A scan reads what archives hold, and lists what it cannot read in them."""

import shutil
import zipfile
from pathlib import Path

from unionnlp.scanning.local import scan

FILES = Path(__file__).parent.parent / "reading" / "files"


def test_files_of_an_archive_are_files_below_it(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    for name in ("report.zip", "report.doc", "sheet.xls"):
        shutil.copy(FILES / name, inbox / name)
    (inbox / "坏.zip").write_bytes((FILES / "report.zip").read_bytes()[:-3000])
    found = scan(inbox, tmp_path / "w")
    inside = [f"report.zip/县区/{name}" for name in ("总结.docx", "下级.zip/河口镇/总结.txt", "下级.zip/乙.rtf")]
    assert found.files["file"].tolist() == ["report.doc", *inside, "sheet.xls"]
    assert dict(zip(found.failures["file"], found.failures["code"], strict=True)) == {"report.zip/公章.png": "unsupported_format", "坏.zip": "unreadable"}
    assert found.files["twin_of"].tolist() == [inside[0], "", inside[0], inside[0], ""]  # one text in four formats
    assert found.reports["file"].tolist() == [inside[0], "sheet.xls"]
    assert found.matches.empty


def test_an_archive_made_to_harm_is_one_failure(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    with zipfile.ZipFile(inbox / "x.zip", "w") as made:
        made.writestr("好.txt", "某县总工会2019年工作总结")
        made.writestr("../坏.txt", "某县总工会2019年工作总结")
    found = scan(inbox, tmp_path / "w")
    assert found.files.empty
    assert found.failures[["file", "code"]].values.tolist() == [["x.zip", "unreadable"]]
