"""The pictures of the documentation, taken from the running program on the simulated year.

`make pictures` writes them anew; `docs/pictures.md` shows them. Nothing in a picture is real.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT)]

import pypdfium2  # noqa: E402 - after the checkout is on the path
from browser import Chromium, guarded_page  # noqa: E402
from demo_office import Office, opened_office  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Page  # noqa: E402
from tablet import SECOND_ITEMS, SIZES, Tablet, new_code  # noqa: E402

from survey import clock  # noqa: E402
from survey.services.inviting import invitations  # noqa: E402
from survey.services.office import installation, scopes  # noqa: E402

IMAGES = ROOT / "docs" / "images"
GROUND = (222, 226, 230)
GAP = 16
COLOURS = 160  # of a palette: plain pages need no more, and a picture stays small
LONGEST = 1500  # pixels of a page that is shown; the rest is left to who opens it

# Every page of officers by the end of its address, in the order of the navigation.
OFFICER_PAGES: dict[str, str] = {
    "tong-quan": "?period=2024",
    "noi-dung": "noi-dung/outcome?period=2024",
    "xu-huong": "xu-huong?period=2024",
    "so-sanh": "so-sanh?period=2024",
    "do-phu": "do-phu?period=2024",
    "dung-o-dau": "dung-o-dau?period=2024",
    "gop-y": "gop-y?period=2024",
    "chat-luong": "chat-luong?period=2024",
    "du-bao": "du-bao",
    "bao-cao": "bao-cao",
    "bao-cao-nam": "bao-cao/2024",
    "to-niem-yet": "bao-cao/2024/niem-yet",
    "ho-so": "quan-tri/ho-so",
    "phieu-moi": "quan-tri/phieu-moi",
    "muc-tieu": "quan-tri/muc-tieu/2024",
    "may-tai-quay": "quan-tri/kiosk",
    "thiet-lap": "quan-tri/",
}
# One minute: where to look, in this order.
TOUR = ("tong-quan", "noi-dung", "so-sanh", "chat-luong", "du-bao", "bao-cao-nam")
# What is chosen on the phone; of a question without any of these, the first option.
WANTED = "input[value=result], input[value='4'], input[name=feedback][value=yes], input[value=no]"


# --- pictures ----------------------------------------------------------------------------------------


def shot(page: Page, *, whole: bool = False) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")


def printed(page: Page) -> Image.Image:
    """The first sheet of a page as it is printed on A4."""
    with pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True)) as document:
        return document[0].render(scale=1.4).to_pil().convert("RGB")


def beside(pictures: Sequence[Image.Image], *, height: int | None = None) -> Image.Image:
    """Join pictures from left to right, cut at a height."""
    tallest = max(one.height for one in pictures)
    height = min(tallest, height or tallest)
    width = sum(one.width for one in pictures) + GAP * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, height + 2 * GAP), GROUND)
    left = GAP
    for one in pictures:
        sheet.paste(one.crop((0, 0, one.width, min(one.height, height))), (left, GAP))
        left += one.width + GAP
    return sheet


def in_rows(pictures: Sequence[Image.Image], each: int) -> Image.Image:
    """Join pictures in rows of so many, read as text is read."""
    rows = [beside(pictures[start : start + each]) for start in range(0, len(pictures), each)]
    sheet = Image.new("RGB", (rows[0].width, sum(row.height - GAP for row in rows) + GAP), GROUND)
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height - GAP
    return sheet


def scaled(picture: Image.Image, width: int) -> Image.Image:
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)


def keep(picture: Image.Image, name: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    # The few pixels of a verdict's colour must not be averaged away with the greys around them.
    reduced = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    reduced.save(IMAGES / f"{name}.png", optimize=True)
    print(f"docs/images/{name}.png {(IMAGES / f'{name}.png').stat().st_size // 1024} KB", flush=True)  # noqa: T201


# --- what is taken -----------------------------------------------------------------------------------


def officer_page(page: Page, office: Office, address: str) -> Image.Image:
    """A page at 1366 px, on an upright tablet and on paper, beside each other."""
    taken = []
    for width, height, shown in ((1366, 768, 820), (800, 1280, 480)):
        page.set_viewport_size({"width": width, "height": height})
        answer = page.goto(f"{office.url}/can-bo/{address}")
        assert answer is not None, address
        assert answer.status == 200, f"{answer.status} {address}"
        taken.append(scaled(shot(page, whole=True), shown))
    taken.append(scaled(printed(page), 560))
    return beside(taken, height=LONGEST)


def officer_pages(chromium: Chromium, office: Office, only: Callable[[str], bool]) -> None:
    with guarded_page(chromium) as page:
        page.context.add_cookies([{"name": "sipas", "value": office.secret, "url": office.url}])
        for name, address in OFFICER_PAGES.items():
            if only(f"can-bo-{name}"):
                keep(officer_page(page, office, address), f"can-bo-{name}")


def tour(chromium: Chromium, office: Office) -> None:
    """The first screens of the tour, and the overview by itself."""
    with guarded_page(chromium, viewport={"width": 1366, "height": 768}) as page:
        page.context.add_cookies([{"name": "sipas", "value": office.secret, "url": office.url}])
        taken = []
        for name in TOUR:
            page.goto(f"{office.url}/can-bo/{OFFICER_PAGES[name]}")
            whole = shot(page)
            if name == "tong-quan":
                keep(whole, "overview")
            taken.append(scaled(whole, 683))
        keep(in_rows(taken, 2), "tour")


def phone_flow(chromium: Chromium, office: Office) -> None:
    """Every screen of the phone form, from the slip to thanks."""
    today = clock.office_day(clock.now(), office.settings.zone)
    with office.database.read() as session:
        unit_id = installation.read(session).unit_id
        assert unit_id is not None
        desk_id = scopes.desks_of(session, unit_id)[0].id
    (slip,) = office.database.write(
        lambda session: invitations.issue_roll(
            session, keyring=office.keyring, desk_id=desk_id, count=1, today=today
        )
    )
    with guarded_page(chromium, viewport={"width": 360, "height": 740}, device_scale_factor=1) as page:
        page.goto(f"{office.url}/P/{slip.token}")
        taken = []
        while True:
            for asked in page.locator("main fieldset").all():
                choices = asked.locator("input[type=radio]")
                wanted = asked.locator(WANTED)
                if choices.first.is_visible():
                    (wanted if wanted.count() else choices).first.check(force=True)
            page.mouse.move(0, 0)
            page.evaluate("() => scrollTo(0, 0)")
            taken.append(scaled(shot(page, whole=True), 240))
            if not page.locator("main form[method=post]").count():
                break
            page.locator("main form[method=post] button").last.click()
            page.wait_for_load_state()
        keep(beside(taken), "dien-thoai")


def paper_entry(chromium: Chromium, office: Office) -> None:
    """The second form of a pile, as an officer types it."""
    with guarded_page(chromium, viewport={"width": 1024, "height": 768}) as page:
        page.context.add_cookies([{"name": "sipas", "value": office.secret, "url": office.url}])
        page.goto(f"{office.url}/can-bo/quan-tri/nhap-phieu")
        page.locator("main form button").last.click()
        for last in (False, True):
            for key in page.locator(".entry-key").all():
                key.fill(
                    {"q-stage": "2", "q-feedback": "1", "q-late": "2"}.get(key.get_attribute("name"), "4")
                )
            for question, mark in (("visits", "1"), ("apology", ""), ("extra_money", "2"), ("E3", "5")):
                page.fill(f"[name=q-{question}]", mark)
            page.select_option("[name=field]", index=3)
            if not last:
                page.locator("form.entry button").click()
                page.wait_for_load_state()
        page.locator("form.entry button").focus()
        picture = Image.open(io.BytesIO(page.locator("main").screenshot())).convert("RGB")
        keep(scaled(picture, 860), "paper-entry")


def tablet_flow(chromium: Chromium, office: Office, way: str) -> None:
    """Every screen of a visit at the tablet."""
    with guarded_page(chromium, viewport=SIZES[way], has_touch=True) as page:
        page.add_init_script(SECOND_ITEMS)
        tablet = Tablet(page, office.url).open(new_code(office.database, office.keyring, name=f"Máy {way}"))
        # Ready for times without network, and bright at whatever hour the picture is taken.
        page.wait_for_function("() => !document.querySelector('.foot-offline').textContent")
        page.locator("h1").click()
        page.wait_for_function("() => !document.querySelector('.asleep')")
        width = 420 if way == "landscape" else 260
        taken = [scaled(shot(page), width)]

        def take() -> None:
            taken.append(scaled(shot(page), width))

        tablet.tap("start")
        tablet.wait_for("stage")
        take()
        tablet.tap("result")
        tablet.wait_for("field")
        take()
        tablet.tap("skip")
        screen, level = tablet.wait_for("item"), iter("42" + "4" * 9)
        if way == "landscape":
            keep(shot(page), "kiosk")
        while screen != "thanks":
            take()
            before = tablet.heading
            tablet.tap({"item": next(level), "feedback": "yes"}.get(screen, "skip"))
            screen = tablet.next_question(before)
        take()
        keep(
            in_rows(taken, 4 if way == "landscape" else 6),
            f"may-tinh-bang-{'ngang' if way == 'landscape' else 'doc'}",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="beginnings of names of pictures; none: all")
    given = parser.parse_args()

    def only(name: str) -> bool:
        return not given.only or any(name.startswith(one) for one in given.only)

    with (
        tempfile.TemporaryDirectory() as folder,
        opened_office(Path(folder) / "data") as office,
        Chromium("/usr/bin/chromium") as chromium,
    ):
        if only("dien-thoai"):
            phone_flow(chromium, office)
        if only("paper-entry"):
            paper_entry(chromium, office)
        for way in SIZES:
            if only("may-tinh-bang") or only("kiosk"):
                tablet_flow(chromium, office, way)
        officer_pages(chromium, office, only)
        if only("tour") or only("overview"):
            tour(chromium, office)


if __name__ == "__main__":
    main()
