"""Forms of languages: which file to take out, a file that comes back."""

from __future__ import annotations

import base64
import binascii
import zlib

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Regexp

from survey.forms.base import N_, OfficerForm
from survey.services.spoken.language_files import MOST_BYTES


class OtherLanguageForm(OfficerForm):
    """The code of a language that we do not name."""

    code = StringField(
        N_("Mã ngôn ngữ"),
        validators=[
            InputRequired(N_("Hãy ghi mã ngôn ngữ, hai hoặc ba chữ thường.")),
            Regexp(r"^(?!vi$|en$)[a-z]{2,3}$", message=N_("Hãy ghi mã ngôn ngữ, hai hoặc ba chữ thường.")),
        ],
    )


class TranslationForm(OfficerForm):
    file = FileField(N_("Tệp .po đã dịch"), validators=[FileRequired(N_("Hãy chọn tệp .po đã dịch."))])


class StoreTranslationForm(OfficerForm):
    """What the page showed comes back with it: nothing of the file was kept in between."""

    content = HiddenField()
    keep_good = BooleanField(N_("Ghi các câu đúng; câu sai vẫn hiện tiếng Việt"))

    @staticmethod
    def packed(content: bytes) -> str:
        return base64.b64encode(zlib.compress(content, 9)).decode()

    def unpacked(self) -> bytes:
        """Give the file again; what is no file of ours is empty."""
        try:
            packed = base64.b64decode(self.content.data or "", validate=True)
            return zlib.decompressobj().decompress(packed, MOST_BYTES + 1)
        except (binascii.Error, zlib.error):
            return b""
