"""Explain failed assertions of the shared suites too."""

import pytest

pytest.register_assert_rewrite("tests.unit.index.shared_contract", "tests.unit.index.contract")
