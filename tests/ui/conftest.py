"""Fixtures of the page's tests."""

import pytest
from fake_assistant import FakeAssistant


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()
