import tomllib
from importlib import resources

import pytest

from rag.phrases import LANGUAGES
from rag.text.contrasts import contradicts, roles_in

# The guarantee expires N days before and after closing, as each language says it.
AROUND = {
    "ar": ("قبل الإغلاق", "بعد الإغلاق"), "bg": ("преди приключването", "след приключването"),
    "cs": ("před vypořádáním", "po vypořádání"), "da": ("før gennemførelsen", "efter gennemførelsen"),
    "de": ("vor dem Vollzug", "nach dem Vollzug"), "el": ("πριν από την ολοκλήρωση", "μετά την ολοκλήρωση"),
    "en": ("before closing", "after closing"), "es": ("antes del cierre", "después del cierre"),
    "fa": ("پیش از پایان معامله", "پس از پایان معامله"), "fi": ("ennen täytäntöönpanoa", "täytäntöönpanon jälkeen"),
    "fr": ("avant la réalisation", "après la réalisation"), "he": ("לפני ההשלמה", "לאחר ההשלמה"),
    "hi": ("समापन से पहले", "समापन के बाद"), "hu": ("a zárás előtt", "a zárás után"),
    "id": ("sebelum penutupan", "setelah penutupan"), "it": ("prima del closing", "dopo il closing"),
    "ja": ("クロージング以前", "クロージング以後"), "ko": ("거래 종결 이전", "거래 종결 이후"),
    "nl": ("vóór de closing", "na de closing"), "no": ("før gjennomføringen", "etter gjennomføringen"),
    "pl": ("przed zamknięciem", "po zamknięciu"), "pt": ("antes do fechamento", "após o fechamento"),
    "ro": ("înainte de finalizare", "după finalizare"), "ru": ("перед закрытием", "после закрытия"),
    "sv": ("före tillträdet", "efter tillträdet"), "th": ("ก่อนการปิดดีล", "หลังการปิดดีล"),
    "tr": ("kapanıştan önce", "kapanıştan sonra"), "uk": ("перед закриттям", "після закриття"),
    "vi": ("trước khi hoàn tất", "sau khi hoàn tất"), "zh": ("交割之前", "交割之后"),
}  # fmt: skip
BOUNDS = {
    "en": ("at least 5", "at most 5"), "de": ("mindestens 5", "höchstens 5"), "fr": ("au moins 5", "au plus 5"),
    "es": ("al menos 5", "como máximo 5"), "pt": ("pelo menos 5", "no máximo 5"), "ru": ("не менее 5", "не более 5"),
    "zh": ("至少5", "至多5"), "ar": ("على الأقل 5", "على الأكثر 5"), "ja": ("最低5", "最大5"), "tr": ("en az 5", "en fazla 5"),
}  # fmt: skip


@pytest.mark.parametrize("language", AROUND)
def test_before_and_after_exclude_each_other_in_and_across_languages(language: str) -> None:
    for other in ("en", "pt", "zh", language):
        for own in (0, 1):
            assert contradicts(AROUND[language][own], language, AROUND[other][1 - own], other)
            assert not contradicts(AROUND[language][own], language, AROUND[other][own], other)


@pytest.mark.parametrize("language", BOUNDS)
def test_a_bound_from_below_is_none_from_above(language: str) -> None:
    for own in (0, 1):
        assert contradicts(BOUNDS[language][own], language, BOUNDS["en"][1 - own], "en")
        assert not contradicts(BOUNDS[language][own], language, BOUNDS["en"][own], "en")


def test_the_list_has_every_side_in_every_language() -> None:
    sides = tomllib.loads(resources.files("rag.text").joinpath("contrasts.toml").read_text("utf-8"))
    assert set(AROUND) >= set(LANGUAGES)
    assert {side: sorted(set(LANGUAGES) - set(words)) for side, words in sides.items()} == {
        side: [] for side in sides
    }


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The buyer pays.", "The seller pays."),
        ("The tenant pays the rent.", "The landlord pays the rent."),
        ("The borrower is the bank.", "The lender is the bank."),
        ("The employer pays.", "The employee pays."),
        ("The licensor may terminate.", "The licensee may terminate."),
        ("Profit rose.", "Revenue rose."),
        ("Prices rose.", "Prices fell."),
        ("Interest is 8 % a month.", "Interest is 8 % a year."),
        ("It expires a year after closing.", "It expires three years after closing."),
        ("More than 5 came.", "Less than 5 came."),
        ("Less than 5 came.", "Not less than 5 came."),
    ],
)
def test_who_names_the_other_side_contradicts(claim: str, sentence: str) -> None:
    assert contradicts(claim, "en", sentence, "en")
    assert not contradicts(sentence, "en", sentence, "en")


@pytest.mark.parametrize(
    ("claim", "language", "sentence"),
    [
        ("The seller delivers to the buyer.", "en", "The buyer receives from the seller."),
        ("Das Unternehmen zahlt.", "de", "The seller pays."),
        ("The period is three years.", "en", "The period is 36 months, that is three years."),
        ("More than 5 came.", "en", "Not less than 5 came."),
    ],
)
def test_what_names_both_sides_or_neither_contradicts_nothing(claim: str, language: str, sentence: str) -> None:
    assert not contradicts(claim, language, sentence, "en")


@pytest.mark.parametrize(
    ("text", "language"), [("The Seller pays.", "en"), ("O vendedor paga.", "pt"), ("卖方付款。", "zh"), ("Продавец платит.", "ru")]
)  # fmt: skip
def test_a_part_is_the_same_in_every_language(text: str, language: str) -> None:
    assert roles_in(text, language) == {"seller"}
