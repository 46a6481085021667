"""Python's settings are the page's controls: the same names, ranges, choices and first values."""

import pytest
from through_time import widgets

CLASSES = {cls.name: cls for cls in (getattr(widgets, name) for name in widgets.__all__) if cls.name}


def test_each_control_is_a_trait(name, controls):
    traits = CLASSES[name].class_traits(setting=True)
    declared = {one["key"]: one for one in controls(name)}
    assert sorted(traits) == sorted(declared)
    for key, trait in traits.items():
        control = declared[key]
        assert trait.default_value == control["value"], key
        if "options" in control:
            assert sorted(trait.values) == sorted(control["options"]), key
        else:
            assert (trait.min, trait.max) == pytest.approx((control["min"], control["max"])), key
            whole = float(control["step"]).is_integer() and not control.get("log")
            assert isinstance(trait.default_value, int) == whole, key
