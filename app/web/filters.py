"""Conditions of a list as a page's form sends them: what was left empty stands for none."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from app.kinds.fields import Word

FILLED = BeforeValidator(lambda value: value or None)
FilledWord = Annotated[Word | None, FILLED]
FilledDay = Annotated[date | None, FILLED]
