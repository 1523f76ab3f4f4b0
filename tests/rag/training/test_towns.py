"""Which names of towns are kept."""

import pytest

from rag.training.towns import is_name


@pytest.mark.parametrize("name", ["Figueira da Foz", "芜湖", "Saint-Denis", "L’Aquila", "대구", "صلالة"])
def test_names_of_every_script_are_kept(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["LIS", "HAMB", "Sektor 7", "a very long name of five words", "Ed", "ر"])
def test_codes_numbers_phrases_and_single_letters_are_not(name: str) -> None:
    assert not is_name(name)
