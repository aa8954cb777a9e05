"""Tokens and typed codes: long enough, easy to type, wrong symbols caught."""

from __future__ import annotations

import random

from survey.services.office import codes


def test_a_token_has_80_bits_and_a_code_50_with_a_check():
    assert codes.is_token(codes.new_token())
    code = codes.new_code()
    assert len(code) == 11
    assert codes.is_code(code)


def test_every_single_wrong_symbol_is_caught():
    code = codes.new_code()
    for place in range(len(code)):
        for symbol in codes.ALPHABET:
            wrong = code[:place] + symbol + code[place + 1 :]
            assert codes.is_code(wrong) == (wrong == code)


def test_every_exchange_of_two_different_symbols_is_caught():
    chance = random.Random(7)
    for _ in range(200):
        code = codes.with_check("".join(chance.choices(codes.ALPHABET, k=10)))
        for first in range(11):
            for second in range(first + 1, 11):
                if code[first] != code[second]:
                    swapped = list(code)
                    swapped[first], swapped[second] = swapped[second], swapped[first]
                    assert not codes.is_code("".join(swapped))


def test_what_people_type_is_read():
    code = codes.new_code()
    assert codes.normalise(f" {codes.spoken(code).lower()} ") == code
    assert codes.normalise("oil-u") == "011V"


def test_tokens_do_not_repeat():
    assert len({codes.new_token() for _ in range(2000)}) == 2000
