import pytest

from rag.text.values import Value, find_values, same_value, say_value


def found(text: str, language: str) -> list[tuple[str, str, str]]:
    values = find_values(text, language)
    assert all(text[value.start : value.end] == value.text for value in values)
    return [(value.kind, value.text, value.normal) for value in values]


def only(text: str, language: str) -> Value:
    values = find_values(text, language)
    assert len(values) == 1, values
    return values[0]


# The twentieth of November 2025, an amount, a percentage and a duration in every language.
TEXTS = {
    "ar": ("٢٠ نوفمبر ٢٠٢٥", "15 مليون دولار أمريكي", "USD 15000000", "١٢٫٥٪", "30 يوما", "P30D"),
    "bg": ("20 ноември 2025", "15 млн. лв.", "BGN 15000000", "12,5 процента", "30 дни", "P30D"),
    "cs": ("20. listopadu 2025", "15 mil. Kč", "CZK 15000000", "12,5 %", "10 pracovních dnů", "P10WD"),
    "da": ("20. november 2025", "15 mio. kr.", "DKK 15000000", "12,5 procent", "30 dage", "P30D"),
    "de": ("20. November 2025", "2,5 Mrd. €", "EUR 2500000000", "12,5 %", "30 Tage", "P30D"),
    "el": ("20 Νοεμβρίου 2025", "15 εκατ. ευρώ", "EUR 15000000", "12,5 τοις εκατό", "30 ημερών", "P30D"),
    "en": ("20 November 2025", "US$ 4.2 billion", "USD 4200000000", "12.5%", "45 business days", "P45WD"),
    "es": (
        "20 de noviembre de 2025",
        "1.500 millones de euros",
        "EUR 1500000000",
        "12,5 por ciento",
        "30 días",
        "P30D",
    ),
    "fi": ("20. marraskuuta 2025", "15 miljoonaa euroa", "EUR 15000000", "12,5 prosenttia", "30 päivää", "P30D"),
    "fr": ("20 novembre 2025", "2,5 milliards d’euros", "EUR 2500000000", "12,5 %", "3 mois", "P3M"),
    "he": ("20 בנובמבר 2025", '15 מיליון ש"ח', "ILS 15000000", "12.5 אחוזים", "30 ימים", "P30D"),
    "hi": ("20 नवंबर 2025", "३० करोड़ रुपये", "INR 300000000", "12.5 प्रतिशत", "30 दिनों", "P30D"),
    "hu": ("2025. november 20", "15 millió forint", "HUF 15000000", "12,5 százalék", "3 hónap", "P3M"),
    "id": ("20 November 2025", "Rp 15 miliar", "IDR 15000000000", "12,5 persen", "30 hari", "P30D"),
    "it": ("20 novembre 2025", "2,5 miliardi di euro", "EUR 2500000000", "12,5 per cento", "30 giorni", "P30D"),
    "ja": ("2025年11月20日", "12億3,400万円", "JPY 1234000000", "12.5％", "3か月", "P3M"),
    "ko": ("2025년 11월 20일", "12억 3,400만 원", "KRW 1234000000", "12.5퍼센트", "3개월", "P3M"),
    "nl": ("20 november 2025", "€ 15 miljoen", "EUR 15000000", "12,5 procent", "10 werkdagen", "P10WD"),
    "no": ("20. november 2025", "15 millioner kroner", "NOK 15000000", "12,5 prosent", "30 dager", "P30D"),
    "pl": ("20 listopada 2025", "15 mln zł", "PLN 15000000", "12,5%", "10 dni roboczych", "P10WD"),
    "pt": ("20 de novembro de 2025", "R$ 1,5 mil milhões", "BRL 1500000000", "12,5 por cento", "30 dias", "P30D"),
    "ro": ("20 noiembrie 2025", "15 milioane de lei", "RON 15000000", "12,5 la sută", "30 de zile", "P30D"),
    "ru": ("20 ноября 2025", "15 млн руб.", "RUB 15000000", "12,5 процента", "10 рабочих дней", "P10WD"),
    "sv": ("20 november 2025", "15 miljoner kronor", "SEK 15000000", "12,5 procent", "30 dagar", "P30D"),
    "th": ("20 พฤศจิกายน พ.ศ. 2568", "๑๕ ล้านบาท", "THB 15000000", "ร้อยละ 12.5", "30 วัน", "P30D"),
    "tr": ("20 Kasım 2025", "15 milyon TL", "TRY 15000000", "yüzde 12,5", "30 gün", "P30D"),
    "uk": ("20 листопада 2025", "15 млн грн", "UAH 15000000", "12,5 відсотка", "30 днів", "P30D"),
    "vi": ("ngày 20 tháng 11 năm 2025", "15 tỷ đồng", "VND 15000000000", "12,5 phần trăm", "30 ngày", "P30D"),
    "zh": ("2025年11月20日", "人民币5亿元", "CNY 500000000", "12.5%", "三个月", "P3M"),
}


