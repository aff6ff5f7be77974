import pytest

from firstline.kit.seal import Seal, Unsealable

SECRET = b"s" * 32


def test_what_is_sealed_opens_for_the_same_place_only() -> None:
    seal = Seal(SECRET)
    sealed = seal.seal("пароль".encode(), "secret/1")
    assert seal.open(sealed, "secret/1").decode() == "пароль"
    assert "пароль".encode() not in sealed
    assert seal.seal("пароль".encode(), "secret/1") != sealed
    with pytest.raises(Unsealable):
        seal.open(sealed, "secret/2")


@pytest.mark.parametrize("change", [0, 1, 13, -1])
def test_a_changed_byte_is_noticed(change: int) -> None:
    seal = Seal(SECRET)
    sealed = bytearray(seal.seal(b"password", "x"))
    sealed[change] ^= 1
    with pytest.raises(Unsealable):
        seal.open(bytes(sealed), "x")


def test_another_secret_cannot_open_and_an_older_one_still_can() -> None:
    sealed = Seal(SECRET).seal(b"password", "x")
    with pytest.raises(Unsealable):
        Seal(b"t" * 32).open(sealed, "x")
    assert Seal(b"t" * 32, SECRET).open(sealed, "x") == b"password"
    for cut in range(len(sealed)):
        with pytest.raises(Unsealable):
            Seal(SECRET).open(sealed[:cut], "x")
    with pytest.raises(ValueError, match="16 bytes"):
        Seal(b"short")


def test_a_fingerprint_is_known_again_with_a_former_secret_and_made_by_nobody_else() -> None:
    before = Seal(b"former" * 6)
    mark, now = before.fingerprint(b"words"), Seal(b"present" * 6, b"former" * 6)
    assert now.is_fingerprint(mark, b"words")
    assert not now.is_fingerprint(mark, b"other")
    assert not Seal(b"another" * 6).is_fingerprint(mark, b"words")
