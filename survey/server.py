"""The production server: one process, several threads, http and https side by side, mixer and clerk.

One process keeps one writer for the SQLite file. Larger sites run several processes on PostgreSQL.
"""

from __future__ import annotations

import gc
import logging
import random
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from cheroot import wsgi

from survey import clock, mail
from survey.context import Runtime
from survey.exceptions import SurveyError
from survey.http_server import Certificate
from survey.reports.periodic import draft_mail
from survey.services.answers import remasking
from survey.services.https import office_authority
from survey.services.intake import mixing, signals
from survey.services.intake.seen_today import SeenToday
from survey.services.office import installation
from survey.services.records import closing, draft_notices, period_reports
from survey.services.sums import rollups
from survey.services.upkeep import clock_trust, retention
from survey.settings import Settings

if TYPE_CHECKING:
    from datetime import date, datetime

logger = logging.getLogger(__name__)

MIX_EVERY_S = 20.0
# Closing a period is a matter of days; a quarter of an hour keeps the list fresh after midnight.
CLERK_EVERY_S = 15 * 60.0
# First the server answers, then it looks back.
CLERK_STARTS_AFTER_S = 5.0
# A copied certificate is served a minute later, and so is one for a new address of the PC.
CERTIFICATE_EVERY_S = 60.0
# On Windows a signal is heard only between two waits.
_HEARS_SIGNALS_EVERY_S = 0.5
# Between two batches, so that answers that arrive meanwhile do not wait for all of them.
PAUSE_S = 0.05


class CertificateKeeper:
    """Renews the office's own certificate in time, and takes up a new one of whatever authority.

    New connections get the new certificate, open ones keep theirs: nothing is restarted.
    """

    def __init__(self, settings: Settings, server: wsgi.Server, certificate: Certificate) -> None:
        self._settings = settings
        self._server = server
        self._certificate = certificate
        self._served = certificate.content()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sipas-certificate", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def look_now(self) -> bool:
        """Renew and take up what is due; say whether another certificate is served from now on."""
        if office_authority.renew_if_due(self._settings, now=clock.now()):
            logger.info("certificate renewed")
        content = self._certificate.content()
        if content == self._served:
            return False
        # Raises where certificate and key do not fit, for example between two copied files: later again.
        self._server.ssl_adapter = self._certificate.adapter()
        self._served = content
        return True

    def _run(self) -> None:
        while not self._stop.wait(CERTIFICATE_EVERY_S):
            try:
                if self.look_now():
                    logger.info("certificate taken up")
            except (SurveyError, OSError):  # an SSLError is one
                logger.warning("the certificate cannot be renewed or read")
            except Exception:
                logger.exception("looking after the certificate failed")


class Mixer:
    """Mixes what may be mixed, every now and then, in a thread of its own."""

    def __init__(self, runtime: Runtime, *, every_s: float = MIX_EVERY_S) -> None:
        self._runtime = runtime
        self._every_s = every_s
        self._seen = SeenToday()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sipas-mixer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def mix_now(self) -> mixing.MixReport:
        """Mix until nothing more may leave, in short transactions between which answers are stored."""
        runtime = self._runtime
        now = clock.now().astimezone(runtime.settings.zone)
        work = partial(
            mixing.mix,
            keyring=runtime.keyring,
            store=runtime.instruments,
            today=now.date(),
            now=now,
            seen=self._seen,
        )
        mixed = comments = 0
        while True:
            report = runtime.database.write(work)
            mixed, comments = mixed + report.mixed, comments + report.comments
            if not report.mixed or self._stop.wait(PAUSE_S):
                break
        if mixed:
            runtime.database.empty_log()
        return mixing.MixReport(mixed, comments, report.waiting)

    def _run(self) -> None:
        # An uneven pace, so that the time of mixing tells nothing about the last answer.
        chance = random.SystemRandom()
        while not self._stop.wait(self._every_s * chance.uniform(0.5, 1.5)):
            try:
                report = self.mix_now()
            except SurveyError:
                logger.warning("mixing has to wait")
            except Exception:
                logger.exception("mixing failed")
            else:
                if report.mixed:
                    logger.info("answers mixed", extra={"waiting": report.waiting})


