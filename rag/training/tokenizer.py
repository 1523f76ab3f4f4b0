"""Choose the pieces: whole frequent words of every language, characters and pairs of scripts without blanks.

`python -m rag.training.tokenizer --pairs DIR --out DIR [--size N]` counts words per language, gives each language
its share, learns byte-pair merges on them (Sennrich et al. 2016, which keeps frequent words whole), and turns the
result into a unigram model (Kudo 2018): it is half the size on disk, and its best path favours the longest
frequent pieces. Characters outside the vocabulary become bytes, so there is no unknown.
"""

import argparse
import json
import logging
import math
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE, Unigram
from tokenizers.trainers import BpeTrainer

from rag.training.batches import SOURCE_FACTOR
from rag.training.lexicon import DICTIONARIES, Floats, commonness, dictionary_words, names_of, prose_words
from rag.training.pairs import Ints, Pairs, open_pairs

log = logging.getLogger(__name__)

MARK = "\u2581"  # stands before the first piece of a word
UNKNOWN = "<unk>"
_NO_BLANKS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORDS = (
    r"[\p{Han}\u3005]+|[\p{Hiragana}]+|[\p{Katakana}\u30FC]+|[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+"
    rf"|[\p{{L}}\p{{M}}&&[^{_NO_BLANKS}\u30FC\u3005]]+|\p{{Nd}}+|[\p{{Sc}}%]"
)
# Cut off, so that what remains is the dictionary's word: the Arabic article with the letters written onto it,
# Korean particles and the verb that makes verbs of nouns.
_ARTICLE = r"^(?:[\u0648\u0641\u0628\u06a9\u0644]?\u0627\u0644|[\u0648\u0641]?\u0644\u0644)(?=[\u0621-\u06ff]{3})"
_PARTICLES = (
    "에서는|에서도|에서의|에서|으로는|으로|에게|에는|까지|부터|이라는|이라고|라고|라는|이다|였다|이었다|보다|처럼|"
    "하는|하고|하여|했다|한다|합니다|했습니다|하였다|하기|하면|하며|했으며|한|할|해|되는|되어|되었다|되었습니다|됐다|된다|됩니다|된|"
    "들은|들을|들의|들이|들에게|[을를은는이가의에로와과도만들]"
)
_AFFIXES = rf"{_ARTICLE}|(?<=[가-힣]{{2}})(?:{_PARTICLES})$"
_FOLDS = (
    ("[\u064b-\u065f\u0640\u0670\u0591-\u05c7\u0307]", ""),  # Arabic and Hebrew points, the dot of a lowered I
    ("[\u0623\u0625\u0622\u0671]", "\u0627"),  # forms of alef
    ("[\u064a\u0649]", "\u06cc"),  # Arabic and Persian yeh
    ("\u0643", "\u06a9"),  # Arabic and Persian kaf
    ("\u0451", "\u0435"),  # Russian yo
)

# Shares of the vocabulary: English is the pivot; the languages of the interface come before the rest.
_SHARE = {"en": 3.0, "zh": 1.3, "ja": 1.2, "ko": 1.2, "th": 1.1}
_SMALLER = frozenset(["ca", "gl", "hr", "sk", "sl", "sr", "et", "lt", "lv", "is", "ms", "pt-pt", "ur", "bn"])
# Languages that write words together: their dictionary words are known inside of others too.
_COMPOUNDING = frozenset(["ar", "fa", "he", "de", "nl", "sv", "da", "no", "fi", "hu", "is"])
_COMPOUNDS = 1_000
SENTENCES_PER_LANGUAGE = 60_000
_MASS = 260_000  # word occurrences that a language of share 1 brings to the merges


def make_normalizer() -> normalizers.Normalizer:
    """Return NFKC, lower case, and the folds of scripts that are written with and without points."""
    folds = [normalizers.Replace(Regex(pattern), by) for pattern, by in _FOLDS]
    return normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), *folds])


def make_words() -> pre_tokenizers.PreTokenizer:
    """Return the cut into words, numbers and currency signs; punctuation is dropped, some affixes stand alone."""
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), behavior="removed", invert=True),
            pre_tokenizers.Split(Regex(_AFFIXES), behavior="isolated"),
        ]
    )


def choose_texts(pairs: Pairs, language: int, *, limit: int) -> tuple[Ints, Ints]:
    """Return up to `limit` sentences of a language, drawn as in training, and all texts of word lists."""
    row = pairs.row_of_text()
    own = np.flatnonzero((pairs.languages == language) & (pairs.parts[row] == 0))
    names = pairs.meta["sources"]
    source = pairs.sources[row[own]]
    is_word = np.isin(source, [names.index(name) for name in pairs.meta["words"]])
    words, sentences, source = own[is_word], own[~is_word], source[~is_word]
    if len(sentences) > limit:
        factor = np.array([SOURCE_FACTOR.get(name, 1.0) for name in names])
        weight = factor / np.sqrt(np.maximum(np.bincount(source, minlength=len(names)), 1))
        chance = weight[source] / weight[source].sum()
        rng = np.random.default_rng(language)
        sentences = rng.choice(sentences, size=limit, replace=False, p=chance)
    return sentences, words