@pytest.mark.parametrize("language", TEXTS)
def test_dates_amounts_percentages_and_durations_are_found_in_every_language(language: str):
    date, money, amount, percent, duration, normal = TEXTS[language]
    text = f"{date}; {money}; {percent}; {duration}"
    assert found(text, language) == [
        ("date", date, "2025-11-20"),
        ("money", money, amount),
        ("percent", percent, "12.5%"),
        ("duration", duration, normal),
    ]


@pytest.mark.parametrize(
    ("text", "language", "normal"),
    [
        ("1.234.567,89 EUR", "de", "EUR 1234567.89"),
        ("EUR 1,234,567.89", "en", "EUR 1234567.89"),
        ("1 234 567,89 €", "fr", "EUR 1234567.89"),
        ("1’234’567.89 CHF", "de", "CHF 1234567.89"),
        ("₹5,00,000", "en", "INR 500000"),
        ("2 mil millones de dólares", "es", "$ 2000000000"),
        ("Rs 40 lakh", "en", "INR 4000000"),
        ("3 Billionen Euro", "de", "EUR 3000000000000"),
        ("3 billion euros", "en", "EUR 3000000000"),
        ("3000万美元", "zh", "USD 30000000"),
        ("3 หมื่นล้านบาท", "th", "THB 30000000000"),
        ("$1.5m", "en", "$ 1500000"),
    ],
)
def test_amounts_are_read_with_the_marks_and_scales_of_their_language(text: str, language: str, normal: str):
    assert found(text, language) == [("money", text, normal)]


@pytest.mark.parametrize(
    ("text", "language", "normal"),
    [
        ("2025-11-20", "en", "2025-11-20"),
        ("20.11.2025", "de", "2025-11-20"),
        ("20/11/2025", "pt", "2025-11-20"),
        ("2025. 11. 20.", "ko", "2025-11-20"),
        ("令和7年11月20日", "ja", "2025-11-20"),
        ("November 20, 2025", "en", "2025-11-20"),
        ("03/04/2025", "fr", "2025-04-03"),
        ("13/04/2025", "en", "2025-04-13"),
        ("novembro de 2025", "pt", "2025-11"),
        ("11月20日", "zh", "--11-20"),
        ("Q3 2025", "en", "2025-Q3"),
        ("2025年第三季度", "zh", "2025-Q3"),
        ("3º trimestre de 2025", "pt", "2025-Q3"),
        ("2025 marraskuu", "fi", "2025"),
        ("Innocentius 1492'de öldü", "tr", "1492"),
        ("основан в 1477 году", "ru", "1477"),
        ("ميلاده في سنة 525م", "ar", "0525"),
        ("ก่อตั้งเมื่อปี 2547", "th", "2004"),
    ],
)
def test_dates_are_read_in_their_many_forms(text: str, language: str, normal: str):
    assert [value.normal for value in find_values(text, language) if value.kind == "date"] == [normal]


