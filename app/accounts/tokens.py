"""Tokens that prove something by being known: kept as SHA-256, as they are random already."""

import hashlib
import secrets

# Fixed beginnings let scanners for leaked secrets find them.
API_KEY = "sxk_"
INVITATION = "sxi_"
SESSION = "sxs_"


def new_token(prefix: str) -> str:
    """Return a new token of 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
