"""Mask what names a person in free text: numbers of papers, telephones, addresses, dossiers, plates.

Pure rules over Vietnamese as people type it: with dots, spaces, hyphens, the letter O for a nought, digits in
words. Where a number may be either, the person is protected rather than the number; sums of money, days,
years and the numbers of laws stay. Names and home addresses have no form that a rule could know: whoever
reviews comments before others read them looks for those.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from survey.services.office import codes


class Kind(StrEnum):
    """What was found, in the words that stand in its place."""

    EMAIL = "thư điện tử"
    LINK = "đường dẫn"
    DOSSIER = "mã hồ sơ"
    SLIP = "mã phiếu"
    PLATE = "biển số xe"
    PHONE = "số điện thoại"
    PAPER = "số giấy tờ"
    NUMBER = "dãy số"
    BIRTH = "ngày sinh"
    PARCEL = "thửa đất"

    @property
    def mark(self) -> str:
        return f"[{self.value}]"


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the text that names somebody."""

    kind: Kind
    start: int
    end: int


def _anything(_match: re.Match[str]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a pattern finds; with a group `what`, that part alone is masked.

    Without a kind it finds something harmless that later rules must not read into.
    """

    kind: Kind | None
    pattern: re.Pattern[str]
    holds: Callable[[re.Match[str]], bool]


def _rule(
    kind: Kind | None,
    pattern: str,
    holds: Callable[[re.Match[str]], bool] = _anything,
    *,
    any_case: bool = True,
) -> _Rule:
    return _Rule(kind, re.compile(pattern, re.VERBOSE | (re.IGNORECASE if any_case else 0)), holds)


# Goes up when the rules find more: stored comments are then masked again.
RULES = 1

# Stands where something was found, while the rest is read.
_TAKEN = "\x00"
_DASH = r"\-\u2010-\u2015\u2212"
# What people put between digits; the last ones are invisible.
_GAP = rf"[\s.{_DASH}_()\u200b-\u200d\u2060\ufeff]{{0,3}}"
# A digit as it is typed: the letter O stands for a nought.
_DIGIT = r"[\do]"
# Words between the name of a number and the number.
_WORDS = rf"[^\d\n\[\]{_TAKEN}]"
_DATE = r"(?:\d{1,2}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?(?:19|20)\d\d | (?:19|20)\d\d-\d\d?-\d\d?)"
# Ends a unit of money: no word goes on, and it is no series of a plate.
_ALONE = r"(?!\w | [\s.\-]{0,3}\d{3})"
_SPELLED = "(?:không|linh|lẻ|một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín)"
_PAPERS = r"cccd|cmnd|cmt|căn\s?cước|can\s?cuoc|chứng\s?minh|chung\s?minh|hộ\s?chiếu|ho\s?chieu|bhxh|bhyt|mst"
_CALLING = r"sđt|sdt|đt|dt|điện\s?thoại|dien\s?thoai|gọi|goi|zalo|alo|liên\s?hệ|lien\s?he"
_VEHICLES = r"biển\s?(?:kiểm\s?soát|số)?|bien\s?so|bks|xe(?:\s?máy|\s?ô\s?tô)?"


def _more(count: int, most: int | None = None) -> str:
    """Match so many more digits with anything usual between them."""
    return rf"(?:{_GAP}{_DIGIT}){{{count},{most or count}}}"


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())


def _has_many_digits(match: re.Match[str]) -> bool:
    return len(_digits(match[0])) >= 7


def _is_no_service_number(match: re.Match[str]) -> bool:
    return _has_many_digits(match) and not re.match(r"(?:1800|1900)\d{4,6}$", _digits(match["what"]))


def _is_dossier(match: re.Match[str]) -> bool:
    return any(c.isalpha() or c == "." for c in match["unit"])


def _is_slip(match: re.Match[str]) -> bool:
    letters, digits = sum(c.isalpha() for c in match[0]), len(_digits(match[0]))
    symbols = codes.normalise(match[0])
    return letters >= 2 and digits >= 2 and (codes.is_code(symbols) or codes.is_token(symbols))


def _is_no_year(match: re.Match[str]) -> bool:
    return not re.fullmatch(r"(?:19|20)\d\d", match["number"])


def _is_no_measure(match: re.Match[str]) -> bool:
    """Tell `15h-16300` and `20k-50000` from a plate that was typed in small letters."""
    return not re.fullmatch(r"[hkmg]\d?", match["series"] or "")


def _are_no_years(match: re.Match[str]) -> bool:
    return not all(re.fullmatch(r"(?:19|20)\d\d", group) for group in re.findall(r"\d+", match[0]))


# Earlier rules win: what the writer names first, then what is harmless, then what is told by its form alone.
_RULES = (
    _rule(Kind.EMAIL, r"(?<![\w.+\-])[\w.+\-]{1,64}\s?@\s?[\w\-]+(?:\s?\.\s?[\w\-]+)+"),
    _rule(
        Kind.LINK,
        r"(?:https?://|www\.)\S+ | (?<![\w.])(?:fb|facebook|zalo|tiktok|youtube|t)\.(?:com|me|vn)/\S+",
    ),
    _rule(
        Kind.DOSSIER,
        rf"(?<![\w.])(?P<unit>(?=[\w.]*\d)[\w.]{{2,24}})\s?[{_DASH}_/\ ]\s?\d{{6}}"
        rf"\s?[{_DASH}_/\ ]\s?\d{{4,6}}(?!\d)",
        _is_dossier,
    ),
    _rule(
        Kind.BIRTH,
        rf"(?:sinh|sn)\s*(?:ngày|năm)?\s*:?\s*(?P<what>{_DATE} | (?:19|20)\d\d)(?!\d)",
    ),
    _rule(
        Kind.PAPER, rf"(?:{_PAPERS}){_WORDS}{{0,24}}?(?P<what>(?:(?<!\w)[a-z]{{1,2}})?\d{_more(5, 14)})(?!\d)"
    ),
    _rule(
        Kind.PHONE,
        rf"(?<!\w)(?:{_CALLING})(?!\w){_WORDS}{{0,16}}?"
        rf"(?P<what>(?:\(\+84\){_GAP}|\+\s?)?\d{_more(6, 12)})(?!\d)",
        _is_no_service_number,
    ),
    _rule(
        Kind.PLATE,
        rf"(?<!\w)(?:{_VEHICLES})\s?(?:số|mang)?\s?:?\s?"
        r"(?P<what>[1-9]\d\s?[\-.]?\s?[a-zđ]{1,2}\d?[\s\-.]{0,3}\d{3}[.\s]?\d{1,2})(?!\d)",
    ),
    _rule(
        Kind.SLIP,
        r"(?<!\w)[0-9a-z]{4}(?P<gap>[\s\-]?)[0-9a-z]{4}(?P=gap)"
        r"(?:[0-9a-z]{4}(?P=gap)[0-9a-z]{4} | [0-9a-z]{3})(?!\w|\.\d)",
        _is_slip,
    ),
    _rule(Kind.PHONE, rf"(?<!\w)(?:\(\+\s?84\)|\+\s?84|0084){_more(9, 11)}(?!\d)"),
    _rule(None, rf"(?<!\d)(?<!\d[.\-]){_DATE}(?!\d)"),
    _rule(
        None,
        r"(?<![\d.,])(?<!\d\s)[1-9]\d{0,2}(?:[.,\s]?\d{3}){0,4}\s?"
        rf"(?:đồng(?!\s?chí)|đ(?!/)|vnđ|vnd|usd){_ALONE}"
        r" | (?<![\d.,])[1-9]\d{0,5}(?:[.,]\d+)?\s?"
        rf"(?:nghìn|ngàn|triệu|tỷ|tr|k){_ALONE}"
        r" | (?<![\d.,])[1-9]\d{0,2}(?:[.,]\d{3})*[.,]000(?!\d)"
        r" | (?<!\d)(?=\d{6,9}(?!\d))[1-9]\d*0{5}(?!\d)",
    ),
    _rule(
        Kind.DOSSIER,
        r"(?:hồ\s?sơ|ho\s?so|biên\s?nhận|bien\s?nhan)(?:\s(?:số|mã))*\s*:?\s*(?P<what>\d{5,8})(?!\d)",
    ),
    _rule(
        Kind.PLATE,
        r"(?<![\w.])[1-9]\d[\ \-.]?[A-ZĐ]{1,2}[1-9]?[\ \-.]{0,3}(?P<number>\d{3}[.\ ]?\d{2} | \d{4})(?!\w)",
        _is_no_year,
        any_case=False,
    ),
    _rule(
        Kind.PLATE,
        r"(?<![\w.])[1-9]\d (?: [\ \-.]?(?P<series>[a-zđ]{1,2}[1-9]?)[\-.]\s?\d{3}\.?\d{2}"
        r" | [a-zđ][1-9]\d{5} )(?!\w)",
        _is_no_measure,
        any_case=False,
    ),
    _rule(Kind.PHONE, rf"(?<![\w.,])84{_GAP}[35789]{_more(8)}(?!\d)"),
    _rule(
        Kind.PAPER,
        r"(?<!\w)(?:[a-z]{2}\s?\d{13} | [a-z]{2}\s?\d(?:\s\d{2,4}){3,6} | [bcekpn]\d{7})(?!\w)",
    ),
    _rule(
        Kind.PAPER,
        r"(?<![\d,])(?:\d{3}[\s.\-]\d{3}[\s.\-]\d{3}[\s.\-]\d{3} | \d{3}[\s.\-]\d{9}"
        r" | \d{3}[\s.\-]\d{3}[\s.\-]\d{6} | \d{6}[\s.\-]\d{6} | \d{12}"
        r" | \d{4}[\s.\-]\d{4}[\s.\-]\d{4}(?![\s.\-]?\d))(?!\d)",
        _are_no_years,
    ),
    _rule(
        Kind.PHONE,
        rf"(?<!\w)[0o]{_GAP}(?:2{_more(9)} | 1{_more(9)} | [35789]{_more(8)})(?!\d)",
        _has_many_digits,
    ),
    _rule(Kind.PAPER, r"(?<![\d.,])(?:\d{9} | \d{3}[\s.\-]\d{3}[\s.\-]\d{3} | \d{3}[\s.\-]\d{6})(?!\d)"),
    _rule(Kind.NUMBER, r"(?<!\d)\d{9,}(?!\d)"),
    _rule(Kind.NUMBER, rf"(?<!\w){_SPELLED}(?:[\s,.\-]{{1,3}}{_SPELLED}){{7,}}(?!\w)"),
    _rule(
        Kind.PARCEL,
        r"(?:thửa(?:\s?đất)?(?:\s?số)? | tờ\s?bản\s?đồ(?:\s?số)?)\s*:?\s*(?P<what>\d+(?:/\d+)?)",
    ),
)


def find(text: str) -> Iterator[Found]:
    """Find what names somebody; stretches do not overlap."""
    left = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    for rule in _RULES:
        named = "what" if "what" in rule.pattern.groupindex else 0
        for match in rule.pattern.finditer(left):
            if not rule.holds(match):
                continue
            start, end = match.span(named)
            if rule.kind is not None:
                yield Found(rule.kind, start, end)
            left = left[:start] + _TAKEN * (end - start) + left[end:]


def mask(text: str) -> str:
    """Put in the place of each such stretch what it was: `[số điện thoại]`. Masking again changes nothing."""
    masked, after = [], len(text)
    for found in sorted(find(text), key=lambda one: one.start, reverse=True):
        masked += [text[found.end : after], found.kind.mark]
        after = found.start
    masked.append(text[:after])
    return "".join(reversed(masked))
