"""The shipped weights are those that their sources give, and do as well on needs that they were not learnt from."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from app.core.settings import Settings
from app.search.encoders import reference_scale
from matching.embedding.encoder import Encoder
from matching.ranking.weights import SHIPPED
from tests.campaign.refit import refit

pytestmark = [pytest.mark.real_model, pytest.mark.heavy]


def test_the_shipped_weights_are_learnt_again_from_their_sources(
    models_dir: Path, encoder: Encoder, shared_data: Path
) -> None:
    shipped = json.loads(files("matching.ranking").joinpath(SHIPPED).read_text("utf-8"))
    again = json.loads(refit(shared_data, encoder, reference_scale(Settings(data_dir=models_dir.parent), encoder)))
    for basis, each in shipped["bases"].items():
        assert again["bases"][basis]["weights"] == pytest.approx(each["weights"], rel=0.02, abs=0.01)
        for line, known in zip(again["bases"][basis]["thresholds"], each["thresholds"], strict=True):
            assert line == pytest.approx(known, rel=0.02)
    for name, source in shipped["provenance"]["sources"].items():
        assert again["provenance"]["sources"][name]["ndcg_at_10"][0] == pytest.approx(
            source["ndcg_at_10"][0], abs=0.003
        )