class Clerk:
    """Closes periods, notices late answers and opens drafts, in a thread of its own.

    Right after the start as well: the computer may have been off when something was due.
    """

    def __init__(self, runtime: Runtime, *, every_s: float = CLERK_EVERY_S) -> None:
        self._runtime = runtime
        self._every_s = every_s
        self._stop = threading.Event()
        self._tidied_on: date | None = None
        self._believed: tuple[date, bool] | None = None
        self._thread = threading.Thread(target=self._run, name="sipas-clerk", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def work_now(self) -> tuple[int, int]:
        """Do what is due; give how many records were written and how many drafts opened."""
        runtime, now = self._runtime, clock.now()
        rollups.ensure(runtime.database, store=runtime.instruments)
        signals.ensure(runtime.database, store=runtime.instruments)
        today = clock.office_day(now, runtime.settings.zone)
        if not self._is_believed(today):
            return 0, 0
        with runtime.database.read() as session:
            unit_ids = closing.units_of(session)
        records = closing.close_due(
            runtime.database, store=runtime.instruments, unit_ids=unit_ids, today=today, now=now
        )
        drafts = period_reports.prepare_due(runtime.database, unit_ids=unit_ids, today=today, now=now)
        self._tell_of_drafts(now)
        self._tidy(today, now)
        return records, drafts

    def _tell_of_drafts(self, now: datetime) -> None:
        """Send word of drafts where a relay is set; what could not be sent is tried again next time."""
        settings, database = self._runtime.settings, self._runtime.database
        if settings.relay is None:
            return
        with database.read() as session:
            notice = draft_notices.untold(session, now=now)
            office = installation.read(session)
            unit = next(iter(installation.unit_names(session, office.unit_id).values()), "")
        if notice is None:
            return
        subject, text = draft_mail.compose(
            unit, notice.periods, public_url=settings.public_url, demo=office.demo
        )
        try:
            mail.send(settings.relay, subject=subject, text=text)
        except OSError:
            logger.warning("the relay took no mail; it is tried again")
            return
        database.write(lambda session: draft_notices.told(session, notice=notice, now=now))

    def _is_believed(self, today: date) -> bool:
        """Say whether the clock may be followed in what cannot be taken back; looked at once a day."""
        if self._believed is None or self._believed[0] != today:
            trusted = self._runtime.database.write(lambda session: clock_trust.note(session, today=today))
            self._believed = today, trusted
            if not trusted:
                logger.warning("the clock has leapt; for a week nothing is closed or deleted")
        return self._believed[1]

    def _tidy(self, today: date, now: datetime) -> None:
        """Once a day: mask old comments by new rules, delete what was kept long enough."""
        if self._tidied_on == today:
            return
        database = self._runtime.database
        remasking.ensure(database)
        with database.read() as session:
            is_demo = installation.read(session).demo  # its year is long ago on purpose
        if not is_demo:
            gone = retention.purge(database, today=today, now=now)
            if gone.told:
                logger.info("purged", extra=gone.told)
        self._tidied_on = today

    def _run(self) -> None:
        wait = CLERK_STARTS_AFTER_S
        while not self._stop.wait(wait):
            wait = self._every_s
            try:
                records, drafts = self.work_now()
            except SurveyError:
                logger.warning("closing periods has to wait")
            except Exception:
                logger.exception("closing periods failed")
            else:
                if records or drafts:
                    logger.info("periods closed", extra={"records": records, "drafts": drafts})


def run_together(servers: list[Any], on_ready: Callable[[], None]) -> None:
    """Serve until a signal or Ctrl-C; every server stops when one does.

    None of them serves in this thread, which alone hears signals: one that broke off the handing out of a
    connection left a worker waiting for ever, and the process with it.
    """
    ended = threading.Event()
    failures: list[BaseException] = []

    def serve(server: Any) -> None:
        try:
            server.serve()
        except BaseException as error:
            failures.append(error)
        finally:
            ended.set()

    threads = [threading.Thread(target=serve, args=(server,), daemon=True) for server in servers]
    for server in servers:
        server.prepare()
    try:
        for thread in threads:
            thread.start()
        # What is loaded by now stays: looking through all of it for garbage would stop a page for a seventh
        # of a second each time.
        gc.freeze()
        on_ready()
        while not ended.wait(_HEARS_SIGNALS_EVERY_S):
            pass
    finally:
        for server in servers:
            server.stop()
    if failures:
        raise failures[0]
