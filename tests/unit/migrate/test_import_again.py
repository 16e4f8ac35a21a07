"""Importing what Platelayer rendered gives an inventory that renders the same config again."""

from typing import Any

from hypothesis import HealthCheck, given, settings

from inventories import config_extras, inventories
from platelayer.gateway.build import build
from platelayer.gateway.litellm_config import make_config
from platelayer.migrate.conversion import convert_config
from platelayer.schema import parse

PLENTY = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@given(inventories(), config_extras)
@PLENTY
def test_import_then_render_is_a_fixed_point(inventory: dict[str, Any], extra: dict[str, Any]) -> None:
    rendered = make_config(build(parse(inventory), {}), extra=extra)
    result = convert_config(rendered, "config.yaml")
    assert result.rendered == rendered
    assert [found for found in result.findings if found.category == "differs"] == []
