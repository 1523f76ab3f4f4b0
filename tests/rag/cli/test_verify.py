from rag.records import Health


def test_json_has_every_promised_field(dealglot) -> None:
    run = dealglot("verify", "--json")
    assert (run.code, run.json) == (0, {"ok": True, "problems": [], "documents": 2, "chunks": 4, "vectors": 4})


def test_problems_make_exit_3(dealglot, assistant) -> None:
    assistant.health = Health(problems=("Chunk 3 has lost its vector.",), documents=2, chunks=4, vectors=3)
    run = dealglot("verify")
    assert run.code == 3
    assert run.out.splitlines()[0] == "Chunk 3 has lost its vector."
    assert "dealglot verify --repair" in run.out


def test_repair_is_handed_on(dealglot, assistant) -> None:
    dealglot("verify", "--repair")
    assert ("verify", True) in assistant.calls
