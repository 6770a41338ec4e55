"""How often one may try to sign in: by address, and by the account that is tried."""

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.core.errors import TooManyRequests

BY_ADDRESS = RateLimitItemPerMinute(30)
BY_EMAIL = RateLimitItemPerMinute(10)


class Throttle:
    """Counts attempts of this process in the last minute."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, address: str, email: str) -> None:
        """Count an attempt. Raises TooManyRequests."""
        for limit, name in ((BY_ADDRESS, f"address {address}"), (BY_EMAIL, f"email {email}")):
            if not self._limiter.hit(limit, name):
                wait = max(1, int(self._limiter.get_window_stats(limit, name).reset_time - time.time()) + 1)
                raise TooManyRequests(f"尝试过于频繁，请 {wait} 秒后再试。", wait)
