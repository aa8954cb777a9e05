"""The report of a period: one document, written as DOCX, PDF and XLSX and shown on the page."""

from survey.reports.periodic.build import build
from survey.reports.periodic.document import Document
from survey.reports.periodic.notice import Notice, notice
from survey.reports.periodic.proposals import proposed_texts

__all__ = ["Document", "Notice", "build", "notice", "proposed_texts"]