def count_words(job: tuple[Path, int]) -> Counter[str]:
    """Count the marked words of one language over its sample; a dictionary's single word counts several times."""
    pairs = open_pairs(job[0])
    normalizer, cut = make_normalizer(), make_words()
    counts: Counter[str] = Counter()

    def words_of(text: str) -> list[str]:
        return [mark(word) for word, _ in cut.pre_tokenize_str(normalizer.normalize_str(text))]

    sentences, words = choose_texts(pairs, job[1], limit=SENTENCES_PER_LANGUAGE)
    for text in pairs.texts(sentences):
        counts.update(words_of(text))
    names = pairs.meta["sources"]
    dictionaries = [names.index(name) for name in DICTIONARIES if name in names]
    is_dictionary = np.isin(pairs.sources[pairs.row_of_text()[words]], dictionaries)
    for text, weigh in zip(pairs.texts(words), is_dictionary, strict=True):
        found = words_of(text)
        for word in found:
            counts[word] += 5 if weigh and len(found) == 1 else 1
    return counts


def mark(word: str) -> str:
    """Put the word mark before words of scripts with blanks."""
    return word if is_unblanked(word[0]) else MARK + word


def is_unblanked(char: str) -> bool:
    """Tell whether a character's script is written without blanks between words."""
    return (
        "\u0e00" <= char <= "\u0eff"
        or "\u1000" <= char <= "\u109f"
        or "\u2e80" <= char <= "\ua4cf"
        or ("\u1780" <= char <= "\u17ff" or "\uf900" <= char <= "\ufaff" or char > "\U0001f000")
    )


def balance(counts: dict[str, Counter[str]]) -> Counter[str]:
    """Add up the languages after scaling each to its share."""
    total: Counter[str] = Counter()
    for language, words in counts.items():
        share = _SHARE.get(language, 0.55 if language in _SMALLER else 1.0)
        # The root flattens the step from one domain's favourite words to the rest of the language.
        flat = {word: count**0.75 for word, count in words.items()}
        scale = share * _MASS / sum(flat.values())
        for word, value in flat.items():
            total[word] += value * scale
    return total


def learn_merges(words: Counter[str], size: int) -> Tokenizer:
    """Return a byte-pair model over weighted words."""

    def repeated() -> Iterator[str]:
        for word, weight in words.items():
            yield " ".join([word] * max(1, round(weight)))

    model = Tokenizer(BPE())
    model.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = BpeTrainer(
        vocab_size=size, min_frequency=2, limit_alphabet=9000, max_token_length=18, show_progress=False
    )
    model.train_from_iterator(repeated(), trainer)
    return model


def is_wanted(piece: str) -> bool:
    """Tell whether a piece is short enough: in scripts without blanks merges run over several words."""
    return not is_unblanked(piece[0]) or len(piece) <= (10 if piece[0] < "\u2e80" else 6)


def make_unigram(scores: dict[str, float]) -> Tokenizer:
    """Return the tokenizer with these log probabilities; bytes and the lone mark are always in it."""
    floor = min(scores.values()) - 2.0
    table = [(UNKNOWN, 0.0), *((f"<0x{byte:02X}>", round(floor, 1)) for byte in range(256))]
    # The lone mark is a last resort: otherwise inner pieces would take the place of first ones.
    table += [(MARK, round(floor, 1))]
    table += [(piece, round(score, 3)) for piece, score in sorted(scores.items()) if piece != MARK]
    tokenizer = Tokenizer(Unigram(table, unk_id=0, byte_fallback=True))
    tokenizer.normalizer = make_normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [make_words(), pre_tokenizers.Metaspace(replacement=MARK, prepend_scheme="always", split=False)]
    )
    return tokenizer


def count_pieces(model: Tokenizer, words: Counter[str]) -> dict[str, float]:
    """Return how often each piece of a model stands in the weighted words."""
    found = np.zeros(model.get_vocab_size())
    names = list(words)
    for first in range(0, len(names), 100_000):
        block = names[first : first + 100_000]
        ids = [encoding.ids for encoding in model.encode_batch_fast(block, add_special_tokens=False)]
        weights = np.repeat([words[word] for word in block], [len(one) for one in ids])
        flat = np.fromiter(chain.from_iterable(ids), dtype=np.int64, count=len(weights))
        found += np.bincount(flat, weights=weights, minlength=len(found))
    return {piece: float(found[number]) for piece, number in model.get_vocab().items()}


