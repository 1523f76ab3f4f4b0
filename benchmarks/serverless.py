"""What the possibility of a model server costs those who have none: a ratio within one run.

`python -m benchmarks.serverless [--rounds 20]`. The same questions over the sample contracts, once as they
are asked where no server is set, once with the quoting generator alone (`--no-model`).
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rag import Assistant, read_settings

CORPUS = Path(__file__).resolve().parent.parent / "corpus" / "contracts"
QUESTIONS = (
    ("What is the purchase price for the Shares?", "en"),
    ("Welches Recht gilt für den Vertrag?", "de"),
    ("Qual é o prazo de pagamento?", "pt"),
)


def main() -> None:
    """Print the median of each way and their ratio; 1 = nothing is slower."""
    parser = argparse.ArgumentParser(description="What a model server that is not there costs.")
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        assistant = Assistant(read_settings(corpus=CORPUS, index=Path(folder), environment={}))
        assistant.sync()

        def whole(question: str, language: str) -> None:
            assistant.ask(question, language, use_model=True)

        def bare(question: str, language: str) -> None:
            assistant.ask(question, language, use_model=False)

        whole(*QUESTIONS[0])
        ways = {"no server set": whole, "--no-model": bare}
        taken = measure(ways, rounds)
        assistant.close()
    for name, seconds in taken.items():
        print(f"{name}: {seconds * 1000:.1f} ms, ratio {seconds / taken['--no-model']:.2f}")


def measure(ways: dict[str, Callable[[str, str], None]], rounds: int) -> dict[str, float]:
    """The median seconds of a question each way; the ways take turns, so that a busy machine slows both."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        # Who goes second finds the question in the caches: the order changes with each round.
        order = list(ways.items())[:: -1 if number % 2 else 1]
        for question, language in QUESTIONS:
            for name, way in order:
                begin = time.perf_counter()
                way(question, language)
                seconds[name].append(time.perf_counter() - begin)
    return {name: statistics.median(each) for name, each in seconds.items()}


if __name__ == "__main__":
    main()
