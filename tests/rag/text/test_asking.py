import pytest

from rag.phrases import LANGUAGES
from rag.text.asking import asks_for_several, question_type, question_words, without_question_words

# who, when, where, how much, how many, how long, percent, why, how, yes/no: one question each, in this order.
QUESTIONS = {
    "en": "Who signed the agreement?|When does the contract end?|Where is the factory?|What is the purchase price?|How many employees are there?|How long is the notice period?|What is the interest rate?|Why was the contract terminated?|How is the price adjusted?|Is the contract exclusive?",
    "de": "Wer hat den Vertrag unterzeichnet?|Wann endet der Vertrag?|Wo steht das Werk?|Wie hoch ist der Kaufpreis?|Wie viele Mitarbeiter gibt es?|Wie lange ist die Kündigungsfrist?|Wie hoch ist der Zinssatz?|Warum wurde der Vertrag gekündigt?|Wie wird der Preis angepasst?|Ist der Vertrag exklusiv?",
    "fr": "Qui a signé le contrat ?|Quand le contrat prend-il fin ?|Où se trouve l'usine ?|Quel est le prix d'achat ?|Combien de salariés y a-t-il ?|Combien de temps dure le préavis ?|Quel est le taux d'intérêt ?|Pourquoi le contrat a-t-il été résilié ?|Comment le prix est-il ajusté ?|Est-ce que le contrat est exclusif ?",
    "es": "¿Quién firmó el contrato?|¿Cuándo termina el contrato?|¿Dónde está la fábrica?|¿Cuál es el precio de compra?|¿Cuántos empleados hay?|¿Cuánto tiempo dura el preaviso?|¿Cuál es la tasa de interés?|¿Por qué se rescindió el contrato?|¿Cómo se ajusta el precio?|¿Es exclusivo el contrato?",
    "pt": "Quem assinou o contrato?|Quando termina o contrato?|Onde fica a fábrica?|Qual é o preço de compra?|Quantos funcionários existem?|Qual é o prazo de aviso prévio?|Qual é a taxa de juros?|Por que o contrato foi rescindido?|Como o preço é ajustado?|É exclusivo o contrato?",
    "it": "Chi ha firmato il contratto?|Quando termina il contratto?|Dove si trova la fabbrica?|Qual è il prezzo di acquisto?|Quanti dipendenti ci sono?|Quanto tempo dura il preavviso?|Qual è il tasso di interesse?|Perché il contratto è stato risolto?|Come viene adeguato il prezzo?|È esclusivo il contratto?",
    "nl": "Wie heeft het contract getekend?|Wanneer eindigt het contract?|Waar staat de fabriek?|Wat is de koopprijs?|Hoeveel werknemers zijn er?|Hoe lang is de opzegtermijn?|Wat is het rentepercentage?|Waarom werd het contract beëindigd?|Hoe wordt de prijs aangepast?|Is het contract exclusief?",
    "sv": "Vem undertecknade avtalet?|När upphör avtalet?|Var ligger fabriken?|Vad är köpeskillingen?|Hur många anställda finns det?|Hur lång är uppsägningstiden?|Hur många procent är räntan?|Varför sades avtalet upp?|Hur justeras priset?|Är avtalet exklusivt?",
    "no": "Hvem undertegnet avtalen?|Når utløper avtalen?|Hvor ligger fabrikken?|Hva er kjøpesummen?|Hvor mange ansatte er det?|Hvor lang er oppsigelsestiden?|Hvor mange prosent er renten?|Hvorfor ble avtalen sagt opp?|Hvordan justeres prisen?|Er avtalen eksklusiv?",
    "da": "Hvem underskrev aftalen?|Hvornår udløber aftalen?|Hvor ligger fabrikken?|Hvad er købesummen?|Hvor mange ansatte er der?|Hvor lang er opsigelsesfristen?|Hvor mange procent er renten?|Hvorfor blev aftalen opsagt?|Hvordan justeres prisen?|Er aftalen eksklusiv?",
    "fi": "Kuka allekirjoitti sopimuksen?|Milloin sopimus päättyy?|Missä tehdas sijaitsee?|Mikä on kauppahinta?|Kuinka monta työntekijää on?|Kuinka kauan irtisanomisaika on?|Kuinka monta prosenttia korko on?|Miksi sopimus irtisanottiin?|Miten hintaa muutetaan?|Onko sopimus yksinomainen?",
    "cs": "Kdo podepsal smlouvu?|Kdy smlouva končí?|Kde je továrna?|Jaká je kupní cena?|Kolik je zaměstnanců?|Jak dlouhá je výpovědní doba?|Kolik procent činí úrok?|Proč byla smlouva vypovězena?|Jak se upravuje cena?|Je smlouva výhradní?",
    "pl": "Kto podpisał umowę?|Kiedy umowa wygasa?|Gdzie znajduje się fabryka?|Jaka jest cena zakupu?|Ilu jest pracowników?|Jak długi jest okres wypowiedzenia?|Ile procent wynosi oprocentowanie?|Dlaczego umowę rozwiązano?|W jaki sposób dostosowuje się cenę?|Czy umowa jest wyłączna?",
    "ru": "Кто подписал договор?|Когда истекает договор?|Где находится завод?|Какова цена покупки?|Какова численность сотрудников?|Каков срок уведомления?|Какова процентная ставка?|Почему договор был расторгнут?|Как корректируется цена?|Является ли договор эксклюзивным?",
    "uk": "Хто підписав договір?|Коли закінчується договір?|Де розташований завод?|Яка ціна купівлі?|Скільки працівників у компанії?|Скільки днів триває повідомлення?|Яка процентна ставка?|Навіщо розірвали договір?|Яким чином коригується ціна?|Чи є договір ексклюзивним?",
    "bg": "Кой подписа договора?|Кога изтича договорът?|Къде се намира заводът?|Каква е цената?|Колко служители има?|Какъв е срокът на предизвестието?|Колко процента е лихвата?|Защо е прекратен договорът?|Как се коригира цената?|Дали договорът е изключителен?",
    "el": "Ποιος υπέγραψε τη σύμβαση;|Πότε λήγει η σύμβαση;|Πού βρίσκεται το εργοστάσιο;|Ποιο είναι το τίμημα;|Πόσοι εργαζόμενοι υπάρχουν;|Πόσο διαρκεί η προθεσμία;|Ποιο είναι το επιτόκιο;|Γιατί καταγγέλθηκε η σύμβαση;|Πώς προσαρμόζεται το κόστος;|Είναι αποκλειστική η σύμβαση;",
    "hu": "Ki írta alá a szerződést?|Mikor jár le a szerződés?|Hol van a gyár?|Mennyi a vételár?|Hány alkalmazott van?|Mennyi ideig tart a felmondási idő?|Hány százalék a kamat?|Miért mondták fel a szerződést?|Hogyan módosítják az árat?|Vajon kizárólagos a szerződés?",
    "ro": "Cine a semnat contractul?|Când expiră contractul?|Unde se află fabrica?|Care este prețul de cumpărare?|Câți angajați sunt?|Cât timp durează preavizul?|Care este rata dobânzii?|De ce a fost reziliat contractul?|Cum se ajustează prețul?|Este exclusiv contractul?",
    "tr": "Sözleşmeyi kim imzaladı?|Sözleşme ne zaman sona eriyor?|Fabrika nerede?|Satın alma bedeli ne kadar?|Şirketin kaç çalışanı var?|İhbar süresi kaç gün?|Faiz yüzde kaç?|Sözleşme neden feshedildi?|Fiyat nasıl ayarlanıyor?|Sözleşme münhasır mı?",
    "vi": "Ai đã ký hợp đồng?|Hợp đồng kết thúc khi nào?|Nhà máy ở đâu?|Giá mua là bao nhiêu?|Có bao nhiêu nhân viên?|Thời gian báo trước là bao lâu?|Lãi suất là bao nhiêu phần trăm?|Tại sao hợp đồng bị chấm dứt?|Giá được điều chỉnh như thế nào?|Hợp đồng này độc quyền phải không?",
    "id": "Siapa yang menandatangani kontrak?|Kapan kontrak berakhir?|Di mana pabriknya?|Berapa harga pembeliannya?|Berapa banyak karyawannya?|Berapa lama masa pemberitahuannya?|Berapa persen bunganya?|Mengapa kontrak diakhiri?|Bagaimana harga disesuaikan?|Apakah kontrak ini eksklusif?",
    "ar": "من وقع العقد؟|متى ينتهي العقد؟|أين يقع المصنع؟|كم يبلغ سعر الشراء؟|كم عدد الموظفين؟|ما هي مدة الإشعار؟|ما هي نسبة الفائدة؟|لماذا تم إنهاء العقد؟|كيف يتم تعديل السعر؟|هل العقد حصري؟",
    "he": "מי חתם על ההסכם?|מתי מסתיים ההסכם?|איפה נמצא המפעל?|מה מחיר הרכישה?|כמה עובדים יש?|כמה זמן נמשכת ההודעה המוקדמת?|מה שיעור הריבית?|מדוע בוטל ההסכם?|כיצד מותאם המחיר?|האם ההסכם בלעדי?",
    "hi": "अनुबंध पर किसने हस्ताक्षर किए?|अनुबंध कब समाप्त होता है?|कारखाना कहाँ है?|खरीद मूल्य क्या है?|कंपनी में कितने कर्मचारी हैं?|सूचना अवधि कितने दिन की है?|ब्याज कितने प्रतिशत है?|अनुबंध क्यों समाप्त किया गया?|मूल्य कैसे समायोजित होता है?|क्या अनुबंध विशेष है?",
    "th": "ใครเป็นผู้ลงนามในสัญญา|สัญญาสิ้นสุดเมื่อใด|โรงงานอยู่ที่ไหน|ราคาซื้อเท่าไหร่|มีพนักงานกี่คน|ต้องแจ้งล่วงหน้ากี่วัน|ดอกเบี้ยร้อยละเท่าใด|ทำไมจึงยกเลิกสัญญา|ปรับราคาอย่างไร|สัญญานี้ผูกขาดหรือไม่",
    "ja": "誰が契約に署名しましたか。|契約はいつ終了しますか。|工場はどこにありますか。|購入価格はいくらですか。|従業員は何人ですか。|通知期間は何日間ですか。|利率は何パーセントですか。|なぜ契約は解除されたのですか。|価格はどのように調整されますか。|契約は独占的ですか。",
    "ko": "누가 계약에 서명했습니까?|계약은 언제 끝납니까?|공장은 어디에 있습니까?|매매 대금은 얼마입니까?|직원은 몇 명입니까?|통지 기간은 며칠 이내입니까?|이자율은 몇 퍼센트입니까?|왜 계약이 해지되었습니까?|가격은 어떻게 조정됩니까?|계약은 독점적입니까?",
    "zh": "谁签署了协议？|合同何时到期？|工厂在哪里？|收购价格是多少？|公司有多少名员工？|通知期限是多长时间？|利率是百分之多少？|为什么终止合同？|价格如何调整？|合同是独家的吗？",
}
TYPES = ("who", "when", "where", "how_much", "how_many", "how_long", "percent", "why", "how", "yes_no")
CASES = [
    (language, question, type_)
    for language, questions in QUESTIONS.items()
    for question, type_ in zip(questions.split("|"), TYPES, strict=True)
]


