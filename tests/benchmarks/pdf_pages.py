"""PDF files as programs write them, for tests: words at places, lines, pictures, whatever else a file may hold."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Sequence

A4 = (595, 842)
PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def words(text: str, x: float, y: float, size: float = 12, turn: tuple[float, float, float, float] = (1, 0, 0, 1), mode: int = 0, spacing: float = 0) -> str:
    """Words that begin at a place; ``turn`` is the matrix of their direction, ``mode`` 3 draws them invisibly."""
    matrix = " ".join(map(str, (*turn, x, y)))
    return f"BT /F1 {size} Tf {mode} Tr {spacing} Tc {matrix} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n"


def lines(text: str, x: float, y: float, size: float = 12, leading: float = 20) -> str:
    """Lines of words, one below the other."""
    return "".join(words(line, x, y - i * leading, size) for i, line in enumerate(text.split("\n")) if line)


def set_text(text: str, count: int, x: float = 90, y: float = 760, size: float = 12, leading: float = 20, indent: int = 2) -> list[str]:
    """Paragraphs set in lines of ``count`` characters, first lines indented, as pages of words."""
    pages, page, at = [], "", y
    for paragraph in text.split("\n"):
        rest, first = paragraph, True
        while rest:
            room = count - indent if first else count
            page += words(rest[:room], x + (indent * size if first else 0), at, size)
            rest, first, at = rest[room:], False, at - leading
            if at < 80:
                pages, page, at = [*pages, page], "", y
    return [*pages, page] if page else pages


def rules(xs: Sequence[float], ys: Sequence[float]) -> str:
    """The lines of a table whose columns and rows part there."""
    along = "".join(f"{xs[0]} {y} m {xs[-1]} {y} l S\n" for y in ys)
    return along + "".join(f"{x} {ys[0]} m {x} {ys[-1]} l S\n" for x in xs)


def table(rows: Sequence[Sequence[str]], xs: Sequence[float], top: float, height: float = 20, size: float = 10) -> str:
    """A table with all its lines, a line of words in each cell."""
    content = rules(xs, [top - i * height for i in range(len(rows) + 1)])
    for i, row in enumerate(rows):
        content += "".join(words(text, x + 3, top - (i + 1) * height + 6, size) for text, x in zip(row, xs, strict=False) if text)
    return content


def picture(x: float = 0, y: float = 0, width: float = 595, height: float = 842) -> str:
    """A grey picture at a place."""
    return f"q {width} 0 0 {height} {x} {y} cm /Im1 Do Q\n"


def _stream(entries: str, data: bytes, *, packed: bool = True) -> bytes:
    data = zlib.compress(data) if packed else data
    return f"<< {entries} {'/Filter /FlateDecode' if packed else ''} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _unicode_map() -> bytes:
    ranges = [f"<{high:02x}00> <{high:02x}ff> <{high:02x}00>" for high in range(256) if not 0xD8 <= high < 0xE0]
    blocks = [ranges[i : i + 100] for i in range(0, len(ranges), 100)]
    body = "".join(f"{len(block)} beginbfrange\n" + "\n".join(block) + "\nendbfrange\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{body}endcmap end end"
    ).encode()


def _font() -> bytes:
    """A TrueType font whose only letter is a square."""
    square = struct.pack(">hhhhh", 1, 50, -150, 950, 750) + struct.pack(">HH", 3, 0) + b"\x01" * 4 + struct.pack(">4h4h", 50, 900, 0, -900, -150, 0, 900, 0)
    tables = {
        b"glyf": square,
        b"head": struct.pack(">IIIIHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, -200, 1000, 800, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 800, -200, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, 2),
        b"hmtx": struct.pack(">HhHh", 1000, 0, 1000, 50),
        b"loca": struct.pack(">III", 0, 0, len(square)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head, body, at = struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 32), b"", 12 + 16 * len(tables)
    for name, table in tables.items():
        table += b"\0" * (-len(table) % 4)
        head += name + struct.pack(">III", sum(struct.unpack(f">{len(table) // 4}I", table)) & 0xFFFFFFFF, at + len(body), len(table))
        body += table
    return head + body


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def pdf(
    pages: Iterable[str],
    *,
    size: tuple[float, float] = A4,
    rotate: int = 0,
    mapped: bool = True,
    password: str | None = None,
    annotations: Sequence[str] = (),
    catalog: str = "",
    repeat: int = 1,
) -> bytes:
    """A file.

    Args:
        pages: what is drawn on each.
        size: their width and height in points.
        rotate: degrees by which a program turns them for show.
        mapped: whether the font says which characters it draws.
        password: the user's; the file is encrypted when it is given, and opens without asking when it is empty.
        annotations: dictionaries of notes and form fields on every page; ``%s`` in them is the place of a stream that draws 职工.
        catalog: further entries of the document's catalogue.
        repeat: how many times each page is counted.
    """
    objects: list[bytes] = [b""] * 9
    to_unicode = "/ToUnicode 5 0 R" if mapped else ""
    objects[2] = f"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] {to_unicode} >>".encode()
    objects[3] = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        b" /FontDescriptor 7 0 R /CIDToGIDMap 9 0 R /DW 1000 /W [32 126 500] >>"
    )
    objects[4] = _stream("", _unicode_map())
    objects[5] = _stream("/Type /XObject /Subtype /Image /Width 4 /Height 4 /BitsPerComponent 8 /ColorSpace /DeviceGray", b"\xaa" * 16)
    objects[6] = (
        b"<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /FontFile2 8 0 R >>"
    )
    objects[7] = _stream("", _font())
    objects[8] = _stream("", b"\0\1" * 65536)
    resources = "<< /Font << /F1 3 0 R >> /XObject << /Im1 6 0 R >> >>"
    objects.append(_stream(f"/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources {resources}", words("职工", 0, 5).encode()))
    form = len(objects)
    kids = []
    notes = "/Annots [" + " ".join(note % f"{form} 0 R" for note in annotations) + "]" if annotations else ""
    for content in pages:
        objects.append(_stream("", content.encode()))
        rest = f"/Rotate {rotate} {notes} /Contents {len(objects)} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Resources {resources} {rest} >>".encode())
        kids += [f"{len(objects)} 0 R"] * repeat
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode()
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>".encode()
    trailer = ""
    if password is not None:
        objects, trailer = _encrypted(objects, password)
    return _file(objects, trailer)


def _encrypted(objects: list[bytes], password: str) -> tuple[list[bytes], str]:
    """The objects with their streams enciphered (40 bits, revision 2 of the standard handler)."""
    user, ident = (password.encode() + PAD)[:32], b"0123456789abcdef"
    owner = _rc4(hashlib.md5(user).digest()[:5], user)
    key = hashlib.md5(user + owner + (0xFFFFFFFC).to_bytes(4, "little") + ident).digest()[:5]
    enciphered = []
    for i, entry in enumerate(objects, 1):
        head, mark, rest = entry.partition(b"stream\n")
        own = hashlib.md5(key + i.to_bytes(3, "little") + b"\0\0").digest()[:10]
        enciphered.append(head + mark + _rc4(own, rest.removesuffix(b"\nendstream")) + b"\nendstream" if mark else entry)
    handler = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{owner.hex()}> /U <{_rc4(key, PAD).hex()}> >>"
    return enciphered, f"/Encrypt {handler} /ID [<{ident.hex()}> <{ident.hex()}>]"


def _file(objects: Sequence[bytes], trailer: str) -> bytes:
    data, places = b"%PDF-1.7\n", []
    for i, entry in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n" % i + entry + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return data + f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode()
