"""From what the office has set to its sheets of paper: the same for the pages and for the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.paper import (
    OfficeHead,
    Paper,
    Poster,
    PosterPaper,
    Slip,
    render_paper_form,
    render_poster,
    render_slips,
)
from survey.services.https import addresses
from survey.services.office import installation
from survey.services.spoken import tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from survey.instrument import Instrument
    from survey.services.inviting.slips import Batch
    from survey.services.spoken.languages import Spoken
    from survey.settings import Settings


@dataclass(frozen=True, slots=True)
class Press:
    """What every sheet of an office says, in one language."""

    settings: Settings
    locale: str
    spoken: Spoken
    unit_name: str
    hotline: str
    petition_address: str
    wifi_note: str | None
    fields: Sequence[str]

    @classmethod
    def of(cls, session: Session, settings: Settings, spoken: Spoken, *, locale: str) -> Press:
        office = installation.read(session)
        names = installation.unit_names(session, office.unit_id)
        return cls(
            settings=settings,
            locale=locale,
            spoken=spoken,
            unit_name=next(iter(names.values()), ""),
            hotline=office.hotline,
            petition_address=office.petition_address,
            wifi_note=office.wifi_note or None,
            fields=[
                tile.names.get(locale) or tile.names["vi"]
                for tile in map(spoken.tile, tiles.fields_offered(session))
            ],
        )

    def slips(self, batch: Batch, paper: Paper) -> bytes:
        """Set the slips of a batch; with dossiers a list before them says whose they are."""
        made = [
            Slip(
                url=addresses.invitation_url(self.settings, one.token),
                code=one.code,
                desk_name=batch.desk_name,
                expires_on=one.expires_on,
                island=not self.settings.is_public,
                wifi_note=self.wifi_note,
            )
            for one in batch.issued
        ]
        handout = [one.dossier_code for one in batch.issued if one.dossier_code] if len(made) > 1 else []
        return render_slips(
            made,
            paper=paper,
            office=self._head(batch.desk_name),
            locale=self.locale,
            gettext=self._gettext,
            handout=handout,
        )

    def poster(self, desk_code: str, desk_name: str, paper: PosterPaper) -> bytes:
        poster = Poster(
            url=addresses.in_capitals(f"{addresses.phone_url(self.settings)}/D/{desk_code}"),
            desk_name=desk_name,
            island=not self.settings.is_public,
            wifi_note=self.wifi_note,
        )
        return render_poster(
            poster,
            paper=paper,
            office=self._head(desk_name),
            locale=self.locale,
            gettext=self._gettext,
        )

    def paper_form(self, instrument: Instrument, desk_name: str) -> bytes:
        return render_paper_form(
            self.spoken.instrument(instrument),
            office=self._head(desk_name),
            fields=self.fields,
            locale=self.locale,
            gettext=self._gettext,
        )

    def _gettext(self, source: str) -> str:
        return self.spoken.gettext(self.locale, source)

    def _head(self, desk_name: str) -> OfficeHead:
        return OfficeHead(self.unit_name, desk_name, self.hotline, self.petition_address)
