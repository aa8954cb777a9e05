"""A report as values: head, blocks, foot. DOCX, PDF and the page are written from the same one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from survey.reports.tables import Table

Style = Literal["body", "item", "note"]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: Literal[1, 2]


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    style: Style = "body"


@dataclass(frozen=True, slots=True)
class Written:
    """A part that an officer may write: its paragraphs as they read now."""

    part: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with the widths of its columns as shares of the page."""

    table: Table
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """`alt` says what the picture shows to who does not see it."""

    svg: Markup
    alt: str
    caption: str
    width_mm: float = 160


Block = Heading | Paragraph | Written | TableBlock | Picture


@dataclass(frozen=True, slots=True)
class Head:
    superior: str
    issuer: tuple[str, ...]
    number: str  # "Số: 45/BC-UBND"
    place_and_date: str
    kind: str
    abstract: str
    addressee: str
    mark: str  # "DỰ THẢO …"; empty on the final text


@dataclass(frozen=True, slots=True)
class Foot:
    recipients: tuple[str, ...]
    signer: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    author: str
    head: Head
    blocks: tuple[Block, ...]
    foot: Foot
    annex: tuple[Block, ...]
    fingerprint: str  # of the record; empty while the figures are provisional

    @property
    def tables(self) -> Sequence[Table]:
        return [one.table for one in (*self.blocks, *self.annex) if isinstance(one, TableBlock)]

    @property
    def locked_texts(self) -> Iterator[str]:
        """Give every text that the figures made: what an officer writes may repeat its figures, no others."""
        for block in (*self.blocks, *self.annex):
            if isinstance(block, Heading | Paragraph):
                yield block.text
            elif isinstance(block, Picture):
                yield f"{block.alt} {block.caption}"
            elif isinstance(block, TableBlock):
                yield from (cell.text for row in block.table.rows for cell in row)
