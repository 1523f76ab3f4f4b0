"""What `related.toml` must be: known concepts, each with others than itself."""

import tomllib
from importlib import resources

from rag.text.concepts.relations import related_concepts


def test_relations_name_known_concepts_and_never_the_concept_itself():
    fields = tomllib.loads(resources.files("rag.text.concepts").joinpath("meanings.toml").read_text("utf-8"))
    known = {concept for field in fields.values() for concept in field}
    assert related_concepts().keys() <= known
    for concept, others in related_concepts().items():
        assert set(others) <= known - {concept}, concept
        assert len(set(others)) == len(others), concept


def test_what_is_paid_is_told_by_a_price():
    assert "price" in related_concepts()["pay"]
    assert "ceo" in related_concepts()["lead"]
