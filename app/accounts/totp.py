"""Time-based one-time passwords after RFC 6238, as an optional second factor."""

import time

import pyotp

from app.models import Account

ISSUER = "双需对接"
# A code of the step before or after counts too: clocks differ.
_STEPS = (-1, 0, 1)


def new_secret() -> str:
    """Return a new secret, base32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, email: str) -> str:
    """Return what an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def take_code(account: Account, code: str) -> bool:
    """Say whether a code is right and was not taken before; a right one counts as taken from now on."""
    if account.totp_secret is None or not code.isascii():
        return False
    totp = pyotp.TOTP(account.totp_secret)
    present = int(time.time()) // totp.interval
    for step in (present + each for each in _STEPS):
        if step > account.totp_used and pyotp.utils.strings_equal(totp.generate_otp(step), code):
            account.totp_used = step
            return True
    return False
