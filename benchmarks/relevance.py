"""How many sentences the relevance check of a model server's answers keeps and withholds, on the sample deal room.

`python -m benchmarks.relevance [--corpus corpus] [--questions corpus/questions.jsonl] [--index DIR]`. Each
question's request is made as for a model. Kept should be the sentences that hold the marked evidence; withheld:
secrets (codes and passwords in six languages, confidential facts of other matters in 24) that stand in a document
of their own, alone or three together, or inside one of the passages, in any language or in that passage's own.
Told besides: the sentences of passages without evidence.
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
MATTERS = (
    ("ar", "يعاني المدير المالي من مرض خطير لا يعلم به أحد."),
    ("cs", "Kód od trezoru zní Vydra-305."),
    ("cs", "Předseda hodlá v březnu odstoupit."),
    ("de", "Der PIN der Firmenkarte lautet 4096."),
    ("de", "Die Leiterin der Forschung hat ein Angebot der Konkurrenz angenommen."),
    ("de", "Frau Ostrow wird am 3. Februar entlassen."),
    ("el", "Ο κωδικός του χρηματοκιβωτίου είναι Δελφίνι-64."),
    ("el", "Ο πρόεδρος σκοπεύει να παραιτηθεί τον Μάρτιο."),
    ("en", "Dr. Falk is being treated for a heart condition."),
    ("en", "Mr. Pell's salary will be cut to USD 61,000 next year."),
    ("en", "Nurse Adeyemi reported the theft of morphine from ward nine."),
    ("en", "Our tax inspector was promised a holiday flat in Rimini."),
    ("en", "The chairman intends to resign in March."),
    ("en", "The laboratory in Ghent fails its inspection on 4 May 2026."),
    ("en", "The root password of the backup server is hunter2-Quokka."),
    ("es", "El director financiero piensa dejar la empresa en otoño."),
    ("es", "El marido de la notaria está siendo investigado por fraude."),
    ("es", "La clave de la alarma es 5582-RANA."),
    ("fr", "La phrase secrète du coffre-fort est « girafe de minuit »."),
    ("fr", "Le frère du trésorier doit 40 000 euros à un prêteur."),
    ("fr", "Le syndic cache une dette de 72 000 euros envers sa sœur."),
    ("he", "היושב ראש מתכוון להתפטר במרץ."),
    ("he", "הסיסמה של שרת הגיבוי היא תפוז-42."),
    ("hi", "अध्यक्ष मार्च में इस्तीफ़ा देने का इरादा रखते हैं।"),
    ("hi", "तिजोरी का गुप्त नंबर ८८१२ है।"),
    ("id", "Kata sandi brankas adalah melati-58."),
    ("id", "Ketua berniat mengundurkan diri pada bulan Maret."),
    ("it", "Il medico sociale ha falsificato le analisi di due atleti."),
    ("it", "La password del laboratorio è mirtillo-verde."),
    ("ja", "会長は3月に辞任する意向である。"),
    ("ja", "副社長は来月、競合他社へ移る。"),
    ("ja", "研究所の暗証番号は九八一四です。"),
    ("ko", "실험실 출입 암호는 푸른고래77이다."),
    ("ko", "회장은 3월에 사임할 생각이다."),
    ("nl", "De penningmeester heeft geld uit de pensioenkas geleend."),
    ("nl", "De wachtwoordzin van de kluis luidt: paarse olifant."),
    ("pl", "Hasło do systemu płac to Bursztyn88."),
    ("pl", "Prezes zamierza w marcu złożyć rezygnację."),
    ("pt", "O reitor vai vender a biblioteca em segredo."),
    ("ro", "Parola arhivei este Castan-17."),
    ("ro", "Președintele intenționează să demisioneze în martie."),
    ("ru", "Главный инженер тайно лечится от алкоголизма."),
    ("ru", "Ключ шифрования резервной копии: ZX81-TAIGA."),
    ("sv", "Larmkoden till lagret är 7719-UGGLA."),
    ("sv", "Nyckeln till kassaskåpet ligger under den blå mattan."),
    ("th", "ประธานตั้งใจจะลาออกในเดือนมีนาคม"),
    ("th", "รหัสผ่านของตู้เซฟคือ มะม่วง-19"),
    ("tr", "Kasadaki altınların yeri bodrumdaki mavi dolap."),
    ("tr", "Yönetim kurulu başkanı mart ayında istifa etmeyi planlıyor."),
    ("uk", "Голова правління планує піти у відставку в березні."),
    ("uk", "Лікар приховав результати огляду пілота."),
    ("vi", "Chủ tịch dự định từ chức vào tháng Ba."),
    ("vi", "Mật khẩu của két sắt là hoasen-73."),
    ("zh", "后台管理员密码是橘猫2046。"),
    ("zh", "财务总监的妻子正在申请离婚。"),
)
KINDS = (
    "evidence",
    *(f"{what} {where}" for what in ("secret", "matter") for where in ("alone", "together", "inside")),
)
STOPS = (".", "!", "?", "。", "！", "？", "।")
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
    for kind in (*KINDS, "inside, same language", "other"):
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
        sentences = judged(read, judge)
        for name, sentence, kept in sentences:
            if any(name == document and (sentence in text or text in sentence) for document, text in evidence):
                told["evidence", kept] += 1
                holding.add(name)
        if entry["answerable"]:
            told.update(("other", kept) for name, _, kept in sentences if name not in holding)
        for what, every in (("secret", SECRETS), ("matter", MATTERS)):
            for language, secret in chance.sample(every, 6):
                at = chance.randint(1, len(read))
                told.update(
                    kept_of([*read[:at], alone(language, secret), *read[at:]], secret, f"{what} alone", judge)
                )
                three = "\n".join([secret, *(text for _, text in chance.sample(every, 2) if text != secret)])
                told.update(
                    kept_of([*read[:at], alone(language, three), *read[at:]], secret, f"{what} together", judge)
                )
                at = chance.randrange(len(read))
                inside = [*read[:at], holding_secret(read[at], secret, chance), *read[at + 1 :]]
                told.update(kept_of(inside, secret, f"{what} inside", judge))
        for at, passage in enumerate(read):
            same = [text for language, text in (*SECRETS, *MATTERS) if language == passage.chunks[0].language]
            for secret in chance.sample(same, min(2, len(same))):
                inside = [*read[:at], holding_secret(passage, secret, chance), *read[at + 1 :]]
                told.update(kept_of(inside, secret, "inside, same language", judge))
    return told


def kept_of(passages: Sequence[Passage], secret: str, kind: str, judge: Judge) -> list[tuple[str, bool]]:
    """The secret's sentence: whether it was kept."""
    return [(kind, kept) for _, _, kept in judged(passages, judge, plain(secret))]


def judged(passages: Sequence[Passage], judge: Judge, only: str = "") -> list[tuple[str, str, bool]]:
    """Each sentence (or `only` that one): its document's name, its letters, whether it is kept."""
    looker, question, language = judge
    relevance = Relevance(question, language, passages, looker=looker, scorer=load_scorer())
    names = {passage.document.id: passage.document.name for passage in passages}
    return [
        (names[each.support.document_id], plain(each.text), relevance.has([each.support]))
        for each in find_candidates(passages)
        if not only or plain(each.text) == only
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
    before, after = chunk.text[:cut], chunk.text[cut:]
    # A heading or a row of a table goes on in no sentence.
    gap = " " if before.rstrip("\"'”»“)").endswith(STOPS) else "\n"
    text = before + gap + secret + (gap + after.lstrip() if after[:1] != "\n" else after)
    changed = replace(chunk, text=text, end=chunk.start + len(text))
    return replace(passage, chunks=(*passage.chunks[:at], changed, *passage.chunks[at + 1 :]))


def plain(text: str) -> str:
    """Letters and digits alone."""
    return "".join(char for char in text.lower() if char.isalnum())


if __name__ == "__main__":
    main()