@pytest.mark.parametrize(
    ("text", "language", "kind", "normal"),
    [
        ("thirty (30) days", "en", "duration", "P30D"),
        ("twenty-four months", "en", "duration", "P24M"),
        ("zwölf Monate", "de", "duration", "P12M"),
        ("um ano", "pt", "duration", "P1Y"),
        ("três dias úteis", "pt", "duration", "P3WD"),
        ("sesenta días", "es", "duration", "P60D"),
        ("тридцати дней", "ru", "duration", "P30D"),
        ("kolmen kuukauden", "fi", "duration", "P3M"),
        ("三十日間", "ja", "duration", "P30D"),
        ("तीन वर्ष", "hi", "duration", "P3Y"),
        ("three million euros", "en", "money", "EUR 3000000"),
        ("five percent", "en", "percent", "5%"),
        ("zwei", "de", "number", "2"),
    ],
)
def test_numbers_in_words_are_read(text: str, language: str, kind: str, normal: str):
    assert found(text, language) == [(kind, text, normal)]


def test_one_alone_is_no_number():
    assert found("one of the parties and a party", "en") == []


def test_a_date_that_can_be_read_two_ways_stays_as_written():
    value = only("03/04/2025", "en")
    assert (value.kind, value.normal) == ("date", "")
    assert say_value(value, "de") == "03/04/2025"


def test_impossible_dates_are_no_dates():
    assert [value.kind for value in find_values("31.02.2025", "de")] == []


def test_a_number_that_is_no_number_is_left_alone():
    assert found("Section 4.2.1 of version 10.0.0.1", "en") == []


def test_text_without_digits_has_no_values():
    assert find_values("The parties agree.", "en") == []


def test_names_with_digits_are_no_values():
    assert found("The SV-900 and GPT4 models", "en") == [("number", "900", "900")]


@pytest.mark.parametrize(
    ("text", "source", "language", "said"),
    [
        ("20 de novembro de 2025", "pt", "en", "20 November 2025"),
        ("20 de novembro de 2025", "pt", "de", "20. November 2025"),
        ("2025年11月20日", "ja", "fr", "20 novembre 2025"),
        ("1.234.567,89 EUR", "de", "en", "€1,234,567.89"),
        ("12億円", "ja", "de", "1,2 Milliarden JPY"),
        ("US$ 4.2 billion", "en", "pt", "US$ 4.200.000.000"),
        ("$1.5m", "en", "de", "1.500.000 $"),
        ("12,5 %", "de", "en", "12.5%"),
        ("30 Tage", "de", "ja", "30 日"),
        ("30 dagar", "sv", "no", "30 dager"),
        ("10 Werktage", "de", "en", "10 Werktage"),
        ("1.500", "de", "en", "1,500"),
        ("Q3 2025", "en", "de", "Q3 2025"),
        ("novembro de 2025", "pt", "en", "November 2025"),
        ("2024", "pt", "en", "2024"),
    ],
)
def test_values_are_said_the_local_way_without_changing_them(text: str, source: str, language: str, said: str):
    assert say_value(only(text, source), language).replace("\u00a0", " ").replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("one", "language", "other", "other_language", "same"),
    [
        ("20 de novembro de 2025", "pt", "2025年11月20日", "ja", True),
        ("2,5 Mrd. €", "de", "EUR 2,500,000,000", "en", True),
        ("$5 million", "en", "5 млн долларов США", "ru", True),
        ("$5 million", "en", "5 млн евро", "ru", False),
        ("30 days", "en", "30", "en", True),
        ("30 days", "en", "30 months", "en", False),
        ("12,5 %", "de", "12.5%", "en", True),
        ("03/04/2025", "en", "03/04/2025", "en", True),
        ("03/04/2025", "en", "3. April 2025", "de", False),
    ],
)
def test_values_are_compared_across_languages(one, language, other, other_language, same):
    assert same_value(only(one, language), only(other, other_language)) is same
