"""Small files made by hand, good and bad, and the folder of real ones."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pypdf

DATA = Path(__file__).parent / "data"


def make_pdf(pages: Sequence[str | None], forms: int = 0) -> bytes:
    """A PDF by hand: a text a page; None = a page with a drawing and no text; "" = a blank page.

    `forms` > 0 puts on each page that many levels of forms which draw the next level ten times each.
    """
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for level in range(forms):
        inner = b" ".join([b"/X Do"] * 10) if level + 1 < forms else b"BT /F 9 Tf (x) Tj ET"
        resources = b"/XObject<</X %d 0 R>>" % (len(objects) + 2) if level + 1 < forms else b"/Font<</F 3 0 R>>"
        objects.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%s>>/Length %d>>stream\n%s\nendstream"
            % (resources, len(inner), inner)
        )
    kids = []
    for text in pages:
        content = b"0 0 100 100 re f" if text is None else b""
        if text:
            lines = text.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)").split(b"\n")
            content = b"BT /F 12 Tf 72 720 Td 14 TL " + b" ".join(b"(%s) Tj T*" % line for line in lines) + b" ET"
        if forms:
            content += b" /X Do"
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</X 4 0 R>>>>>>" % len(objects)
        )
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids))
    data = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<</Size %d/Root 1 0 R>>" % (len(objects) + 1)
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        trailer,
        len(data),
    )


def make_locked_pdf(password: str) -> bytes:
    """A PDF that opens with `password`; an empty one opens for everybody and only forbids changes."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf(["The price is EUR 5."])))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def make_zip(names: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return target.getvalue()


def read_data(name: str) -> bytes:
    """A file of tests/data."""
    return (DATA / name).read_bytes()