def test_every_answer_language_has_questions_of_every_type():
    assert sorted(QUESTIONS) == sorted(LANGUAGES)


@pytest.mark.parametrize(("language", "question", "type_"), CASES)
def test_the_words_of_a_question_tell_what_it_asks(language: str, question: str, type_: str):
    assert question_type(question, language) == type_


@pytest.mark.parametrize(
    ("language", "question", "type_"),
    [
        ("en", "What does the company say about Ohio?", "what"),
        ("en", "What is the name of the seller?", "who"),
        ("en", "Which company supplies the glass?", "who"),
        ("en", "By what date must the fee be paid?", "when"),
        ("en", "purchase price?", "how_much"),
        ("en", "In the supply contract, who bears the costs?", "who"),
        ("en", "Who are the partners?", "who"),
        ("pt", "Quem são os parceiros?", "who"),
        ("pt", "Quem e citado no artigo?", "who"),
        ("es", "Cuando vence el plazo?", "when"),
        ("fr", "Qu'est-ce que le contrat prévoit ?", "what"),
        ("fr", "À quelle date l'accord a-t-il été signé ?", "when"),
        ("de", "Welche Bank finanziert den Kauf?", "who"),
        ("de", "Was steht in Ziffer 4?", "what"),
        ("sv", "Vad säger avtalet om leverans?", "what"),
        ("tr", "Anlaşma hangi tarihte imzalandı?", "when"),
        ("ja", "どの会社が供給しますか。", "who"),
        ("ja", "支払期限は何日以内ですか。", "how_long"),
        ("zh", "由哪两个公司合作开发？", "who"),
        ("zh", "哪家公司负责生产？", "who"),
        ("ar", "في أي مدينة تم التوقيع؟", "where"),
        ("ar", "وكم يبلغ السعر؟", "how_much"),
        ("fa", "قیمت خرید چقدر است؟", "how_much"),
        ("ca", "Qui ha signat?", "other"),
        ("en", "", "other"),
    ],
)
def test_nouns_word_order_and_missing_accents_are_understood(language: str, question: str, type_: str):
    assert question_type(question, language) == type_


