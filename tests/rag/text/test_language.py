import threading

import pytest

from rag.text.language import detect_language, likelihood, script_of

QUESTIONS = {
    "ar": ["من هو الرئيس؟", "كم تبلغ قيمة الصفقة؟", "أين سيتم الإنتاج؟"],
    "bg": ["Кой е купувачът?", "Колко струва сделката?", "Къде се произвежда?"],
    "cs": ["Kdo je kupující?", "Kolik stojí obchod?", "Kde se vyrábí?"],
    "da": ["Hvem er køberen?", "Hvad er prisen?", "Hvor bliver det produceret?"],
    "de": ["Wer ist der Käufer?", "Wie hoch ist der Preis?", "Wo wird produziert?"],
    "el": ["Ποιος είναι ο αγοραστής;", "Πόσο κοστίζει;"],
    "en": ["Who is the buyer?", "How much is the price?", "Where does production take place?", "Closing date?"],
    "es": ["¿Quién es el comprador?", "¿Cuánto cuesta?", "¿Dónde se produce?"],
    "fi": ["Kuka on ostaja?", "Mikä on hinta?", "Missä tuotanto tapahtuu?"],
    "fr": ["Qui est l'acheteur ?", "Quel est le prix ?", "Où a lieu la production ?"],
    "he": ["מי הקונה?", "מה המחיר?"],
    "hi": ["खरीदार कौन है?", "कीमत कितनी है?"],
    "hu": ["Ki a vevő?", "Mennyi az ár?", "Hol gyártják?"],
    "id": ["Siapa pembelinya?", "Berapa harganya?", "Di mana produksinya?"],
    "it": ["Chi è l'acquirente?", "Qual è il prezzo?", "Dove avviene la produzione?"],
    "ja": ["買い手は誰ですか？", "価格はいくらですか？"],
    "ko": ["매수인은 누구입니까?", "가격은 얼마입니까?"],
    "nl": ["Wie is de koper?", "Wat is de prijs?", "Waar vindt de productie plaats?"],
    "no": ["Hvem er kjøperen?", "Hva er prisen?", "Hvor skjer produksjonen?"],
    "pl": ["Kto jest kupującym?", "Ile wynosi cena?", "Gdzie odbywa się produkcja?"],
    "pt": ["Quem é o comprador?", "Qual é o preço?", "Onde ocorre a produção?"],
    "ro": ["Cine este cumpărătorul?", "Care este prețul?", "Unde are loc producția?"],
    "ru": ["Кто покупатель?", "Какова цена сделки?", "Где происходит производство?"],
    "sv": ["Vem är köparen?", "Vad är priset?", "Vilken fabrik tillverkar dem?"],
    "th": ["ใครคือผู้ซื้อ", "ราคาเท่าไร"],
    "tr": ["Alıcı kim?", "Fiyat ne kadar?", "Üretim nerede yapılıyor?"],
    "uk": ["Хто покупець?", "Яка ціна угоди?", "Де відбувається виробництво?"],
    "vi": ["Ai là người mua?", "Giá là bao nhiêu?", "Sản xuất ở đâu?"],
    "zh": ["买方是谁？", "价格是多少？"],
}


@pytest.mark.parametrize("language", QUESTIONS)
def test_short_questions_are_recognised(language):
    assert [detect_language(question) for question in QUESTIONS[language]] == [language] * len(QUESTIONS[language])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("اسم مدیر شرکت چیست؟ قرارداد در تهران امضا شد.", "fa"),
        ("کمپنی کے مالک کا نام کیا ہے؟", "ur"),
        ("विक्रेता शेयर बेचेल आणि खरेदीदार पैसे देईल.", "mr"),
        ("El venedor transmet les accions al comprador amb aquest contracte.", "ca"),
        ("Predávajúci prevádza podiely na kupujúceho v súlade so zmluvou.", "sk"),
        ("რა არის ფასი?", "ka"),
        ("株式譲渡契約書", "ja"),
        ("股份转让协议", "zh"),
        ("Antichrist Superstar是谁的个人专辑?", "zh"),
    ],
)
def test_neighbouring_languages_are_told_apart(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "  ", "12.5 %", "https://example.org/contract", "me@example.org"])
def test_text_without_words_has_no_language(text):
    assert detect_language(text) == "und"


def test_a_hint_decides_where_the_text_does_not():
    assert detect_language("Budget 2025 total", hint=("nl",)) == detect_language("Budget 2025 total", hint=["nl"])
    assert detect_language("Solvenar Energietechnik GmbH", hint=("de",)) == "de"
    assert detect_language("Who is the buyer of the shares?", hint=("pt",)) == "en"


def test_equal_texts_give_equal_answers_in_threads():
    questions = [question for group in QUESTIONS.values() for question in group]
    expected = [detect_language(question) for question in questions]
    results: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: results.append([detect_language(question) for question in questions]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Hello", "latin"),
        ("Привет Solvenar", "cyrillic"),
        ("你好", "han"),
        ("これは漢字です", "kana"),
        ("한국어", "hangul"),
        ("שלום", "hebrew"),
        ("مرحبا", "arabic"),
        ("नमस्ते", "devanagari"),
        ("สวัสดี", "thai"),
        ("γειά", "greek"),
        ("123 – !", "none"),
    ],
)
def test_the_script_is_that_of_most_letters(text, script):
    assert script_of(text) == script


def test_a_text_in_its_right_encoding_looks_more_like_a_language():
    good = "Договор купли-продажи заключён сторонами"
    bad = good.encode("cp1251").decode("koi8-r", "replace")
    assert likelihood(good, good) > likelihood(bad, bad) + 1
