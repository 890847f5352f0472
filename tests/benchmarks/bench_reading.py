"""Milliseconds to read a report of 46,000 characters in each format, beside what jieba takes to cut it.

    python tests/benchmarks/bench_reading.py

The aims on the reference machine: .docx and .txt 15 ms, .doc 30 ms, .pdf 100 ms; there jieba cuts 0.42 million characters/s. The .doc,
.odt, .rtf and .pdf files are made by LibreOffice (soffice) if it is installed, and left out otherwise. PDFium alone, which reads the .pdf file
for us, is timed beside it.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

import docx
import jieba
import pypdfium2
from measuring import clock, samples

from unionnlp.reading.read import read

LENGTH = 46_000


def word(text: str) -> bytes:
    """The text as a Word file with a table at every fiftieth line."""
    made = docx.Document()
    for i, line in enumerate(text.split("\n")):
        made.add_paragraph(line)
        if i % 50 == 49:
            table = made.add_table(4, 4)
            for cell in table._cells:
                cell.text = "35"
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def converted(data: bytes) -> dict[str, bytes]:
    """The same in the formats that LibreOffice writes."""
    if not shutil.which("soffice"):
        return {}
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "report.docx").write_bytes(data)
        for kind in ("doc:MS Word 97", "odt", "rtf", "pdf"):
            command = [
                "soffice",
                "--headless",
                f"-env:UserInstallation=file://{folder}/profile",
                "--convert-to",
                kind,
                "--outdir",
                folder,
                f"{folder}/report.docx",
            ]
            subprocess.run(command, check=True, capture_output=True)
            suffix = kind.split(":")[0]
            found[f".{suffix}"] = Path(folder, f"report.{suffix}").read_bytes()
    return found


def pdfium_alone(data: bytes) -> None:
    """What opening a file and loading the text of its pages costs before a character is looked at."""
    document = pypdfium2.PdfDocument(data)
    for page in document:
        page.get_textpage().close()
        page.close()
    document.close()


def main() -> None:
    text = ("\n".join(samples()) * 20)[:LENGTH]
    data = word(text)
    files = {
        ".txt": text.encode(),
        ".txt GB18030": text.encode("gb18030"),
        ".docx": data,
        ".html": ("<html>" + "".join(f"<p>{line}</p>" for line in text.split("\n"))).encode(),
        **converted(data),
    }
    words = jieba.Tokenizer()
    words.initialize()
    for file in files.values():
        read(file)
    took = clock(lambda: list(words.cut(text)))
    print(f"{'jieba.cut (reference)':24} {1000 * took:7.1f} ms  {len(text) / took / 1e6:.2f} million characters/s")
    for name, file in files.items():
        took = clock(lambda file=file: read(file))  # type: ignore[misc]
        print(f"{name:24} {1000 * took:7.1f} ms  {len(file) / 1000:.0f} kB")
    if ".pdf" in files:
        print(f"{'.pdf by PDFium alone':24} {1000 * clock(lambda: pdfium_alone(files['.pdf'])):7.1f} ms")


if __name__ == "__main__":
    main()
