"""A chapter that says what it teaches teaches all that was planned for it."""

from pathlib import Path

import pytest
import yaml

PLAN = yaml.safe_load((Path(__file__).parent / "coverage_plan.yml").read_text(encoding="utf-8"))
COVERAGE = yaml.safe_load((Path(__file__).parents[2] / "book" / "coverage.yml").read_text(encoding="utf-8"))


def test_the_plan_is_whole():
    planned = {item for items in PLAN.values() for item in items}
    assert len(planned) == 45 + 46 + 84 + 84 + 45 - 1  # E-20 is a remark that lecture E crosses out
    assert sorted(PLAN) == list(range(13))


@pytest.mark.parametrize("page", COVERAGE)
def test_every_planned_item_has_its_place(page):
    missing = [item for item in PLAN[int(page[:2])] if item not in COVERAGE[page]]
    assert not missing, f"{page} lacks {missing}: teach them, and name the section in book/coverage.yml"
