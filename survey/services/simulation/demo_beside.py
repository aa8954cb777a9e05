"""What stands beside the simulated answers: comments, reasons, slips, reviews. Seeded.

Everything here is made up and says so: no sentence was written by a citizen, none names anybody. The chances
are drawn apart from those of the answers, so that the answers and what is planted in them stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.enums import Dimension, Form, HideReason, Review
from survey.instrument import Instrument
from survey.models import Comment
from survey.services.remarks import comments
from survey.services.remarks.comments import Verdict
from survey.services.simulation.demo_citizens import STUFFED_DAY, AnswerDraft, Day

WRITES = 0.06  # of those who answer
WRITES_WHEN_LOW = 0.16
TAPS_REASON = 0.55  # of those who were not satisfied
GETS_SLIP = 0.82  # of those who receive a result
REPRINTED = 0.012
REVIEWED = 0.9
LOW = 3


class Sentence(NamedTuple):
    text: str
    tag: str


GOOD: Mapping[Dimension, Sequence[Sentence]] = {
    Dimension.ACCESS: (
        Sentence("Phòng chờ mát, có ghế ngồi, tôi không phải đứng đợi.", "chỗ ngồi"),
        Sentence("Có bảng chỉ dẫn từ ngoài cổng nên tìm quầy nhanh.", "chỉ dẫn"),
        Sentence("Có nước uống, có chỗ để xe, tốt.", "chỗ để xe"),
    ),
    Dimension.PROCEDURE: (
        Sentence("Giấy tờ cần mang được ghi rõ trên tờ hướng dẫn, đi một lần là xong.", "hướng dẫn"),
        Sentence("Làm nhanh, không phải đi lại nhiều lần.", "nhanh"),
    ),
    Dimension.STAFF: (
        Sentence("Cán bộ chỉ từng ô để điền, tôi lớn tuổi mà vẫn làm được.", "hướng dẫn"),
        Sentence("Thái độ vui vẻ, giải thích dễ hiểu.", "thái độ"),
        Sentence("Được hỏi thăm có cần giúp đánh máy không, tôi thấy ấm lòng.", "thái độ"),
    ),
    Dimension.OUTCOME: (
        Sentence("Nhận kết quả sớm hơn ngày hẹn một ngày.", "đúng hẹn"),
        Sentence("Giấy khai sinh ghi đúng, không phải sửa.", "kết quả đúng"),
    ),
    Dimension.PETITIONS: (Sentence("Tôi góp ý về giờ giấc, tuần sau đã thấy đổi. Cảm ơn.", "trả lời góp ý"),),
}
BAD: Mapping[Dimension, Sequence[Sentence]] = {
    Dimension.ACCESS: (
        Sentence("Buổi sáng đông quá, ghế không đủ, nhiều người đứng.", "chỗ ngồi"),
        Sentence("Bảng chữ nhỏ, người già không đọc được.", "chỉ dẫn"),
        Sentence("Trời mưa để xe bị ướt, nên làm mái che.", "chỗ để xe"),
    ),
    Dimension.PROCEDURE: (
        Sentence("Bị yêu cầu về lấy thêm giấy tờ mà tờ hướng dẫn không ghi.", "thêm giấy tờ"),
        Sentence("Nộp qua mạng khó quá, nên có người giúp.", "nộp qua mạng"),
        Sentence("Phải đi lại ba lần mới nộp được hồ sơ đất.", "đi lại nhiều"),
    ),
    Dimension.STAFF: (
        Sentence("Hỏi thì trả lời cụt lủn, chưa nhiệt tình.", "thái độ"),
        Sentence("Mỗi lần hướng dẫn một kiểu, không biết nghe ai.", "hướng dẫn"),
        Sentence("Cán bộ nghe điện thoại lâu trong khi bà con đợi.", "thái độ"),
    ),
    Dimension.OUTCOME: (
        Sentence("Trễ hẹn hơn một tuần mà không thấy báo.", "trễ hẹn"),
        Sentence("Hồ sơ đất hẹn rồi lại hẹn, chờ lâu quá.", "trễ hẹn"),
        Sentence("Kết quả ghi sai năm sinh, phải quay lại sửa.", "kết quả sai"),
        Sentence("Trễ hẹn nhưng không có thư xin lỗi.", "xin lỗi"),
    ),
    Dimension.PETITIONS: (
        Sentence("Góp ý từ tháng trước, chưa thấy ai trả lời.", "trả lời góp ý"),
        Sentence("Không biết gửi phản ánh ở đâu, nên dán số điện thoại to hơn.", "trả lời góp ý"),
    ),
}
HIDDEN: Sequence[tuple[str, HideReason]] = (
    ("Hôm nay ngoài chợ giá cà phê lên cao.", HideReason.NOT_ABOUT_SERVICE),
    ("Đội bóng của xã đá hay lắm.", HideReason.NOT_ABOUT_SERVICE),
)
_ABOUT = {
    sentence.text: (dimension, sentence.tag)
    for pool in (GOOD, BAD)
    for dimension, sentences in pool.items()
    for sentence in sentences
}
_HIDDEN = dict(HIDDEN)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a day's answers bring along, in the order of its answers, and who got a slip."""

    comments: tuple[str, ...]
    reasons: tuple[tuple[str, ...], ...]
    slips: tuple[int, ...]  # places of dossiers, those that were answered among them
    reprinted: tuple[int, ...]


