"""How long an assignment has been without a contact."""

from app.core.city_time import CITY_TIME, today
from app.models import Assignment

# Days without a contact after which an assignment is shown as overdue: two months.
OVERDUE_DAYS = 60


def days_without_contact(one: Assignment) -> int:
    """Return the days since the last contact, or since the start where there was none."""
    return (today() - (one.last_contact_on or one.started_at.astimezone(CITY_TIME).date())).days


def is_overdue(one: Assignment) -> bool:
    """Say whether a contact is overdue."""
    return days_without_contact(one) > OVERDUE_DAYS
