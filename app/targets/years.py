"""Years as the board counts them: of the calendar, or from another month on."""

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 2000, 2100
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from one to another, both inclusive."""

    start: date
    until: date


@dataclass(frozen=True, slots=True)
class Year:
    """A year that begins with a month of the calendar year whose number it has.

    Attributes:
        first_month: 1 for the calendar's own years.
    """

    number: int
    first_month: int = 1

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.number, self.first_month, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return date(self.number + 1, self.first_month, 1) - _DAY

    @property
    def before(self) -> "Year":
        """The year before."""
        return Year(self.number - 1, self.first_month)

    @property
    def name(self) -> str:
        """What it is called."""
        if self.first_month == 1:
            return f"{self.number} 年"
        return f"{self.number} 年度（{self.start} 至 {self.end}）"

    def period(self, until: date) -> Period:
        """Return its days up to one; all of them where that is not within it."""
        return Period(self.start, until if self.start <= until <= self.end else self.end)

    def same_part_before(self, until: date) -> Period:
        """Return the days of the year before that answer to `period(until)`: 同期."""
        part = self.period(until)
        if part.until == self.end:
            return Period(self.before.start, self.before.end)
        return Period(self.before.start, _a_year_earlier(part.until))


def year_of(day: date, first_month: int) -> Year:
    """Return the year in which a day lies."""
    return Year(day.year if day.month >= first_month else day.year - 1, first_month)


def _a_year_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