def fit_unigram(merges: Tokenizer, words: Counter[str], *, size: int) -> Tokenizer:
    """Weigh the pieces by their use and keep the `size` most useful; single characters seen twice stay.

    The weights start from the merges' own cuts and are counted again on the best paths (hard expectation).
    """
    counts = {piece: count for piece, count in count_pieces(merges, words).items() if is_wanted(piece)}
    for keep in (size + 4_000, size):
        total = sum(counts.values())
        scores = {piece: math.log((count + 0.5) / total) for piece, count in counts.items() if piece != UNKNOWN}
        model = Tokenizer(Unigram([(UNKNOWN, 0.0), *sorted(scores.items())], unk_id=0))
        counts = count_pieces(model, words)
        gain = {
            p: c * (1.0 if len(p) > 1 else 1e6) for p, c in counts.items() if c >= 2 and p not in (MARK, UNKNOWN)
        }
        best = sorted(gain, key=lambda piece: (-gain[piece], piece))[: keep - 258]
        counts = {piece: counts[piece] for piece in best}
    total = sum(counts.values())
    return make_unigram({piece: math.log((count + 0.5) / total) for piece, count in counts.items()})


def whole_words(job: tuple[Path, int, Floats]) -> tuple[list[str], list[str]]:
    """Return words of one language that are to be one piece: marked ones, and those to know inside others too."""
    pairs = open_pairs(job[0])
    normalizer, cut = make_normalizer(), make_words()

    def words_of(text: str) -> list[str]:
        return [word for word, _ in cut.pre_tokenize_str(normalizer.normalize_str(text))]

    found = dictionary_words(pairs, job[1], job[2], words_of)
    inside = [word for word in found if len(word) >= 4 or not word.isascii()][:_COMPOUNDS]
    words = dict.fromkeys(mark(word) for word in found + prose_words(pairs, job[1], words_of))
    return list(words), inside if names_of(pairs)[job[1]] in _COMPOUNDING else []


def add_whole(base: Tokenizer, words: Counter[str], *, marked: list[str], inside: list[str]) -> Tokenizer:
    """Return the tokenizer with these words as pieces, each a little likelier than the best cut of it.

    Those that may stand `inside` other words (German compounds, Hebrew prefixes) are less likely than whole ones.
    """
    table = json.loads(base.to_str())["model"]["vocab"]
    special = {UNKNOWN, MARK, *(f"<0x{byte:02X}>" for byte in range(256))}
    scores = {piece: score for piece, score in table if piece not in special}
    by_number = np.array([score for _, score in table])
    bare = Tokenizer(Unigram([(piece, score) for piece, score in table], unk_id=0, byte_fallback=True))
    total = sum(words.values())
    new = [word for word in marked if word not in scores]
    for word, encoding in zip(new, bare.encode_batch_fast(new, add_special_tokens=False), strict=True):
        best = float(by_number[encoding.ids].sum())
        scores[word] = max(math.log((words.get(word, 0.0) + 0.5) / total), best + 0.1)
    for word in inside:
        whole = scores.get(MARK + word)
        if whole is not None and word not in scores:
            scores[word] = whole - 2.0
    return make_unigram(scores)


def train(pairs_folder: Path, out: Path, *, size: int, processes: int = 2) -> Tokenizer:
    """Count, merge, weigh, add whole words, save under `out`, and return the tokenizer.

    `coarse.json` is the tokenizer without the added words: what it cuts, words that nobody has seen are cut into.
    """
    pairs = open_pairs(pairs_folder)
    names = pairs.meta["languages"]
    jobs = [(pairs_folder, number) for number in range(len(names))]
    common = commonness(pairs)
    with Pool(processes) as pool:
        lists = pool.map(whole_words, [(*job, common) for job in jobs], chunksize=1)
        log.info("whole words listed")
        found = pool.map(count_words, jobs, chunksize=1)
    words = balance(dict(zip(names, found, strict=True)))
    log.info("%d different words", len(words))
    words = Counter({word: weight for word, weight in words.items() if weight >= 1.0})
    log.info("%d after dropping the rarest", len(words))
    merges = learn_merges(words, int(size * 1.12))
    log.info("%d pieces from merges", merges.get_vocab_size())
    coarse = fit_unigram(merges, words, size=size)
    marked = list(dict.fromkeys(word for one, _ in lists for word in one))
    inside = list(dict.fromkeys(word for _, one in lists for word in one))
    tokenizer = add_whole(coarse, words, marked=marked, inside=inside)
    out.mkdir(parents=True, exist_ok=True)
    coarse.save(str(out / "coarse.json"), pretty=False)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    log.info("saved %d pieces, %d before the whole words", tokenizer.get_vocab_size(), coarse.get_vocab_size())
    return tokenizer


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True, help="folder that rag.training.data wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=130_000)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(options.pairs, options.out, size=options.size)


if __name__ == "__main__":
    main()
