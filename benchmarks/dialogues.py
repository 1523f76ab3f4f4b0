"""Asks ten conversations in five languages and prints them as Markdown: `docs/transcript.md` is made by this.

    python benchmarks/dialogues.py --article ARTICLE.txt > docs/transcript.md

Five are about one Portuguese press article (given with --article), five about the sample corpus.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rag import Answer, Assistant, read_settings

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
ARTICLE = (
    (
        "pt",
        ("Quem são os parceiros do acordo?", "Que componentes são mencionados?", "E onde será feita a produção?"),
    ),
    ("en", ("Which components are named?", "What does Sam Altman stress?", "And Young Liu?")),
    ("zh", ("提到了哪些组件？", "OpenAI的首席执行官是谁？", "那么富士康呢？")),
    ("ar", ("ما هي المكونات المذكورة؟", "من هو الرئيس التنفيذي لشركة OpenAI؟", "ومن هو رئيس Foxconn؟")),
    ("ru", ("Какие компоненты названы?", "Кто руководит OpenAI?", "А Foxconn?")),
)
DEAL_ROOM = (
    ("en", ("What is the purchase price for the Shares?", "When was it signed?", "And who is the guarantor?")),
    (
        "pt",
        ("Quando tornaram pública a colaboração a OpenAI e a Foxconn?", "E o montante?", "Quem dirige a OpenAI?"),
    ),
    (
        "ru",
        (
            "Кто генеральный подрядчик сухого порта «Алтынсай Логистика»?",
            "А когда он должен закончить работы?",
            "А какая неустойка за просрочку?",
        ),
    ),
    ("zh", ("青岚精密可转换公司债券的期限是多久？", "那么初始转股价格呢？", "E quem é o auditor?")),
    ("ar", ("ما نسبة مشاركة نوران في رأس مال الشركة المستحوذة؟", "وما المبلغ؟", "ومن امتنع عن التصويت؟")),
)
HEAD = """# Ten conversations in five languages and scripts

Made by `python benchmarks/dialogues.py --article ARTICLE.txt`: the first five about one Portuguese press article
on the OpenAI-Foxconn partnership, the others about the sample corpus. Each answer stands as it was printed, right
or wrong, with its notes in brackets.
"""


def main() -> None:
    """Index article and corpus in a temporary folder, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--article", type=Path, required=True)
    article = parser.parse_args().article
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with Assistant(read_settings(corpus=place / "article", index=place / "article-index")) as assistant:
            assistant.add([article])
            for number, (language, questions) in enumerate(ARTICLE, 1):
                show(assistant, f"{number}. The article, {language}", questions)
        with Assistant(read_settings(corpus=CORPUS, index=place / "corpus-index")) as assistant:
            assistant.sync()
            for number, (language, questions) in enumerate(DEAL_ROOM, len(ARTICLE) + 1):
                show(assistant, f"{number}. The deal room, {language}", questions)


def show(assistant: Assistant, title: str, questions: Sequence[str]) -> None:
    """One conversation, each question with its answer."""
    print(f"## {title}\n")
    talk: list[Answer] = []
    for question in questions:
        answer = assistant.ask(question, history=talk)
        talk.append(answer)
        notes = "".join(f"\n({note})" for note in answer.notes)
        print(f"**{question}**\n\n```\n{answer.text}{notes}\n```\n")


if __name__ == "__main__":
    main()