@pytest.mark.parametrize(
    ("language", "question", "several"),
    [
        ("en", "What are the conditions of closing?", True),
        ("en", "What is the condition of closing?", False),
        ("pt", "Quais são os parceiros?", True),
        ("ru", "Какие компоненты названы?", True),
        ("zh", "提到了哪些组件？", True),
        ("ja", "契約書に署名した人を挙げてください。", True),
        ("de", "Wer hat unterzeichnet?", False),
        ("xx", "quais", False),
    ],
)
def test_questions_for_a_list_are_told_apart(language: str, question: str, several: bool):
    assert asks_for_several(question, language) is several


def test_words_without_content_are_dropped_from_a_question():
    assert without_question_words("What is the purchase price?", "en") == "purchase price"
    assert without_question_words("購入価格はいくらですか。", "ja") == "購入価格"
    assert without_question_words("收购价格是多少？", "zh") == "收购价格"
    assert without_question_words("Qui ha signat?", "ca") == "qui ha signat?"


@pytest.mark.parametrize(
    ("language", "question", "content"),
    [
        ("pt", "Onde será feita a produção?", "produção"),
        ("pt", "Onde decorre a produção?", "produção"),
        ("en", "Where will the production be done?", "production"),
        ("es", "¿Dónde se lleva a cabo la producción?", "producción"),
        ("de", "Wo wird die Produktion durchgeführt?", "produktion"),
        ("pl", "Gdzie odbywają się dostawy?", "dostawy"),
        ("ru", "Где осуществляется производство?", "производство"),
        ("ko", "생산은 어디에서 이루어지나요?", "생산은"),
        ("pt", "O que decorre?", "decorre"),
    ],
)
def test_verbs_that_only_say_that_it_happens_are_no_content(language: str, question: str, content: str):
    assert without_question_words(question, language) == content


@pytest.mark.parametrize("language", LANGUAGES)
def test_question_words_are_known_in_every_language(language: str):
    assert len(question_words(language)) > 15


def test_question_words_hold_no_content():
    assert "price" not in question_words("en")
    assert "who" in question_words("en")
    assert question_words("xx") == frozenset()
