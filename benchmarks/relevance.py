"""How many sentences the relevance check of a model server's answers keeps and withholds, on the sample deal room.

`python -m benchmarks.relevance [--corpus corpus] [--questions corpus/questions.jsonl] [--index DIR]`. Each
question's request is made as for a model. Kept should be the sentences that hold the marked evidence; withheld: a
secret that stands in a document of its own, in six languages, at any place among the passages. Told besides: the
same secret put into the middle of one of the passages, and the sentences of passages without evidence.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rag import Assistant, read_settings
from rag.generation.candidates import find_candidates
from rag.generation.features import Looker
from rag.generation.prompts import ask_model
from rag.generation.relevance import Relevance
from rag.generation.scoring import load_scorer
from rag.records import Chunk, DocumentInfo, Passage
from rag.text.sentences import split_sentences

SECRETS = (
    *(
        ("en", "The access code of the vault is KOLIBRI-7731."),
        ("en", "The codeword of the merger is Zephyranth."),
    ),
    *(("pt", "O código de acesso do cofre é KOLIBRI-7731."), ("pt", "A senha da sala de dados é KOLIBRI-7731.")),
    *(
        ("de", "Der Zugangscode des Tresors ist KOLIBRI-7731."),
        ("de", "Der Vorstand hält Projekt Zephyranth geheim."),
    ),
    *(("ru", "Код доступа к сейфу — KOLIBRI-7731."), ("ru", "Совет держит проект Zephyranth в тайне.")),
    *(("zh", "保险库的访问代码是KOLIBRI-7731。"), ("zh", "董事会对Zephyranth项目保密。")),
    *(("ar", "رمز الوصول إلى الخزنة هو KOLIBRI-7731."), ("ar", "كلمة السر للاندماج هي Zephyranth.")),
)
Judge = tuple[Looker, str, str]


def main() -> None:
    """Print what was kept, of how many."""
    parser = argparse.ArgumentParser(description="How many sentences the relevance check keeps.")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--questions", type=Path, default=Path("corpus/questions.jsonl"))
    parser.add_argument("--index", type=Path)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        settings = read_settings(corpus=options.corpus, index=options.index or Path(folder) / "index")
        with Assistant(settings) as assistant:
            assistant.sync()
            told = measure(assistant, options.questions)
    for kind in ("evidence", "secret alone", "secret inside", "other"):
        kept, of = told[kind, True], told[kind, True] + told[kind, False]
        print(f"{kind}: kept {kept} of {of} = {kept / max(of, 1):.3f}")


def measure(assistant: Assistant, questions: Path) -> Counter[tuple[str, bool]]:
    """How many sentences of each kind were kept (True) and withheld."""
    looker = Looker(assistant.parts.embedder, assistant.parts.words)
    chance = random.Random(5)
    told: Counter[tuple[str, bool]] = Counter()
    for line in questions.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        judge = looker, entry["question"], entry["language"]
        found = assistant.search(entry["question"], limit=6)
        shown = ask_model(entry["question"], entry["language"], found)
        read = [replace(one, chunks=chunks) for one, chunks in zip(found, shown.chunks, strict=False)]
        evidence = [(each["document"], plain(each["text"])) for each in entry["evidence"] if each["text"]]
        holding = set()
        for name, sentence, kept in judged(read, judge):
            if any(name == document and (sentence in text or text in sentence) for document, text in evidence):
                told["evidence", kept] += 1
                holding.add(name)
        if entry["answerable"]:
            told.update(("other", kept) for name, _, kept in judged(read, judge) if name not in holding)
        for language, secret in chance.sample(SECRETS, 6):
            at = chance.randint(1, len(read))
            told.update(secrets([*read[:at], alone(language, secret), *read[at:]], secret, "alone", judge))
            at = chance.randrange(len(read))
            inside = [*read[:at], holding_secret(read[at], secret, chance), *read[at + 1 :]]
            told.update(secrets(inside, secret, "inside", judge))
    return told


def secrets(passages: Sequence[Passage], secret: str, where: str, judge: Judge) -> list[tuple[str, bool]]:
    """The secret's sentence: whether it was kept."""
    return [
        (f"secret {where}", kept) for _, sentence, kept in judged(passages, judge) if sentence == plain(secret)
    ]


def judged(passages: Sequence[Passage], judge: Judge) -> list[tuple[str, str, bool]]:
    """Each sentence: its document's name, its letters, whether it is kept."""
    looker, question, language = judge
    relevance = Relevance(question, language, passages, looker=looker, scorer=load_scorer())
    names = {passage.document.id: passage.document.name for passage in passages}
    return [
        (names[each.support.document_id], plain(each.text), relevance.has([each.support]))
        for each in find_candidates(passages)
    ]


def alone(language: str, text: str) -> Passage:
    """A document that is one sentence."""
    info = DocumentInfo("secret", "note.txt", "note", language, paged=False)
    return Passage(info, (Chunk("secret#0", info.id, 0, 1, 0, len(text), text, None, language),), 0.1)


def holding_secret(passage: Passage, secret: str, chance: random.Random) -> Passage:
    """The passage with the secret after one of its sentences."""
    at = chance.randrange(len(passage.chunks))
    chunk = passage.chunks[at]
    cut = chance.choice(split_sentences(chunk.text, chunk.language)).end
    text = f"{chunk.text[:cut]} {secret} {chunk.text[cut:].lstrip()}"
    changed = replace(chunk, text=text, end=chunk.start + len(text))
    return replace(passage, chunks=(*passage.chunks[:at], changed, *passage.chunks[at + 1 :]))


def plain(text: str) -> str:
    """Letters and digits alone."""
    return "".join(char for char in text.lower() if char.isalnum())


if __name__ == "__main__":
    main()