def beside(day: Day, instrument: Instrument, *, seed: int) -> Beside:
    """Draw what stands beside one day; the same day and seed give the same."""
    chance = np.random.default_rng([seed, day.day.toordinal()])
    answered = {answer.dossier for answer in day.answers if answer.dossier is not None}
    slips = [place for place in range(len(day.dossiers)) if chance.random() < GETS_SLIP or place in answered]
    return Beside(
        comments=tuple(_comment(chance, instrument, answer) for answer in day.answers),
        reasons=tuple(_reasons(chance, instrument, answer) for answer in day.answers),
        slips=tuple(slips),
        reprinted=tuple(place for place in slips if place not in answered and chance.random() < REPRINTED),
    )


def _low(instrument: Instrument, answer: AnswerDraft) -> list[Dimension]:
    found = {
        instrument.item_by_code[code].dimension for code, level in answer.answers.items() if level <= LOW
    }
    return [dimension for dimension in Dimension if dimension in found]


def _comment(chance: np.random.Generator, instrument: Instrument, answer: AnswerDraft) -> str:
    if (answer.day.month, answer.day.day) == STUFFED_DAY and answer.seconds <= 6:
        return ""
    low = _low(instrument, answer)
    if chance.random() >= (WRITES_WHEN_LOW if low else WRITES):
        return ""
    if chance.random() < 0.03:
        return HIDDEN[int(chance.integers(len(HIDDEN)))][0]
    pool = BAD if low else GOOD
    among = low or list(Dimension)
    sentences = pool[among[int(chance.integers(len(among)))]]
    return sentences[int(chance.integers(len(sentences)))].text


def _reasons(chance: np.random.Generator, instrument: Instrument, answer: AnswerDraft) -> tuple[str, ...]:
    found: dict[Dimension, str] = {}
    for dimension in _low(instrument, answer):
        codes = [reason.code for reason in instrument.reasons if reason.dimension == dimension]
        if codes and chance.random() < TAPS_REASON:
            found[dimension] = codes[min(int(chance.exponential(1.2)), len(codes) - 1)]
    if answer.form is Form.SPLIT and found:  # a tablet asks once, about the lowest level
        level = {instrument.item_by_code[code].dimension: level for code, level in answer.answers.items()}
        return (found[min(found, key=lambda dimension: level[dimension])],)
    return tuple(found.values())


def review(session: Session, *, unit_id: int, seed: int, today: date) -> int:
    """Look through most comments as an office would: hide what is beside the matter, tag the rest."""
    chance = np.random.default_rng([seed, 2])
    done = 0
    rows = session.execute(select(Comment.id, Comment.text).order_by(Comment.month, Comment.text)).all()
    readable = comments.readable(session, unit_id, today=today)
    for row in rows:
        if chance.random() >= REVIEWED or row.id not in readable:
            continue
        comments.decide(session, unit_id=unit_id, comment_id=row.id, verdict=_verdict(row.text))
        done += 1
    return done


def _verdict(text: str) -> Verdict:
    if text in _HIDDEN:
        return Verdict(Review.HIDDEN, reason=_HIDDEN[text])
    dimension, tag = _ABOUT.get(text, (None, ""))
    return Verdict(Review.APPROVED, dimension=dimension, new_tag=tag)
