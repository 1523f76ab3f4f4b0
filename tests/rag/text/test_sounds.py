import pytest

from rag.text.sounds import sound, sounds, sureness


@pytest.mark.parametrize(
    "names",
    [
        "foxconn фоксконн 폭스콘 فوكسكون फॉक्सकॉन ฟ็อกซ์คอนน์ פוקסקון φόξκον フォックスコン",
        "siemens сименс σίμενς 지멘스 سيمنز シーメンス ซีเมนส์ סימנס सीमेंस 西门子",
        "gazprom газпром ガスプロム غازبروم 가스프롬 γκαζπρόμ גזפרום",
        "petrobras петробрас ペトロブラス بتروبراس 페트로브라스 पेट्रोब्रास",
    ],
)
def test_a_name_sounds_the_same_in_every_script(names: str) -> None:
    assert len({sound(name) for name in names.split()}) == 1


def test_other_names_sound_otherwise() -> None:
    assert (
        len({sound(name) for name in ("foxconn", "foxtron", "siemens", "samsung", "gazprom", "gazpromneft")}) == 6
    )


@pytest.mark.parametrize("word", ["والفوكسكون", "وفوكسكون", "לפוקסקון", "фоксконном"])
def test_articles_and_endings_do_not_hide_a_name(word: str) -> None:
    assert "bkskn" in sounds(word)


def test_short_words_have_no_sound() -> None:
    assert sounds("der") == []
    assert sounds("huawei") == []


def test_the_more_consonants_the_surer() -> None:
    assert [sureness("b" * length) for length in (2, 3, 4, 5, 9)] == [0.0, 0.45, 0.75, 0.85, 0.85]
