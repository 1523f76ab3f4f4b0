import pytest

from rag.loading.reading_order import Unit, in_reading_order, mend_brackets


def on_page(text):
    """Letters ten apart, as they stand on the page from left to right."""
    return [Unit(letter, 10.0 * i, 10.0 * i, 10.0 * i + 10, 10.0) for i, letter in enumerate(text)]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("seen", "read"),
    [
        ("2025 וינוי", "יוניו 2025"),
        ("99.5 ריחמ", "מחיר 99.5"),
        ("Solvenar GmbH םע הקסע", "עסקה עם Solvenar GmbH"),
        (".1,500 ל SV-900 תמכסה", "הסכמת SV-900 ל 1,500."),
        ("%24 יא", "אי 24%"),
        ("Hebrew םולש means peace", "Hebrew שלום means peace"),
    ],
)
def test_a_line_is_read_as_it_stands_whatever_order_its_letters_came_in(seen, read, turned):
    units = on_page(seen)[::-1] if turned else on_page(seen)
    assert in_reading_order(units, right_to_left_page="means" not in seen) == read


def test_a_line_without_right_to_left_letters_keeps_the_order_it_came_in():
    assert in_reading_order(on_page("abc")[::-1]) == "cba"


def test_a_guessed_blank_stays_only_where_there_is_a_gap():
    letters = [
        Unit("प", 0, 0, 8, 10, guessed=True),
        Unit("ा", 8, 8, 12, 10, guessed=True),
        Unit("ठ", 12.5, 12.5, 20, 10, guessed=True),
        Unit("य", 26, 26, 33, 10, guessed=True),
    ]
    assert in_reading_order(letters) == "पाठ य"


def test_a_ligature_given_backwards_is_turned():
    word = [Unit("ا", 5, 5, 9, 10), Unit("ل", 5, 5, 9, 10)]
    assert in_reading_order(word) == "لا"


@pytest.mark.parametrize(
    ("given", "mended"),
    [
        ("עסקה) SPA) של", "עסקה (SPA) של"),
        ("עסקה )SPA( של", "עסקה (SPA) של"),
        ("עסקה (SPA) של", "עסקה (SPA) של"),
        ("a )b( c", "a )b( c"),
    ],
)
def test_brackets_of_right_to_left_paragraphs_face_the_right_way(given, mended):
    assert mend_brackets(given) == mended
