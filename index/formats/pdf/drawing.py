"""Drawing: a page of a PDF as pixels, with characters framed on them."""

import ctypes
import math
from collections.abc import Sequence

import pypdfium2.raw as pdfium
from pypdfium2 import PdfiumError, PdfPage

from index.formats.picture import Picture, encode

WIDTH = 1000
"""Pixels a page is wide: sharp enough to read, also where a screen has two of them to a point."""
MOST = 4_000_000
"""Pixels a picture has at most: a page may be a banner."""
WASH = (1.0, 0.88, 0.54)
"""Shares of red, green and blue that the paper keeps behind what is framed: yellow, and print stays black."""
EDGE = bytes((180, 83, 9))
"""The colour of a frame."""
PAD = 3
"""Pixels between words and the sides of a frame."""
THICK = 2
AROUND = 0.16
"""Share of the page's height that a strip shows above and below what is framed."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""


def drawn(page: PdfPage, numbers: Sequence[Sequence[int]] | None, around: bool) -> Picture:
    """Return `page` with a frame around each group of characters, which are named by PDFium's `numbers`.

    Without any it has no frame. `around` asks for the strip around the frames. Raises PdfiumError.
    """
    wide, high = page.get_size()
    scale = min(WIDTH / wide, math.sqrt(MOST / (wide * high)))
    width, height = max(1, round(wide * scale)), max(1, round(high * scale))
    pixels = _pixels(page, width, height)
    boxes = [_box(page, group, width, height) for group in numbers or ()]
    for box in boxes:
        _frame(pixels, width, box)
    top, bottom = 0, height
    if around and boxes:
        top = max(0, min(box[1] for box in boxes) - round(AROUND * height))
        bottom = min(height, max(box[3] for box in boxes) + round(AROUND * height))
    rows = bytes(pixels[3 * width * top : 3 * width * bottom])
    return Picture(encode(rows, width, bottom - top), width, bottom - top, bool(boxes))


def _pixels(page: PdfPage, width: int, height: int) -> bytearray:
    """Return rows of RGB pixels, on white."""
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise PdfiumError("no memory for a page")
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
        pdfium.FPDF_RenderPageBitmap(bitmap, page.raw, 0, 0, width, height, 0, flags)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        content = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return bytearray(b"".join(content[at : at + 3 * width] for at in range(0, stride * height, stride)))


def _box(page: PdfPage, numbers: Sequence[int], width: int, height: int) -> Box:
    """Return the box around characters, however the page is turned."""
    textpage = page.get_textpage()
    try:
        edges = pdfium.FS_RECTF()
        xs, ys = [], []
        for number in numbers:
            if not pdfium.FPDFText_GetLooseCharBox(textpage.raw, number, edges):
                raise PdfiumError("a character without a place")
            for x, y in ((edges.left, edges.bottom), (edges.right, edges.top)):
                left, top = ctypes.c_int(), ctypes.c_int()
                pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, left, top)
                xs.append(left.value)
                ys.append(top.value)
    finally:
        textpage.close()
    return (
        max(0, min(xs) - PAD),
        max(0, min(ys)),
        min(width, max(xs) + PAD),
        min(height, max(ys)),
    )


def _frame(pixels: bytearray, width: int, box: Box) -> None:
    """Wash the paper in `box`, and draw its edge."""
    left, top, right, bottom = box
    washes = [bytes(round(level * share) for level in range(256)) for share in WASH]
    for y in range(top, bottom):
        row = 3 * width * y
        start, end = row + 3 * left, row + 3 * right
        if y < top + THICK or y >= bottom - THICK:
            pixels[start:end] = EDGE * (right - left)
            continue
        for colour, wash in enumerate(washes):
            pixels[start + colour : end : 3] = pixels[start + colour : end : 3].translate(wash)
        side = EDGE * min(THICK, right - left)
        pixels[start : start + len(side)] = side
        pixels[end - len(side) : end] = side
