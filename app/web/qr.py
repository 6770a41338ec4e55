"""QR codes, drawn on the server: nothing is sent anywhere to get one."""

import segno
from markupsafe import Markup

# Pixels a module; 35 to 45 modules of an authenticator's address are some 200 pixels, which phones read at once.
_SCALE = 5


def qr_code(text: str) -> Markup:
    """Return a QR code as inline SVG: black on white in every theme, as cameras want it."""
    drawn = segno.make_qr(text, error="m").svg_inline(scale=_SCALE, border=4, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704  (paths and numbers alone; the text is not in it)
