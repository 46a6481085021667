"""Keep tests that share an expensive fixture in one worker: `pytest.mark.xdist_group` with `--dist loadgroup`."""

import pytest
from hypothesis import settings

# A busy machine is no fault of the code: how long one example takes is not what is tested.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Write each test's group into its id, where pytest-xdist's scheduler looks for it.

    It does so itself, but in an attribute that pytest no longer reads from 9.2 on (pytest-xdist 3.8.0).
    """
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        if mark is not None and "@" not in item.nodeid.rpartition("]")[2]:
            item._id = type(item._id).parse(f"{item.nodeid}@{mark.args[0]}")
