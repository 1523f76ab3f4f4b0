"""Questions offered on the empty page; one is shown only where its document is in the index."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Example:
    """A question in one language about a document of the sample corpus, mostly in another."""

    language: str
    question: str
    document: str


_PARTNERS: Final = "press/openai-foxconn-parceria-hardware.html"

# Something asked in every language of the page.
_EVERYWHERE: Final = (
    Example(
        "ar",
        "ما المحكمة المختصة بالنزاعات المتعلقة بقرض البنك الإيطالي؟",
        "contracts/contratto-finanziamento-ponte.pdf",
    ),
    Example("bg", "Кога OpenAI и Foxconn обявиха сътрудничеството си?", _PARTNERS),
    Example("cs", "Kdy OpenAI a Foxconn oznámily svou spolupráci?", _PARTNERS),
    Example("da", "Hvornår offentliggjorde OpenAI og Foxconn deres samarbejde?", _PARTNERS),
    Example("de", "Welche Teile sollen neben den Racks noch in den USA hergestellt werden?", _PARTNERS),
    Example("el", "Πότε ανακοινώθηκε η συνεργασία της OpenAI με τη Foxconn;", _PARTNERS),
    Example(
        "en", "How much VAT is the Polish subsidiary fighting over?", "summaries/solvenar-polska-due-diligence.md"
    ),
    Example("es", "¿Cuándo anunciaron OpenAI y Foxconn su colaboración?", _PARTNERS),
    Example("fi", "Milloin OpenAI ja Foxconn ilmoittivat yhteistyöstään?", _PARTNERS),
    Example("fr", "Quand OpenAI et Foxconn ont-ils annoncé leur collaboration ?", _PARTNERS),
    Example("he", "מתי הודיעו OpenAI ו־Foxconn על שיתוף הפעולה ביניהן?", _PARTNERS),
    Example("hi", "क्या सूर्यांश जर्मन तकनीक से बना माल जापान भेज सकती है?", "press/suryansh-urja-bhandaran-pune.html"),
    Example("hu", "Mikor jelentette be az OpenAI és a Foxconn az együttműködését?", _PARTNERS),
    Example("id", "Kapan OpenAI dan Foxconn mengumumkan kerja sama mereka?", _PARTNERS),
    Example("it", "Quando hanno annunciato la loro collaborazione OpenAI e Foxconn?", _PARTNERS),
    Example("ja", "OpenAI と Foxconn はいつ提携を発表しましたか？", _PARTNERS),
    Example("ko", "OpenAI와 Foxconn은 언제 협력을 발표했나요?", _PARTNERS),
    Example("nl", "Wanneer maakten OpenAI en Foxconn hun samenwerking bekend?", _PARTNERS),
    Example("no", "Når kunngjorde OpenAI og Foxconn samarbeidet sitt?", _PARTNERS),
    Example(
        "pl",
        "Ile kosztuje program do zarządzania magazynem w nowym terminalu?",
        "press/altynsay-logistika-sukhoy-port.pdf",
    ),
    Example("pt", "Quando a OpenAI e a Foxconn anunciaram a colaboração?", _PARTNERS),
    Example("ro", "Când și-au anunțat OpenAI și Foxconn colaborarea?", _PARTNERS),
    Example("ru", "Кто консультировал покупателя по финансовым вопросам?", "summaries/deal-timeline.md"),
    Example("sv", "När offentliggjorde OpenAI och Foxconn sitt samarbete?", _PARTNERS),
    Example("th", "OpenAI ประกาศความร่วมมือกับ Foxconn เมื่อวันที่เท่าไร", _PARTNERS),
    Example("tr", "OpenAI ve Foxconn iş birliğini hangi tarihte duyurdu?", _PARTNERS),
    Example("uk", "Коли OpenAI і Foxconn оголосили про співпрацю?", _PARTNERS),
    Example("vi", "OpenAI và Foxconn công bố hợp tác khi nào?", _PARTNERS),
    Example("zh", "OpenAI 和 Foxconn 何时宣布合作？", _PARTNERS),
)

# What questions in one language about documents in another are like.
_ACROSS: Final = (
    Example(
        "de",
        "Bis wann soll die polnische Tochter die neue Umweltgenehmigung beantragen?",
        "summaries/solvenar-polska-due-diligence.md",
    ),
    Example(
        "en",
        "How much subsidy did the Indian state government approve for the battery plant?",
        "press/suryansh-urja-bhandaran-pune.html",
    ),
    Example("zh", "每个电池模块的价格是多少？", "contracts/liefervertrag-solvenar-brueckhain.pdf"),
    Example(
        "pl",
        "Ile kosztuje program do zarządzania magazynem w nowym terminalu?",
        "press/altynsay-logistika-sukhoy-port.pdf",
    ),
    Example("ar", "من هو رئيس مجلس إدارة نوران؟", "minutes/nouran-board-minutes-2025-04.pdf"),
    Example(
        "pt",
        "A OpenAI é obrigada a comprar os sistemas que vai desenvolver com a Foxconn?",
        "press/openai-foxconn-parceria-hardware.html",
    ),
    Example(
        "nl",
        "Wie is de voorzitter van Foxconn?",
        "press/openai-foxconn-parceria-hardware.html",
    ),
)

EXAMPLES: Final = (*_EVERYWHERE, *_ACROSS)


def fitting_examples(names: Collection[str], language: str, limit: int = 6) -> list[Example]:
    """At most `limit` examples whose document is there: the page's language first, then others."""
    own = [example for example in EXAMPLES if example.language == language]
    others = [example for example in _ACROSS if example.language != language]
    return [example for example in (*own, *others) if example.document in names][:limit]
