"""The page about how good the matches are, by the judgements of people; for everyone."""

import json
from itertools import groupby

from fastapi import Response

from app.codes.industries import division_names
from app.learning.quality import Quality
from app.web.pages import PageOf, page_router
from app.web.vocabulary import GRADES

router = page_router()
_SYSTEMS = {"fused": "本产品", "dense": "只看语义（全文）", "bm25": "只看词语（标题）"}


@router.get("/quality")
def quality(page: PageOf) -> Response:
    """Show the figures; measured after a change they take a second, so they follow the page."""
    if not page.is_fragment:
        return page.render("quality/index.html")
    found = page.services.learning.quality(page.session, page.caller)
    return page.render(
        "quality/figures.html",
        quality=found,
        systems=_SYSTEMS,
        reliability=_reliability(found),
        names=division_names(),
    )


def _reliability(found: Quality) -> str:
    """Return what the chart draws: for each grade the predicted probabilities and how often they came true."""
    series = [
        {"name": GRADES[grade], "points": [[round(each.predicted, 3), round(each.observed, 3)] for each in rows]}
        for grade, rows in groupby(found.reliability, key=lambda each: each.grade)
    ]
    return json.dumps(series, ensure_ascii=False)
