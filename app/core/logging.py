"""Logs: one line an event on standard error, times in UTC."""

import logging
import sys

import structlog


def configure_logging(level: str) -> None:
    """Set structlog up. Commands for people log to standard error, never into their output."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        # Looked up for each event: whoever redirects standard error later gets the lines there.
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )
