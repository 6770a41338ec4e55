"""Bodies of targets and of what the city counts by, in the HTTP contract."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.core.city_time import CITY_TIME
from app.kinds.fields import OptionalText, RecordBody, Wan, Word
from app.models import Target, TargetScope, TargetSettings
from app.targets.measures import MEASURES, SCOPES, TARGETED, Measure
from app.targets.years import FIRST_YEAR, LAST_YEAR

# 10^7 万元, or pieces: a hundred times what a province trades in a year.
Amount = Annotated[Wan, Field(lt=Decimal(10) ** 7)]
YearNumber = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Place = Annotated[Word, StringConstraints(max_length=100)]


class TargetIn(RecordBody):
    """A target as it is set."""

    year: Annotated[YearNumber, Field(title="年度")]
    measure: Annotated[Measure, Field(title="指标", description="、".join(TARGETED))]
    scope: Annotated[TargetScope, Field(title="范围", description="city 全市，district 县区，park 园区")] = (
        TargetScope.CITY
    )
    district: Annotated[Place | None, Field(title="县区", description="范围为县区、园区时必填")] = None
    park: Annotated[Place | None, Field(title="园区", description="范围为园区时必填")] = None
    amount: Annotated[Amount, Field(title="目标值", description="万元；按项计的指标为项数")]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.measure not in TARGETED:
            raise PydanticCustomError("range", "这项指标不设目标，请换一项")
        wanted = (self.scope is not TargetScope.CITY, self.scope is TargetScope.PARK)
        if (self.district is not None, self.park is not None) != wanted:
            raise PydanticCustomError("range", "全市目标不填县区和园区；县区目标只填县区；园区目标两者都填")
        return self


class TargetPatch(RecordBody):
    """What a target is changed to."""

    amount: Annotated[Amount, Field(title="目标值")]


class TargetOut(BaseModel):
    """A target as it is shown."""

    id: Annotated[str, Field(title="目标 id")]
    year: Annotated[int, Field(title="年度")]
    measure: Annotated[Measure, Field(title="指标")]
    measure_name: Annotated[str, Field(title="指标名称")]
    unit: Annotated[str, Field(title="单位", description="万元或项")]
    scope: Annotated[TargetScope, Field(title="范围")]
    district: Annotated[str | None, Field(title="县区")]
    park: Annotated[str | None, Field(title="园区")]
    amount: Annotated[Wan, Field(title="目标值")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]

    @classmethod
    def of(cls, target: Target) -> Self:
        """Return a target as it is shown."""
        measure = Measure(target.measure)
        return cls(
            id=target.id, year=target.year, measure=measure, measure_name=MEASURES[measure].name,
            unit=MEASURES[measure].unit, scope=TargetScope(target.scope), district=target.district or None,
            park=target.park or None, amount=target.amount, version=target.version,
        )  # fmt: skip

    @property
    def place(self) -> str:
        """Whose target it is, in words."""
        return " ".join(part for part in (self.district, self.park) if part) or SCOPES[self.scope]


class TargetList(BaseModel):
    """The targets of a year."""

    year: Annotated[int, Field(title="年度")]
    items: Annotated[list[TargetOut], Field(title="目标")]


class SettingsPatch(RecordBody):
    """What the city counts by; fields that are left out stay."""

    first_month: Annotated[int, Field(ge=1, le=12, title="年度起始月", description="1 为自然年")] = 1
    city: Annotated[
        OptionalText, Field(max_length=100, title="本市名称", description="如 云澜市，用来识别买卖方地区")
    ] = ""
    places: Annotated[
        OptionalText,
        Field(
            max_length=5000, title="县区与园区", description="一行一个县区，冒号后列园区，如 矿南区：装备园、煤化工园"
        ),
    ] = ""


class SettingsOut(BaseModel):
    """What the city counts by."""

    first_month: Annotated[int, Field(title="年度起始月")]
    city: Annotated[str, Field(title="本市名称")]
    places: Annotated[str, Field(title="县区与园区")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]
    updated_at: Annotated[datetime | None, Field(title="修改时间", description="还没有人设过时为空")]

    @classmethod
    def of(cls, settings: TargetSettings) -> Self:
        """Return the settings as they are shown."""
        changed = settings.updated_at
        return cls(
            first_month=settings.first_month, city=settings.city, places=settings.places, version=settings.version,
            updated_at=changed and changed.astimezone(CITY_TIME),
        )  # fmt: skip
