"""Web archives, beyond what report.mht shows (test_formats.py)."""

import base64

import pytest

from unionnlp.errors import ReadError
from unionnlp.reading.read import read

PAGE = "<html><body><p>工会工作总结</p><p>加强自身建设。</p></body></html>"
HEAD = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'


def part(content: bytes, *headers: str, border: str = "--b") -> bytes:
    return f"{border}\r\n{chr(10).join(headers)}\r\n\r\n".replace("\n", "\r\n").replace("\r\r", "\r").encode() + content + b"\r\n"


HTML = "Content-Type: text/html"
ARCHIVES = {
    "as it is": HEAD + part(PAGE.encode(), HTML) + b"--b--",
    "base64": HEAD + part(base64.encodebytes(PAGE.encode()), "Content-Transfer-Encoding: base64", HTML) + b"--b--",
    "after a picture": HEAD + part(b"iVBORw0KGgo=", "Content-Type: image/png") + part(PAGE.encode(), HTML) + b"--b--",
    "in a list of versions": HEAD
    + part(b"", 'Content-Type: multipart/alternative; boundary="c"')
    + part("工会".encode(), "Content-Type: text/plain", border="--c")
    + part(PAGE.encode(), HTML, border="--c")
    + b"--c--\r\n--b--",
    "cut off": HEAD + part(PAGE.encode(), HTML),
    "cut off in base64": HEAD + part(base64.encodebytes(PAGE.encode() + b"<p>xxxxxx")[:-6], "Content-Transfer-Encoding: base64", HTML),
}


@pytest.mark.parametrize("data", ARCHIVES.values(), ids=ARCHIVES)
def test_the_page_of_an_archive(data: bytes) -> None:
    assert read(data, "x.mht").text.startswith("工会工作总结\n加强自身建设。")


def test_the_header_decides_where_the_score_cannot() -> None:
    data = HEAD + part("<html><p>一</p></html>".encode("big5"), HTML + "; charset=big5") + b"--b--"
    assert read(data, "x.mht").text == "一"


@pytest.mark.parametrize("data", [HEAD, HEAD + b"--b\r\n", HEAD + part(b"x", "Content-Type: image/png"), HEAD + b"--b\r\nContent-Type: text/html"])
def test_an_archive_without_a_page(data: bytes) -> None:
    with pytest.raises(ReadError, match="no page"):
        read(data, "x.mht")
