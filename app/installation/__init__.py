"""One installation: how it is made ready, and the processes that it runs in."""
