"""Every act on an incident stands in its record in words."""

import inspect
import re
from pathlib import Path

import pytest

from dashboards import history

ACTION = re.compile(r'"((?:incident|clock)\.[a-z_]+)"')
ALERTS = Path(__file__).parents[2] / "alerts"


def actions():
    """The acts that alerts/ writes to the audit, by their names in its source."""
    return sorted({name for path in ALERTS.glob("*.py") for name in ACTION.findall(path.read_text())})


@pytest.mark.parametrize("action", actions())
def test_every_act_on_an_incident_has_words(action):
    named = history.PLAIN.keys() | set(ACTION.findall(inspect.getsource(history.what)))
    assert action in named


def test_the_acts_are_found():
    assert {"incident.propose", "incident.better_title", "incident.close_quiet"} <= set(actions())
