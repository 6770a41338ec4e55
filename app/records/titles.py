"""What tells titles apart: a record without a number is known by its organisation and its title."""

import hashlib

from matching.text.normalise import normalise


def title_key(title: str) -> str:
    """Return what tells titles apart: the same for spaces, widths, case and traditional writing."""
    plain = "".join(character for character in normalise(title).lower() if character.isalnum())
    return hashlib.sha256((plain or title).encode()).hexdigest()
