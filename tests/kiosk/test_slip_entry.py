"""How a slip is read: typed, by a scanner, by the camera."""

from __future__ import annotations

from typing import Any

import pytest
from tablet_modules import Run

from survey.services.office import codes

pytestmark = pytest.mark.browser


def test_the_tablet_reads_codes_as_the_server_does(run: Run) -> None:
    good = [codes.new_code() for _ in range(300)]
    tokens = [codes.new_token() for _ in range(30)]
    # One wrong symbol, and two that changed places.
    wrong = [code[:4] + ("7" if code[4] != "7" else "8") + code[5:] for code in good]
    wrong += [code[:2] + code[3] + code[2] + code[4:] for code in good if code[2] != code[3]]
    read = """
      const {readSlip} = await load("slip");
      return given.map(readSlip);
    """
    assert run(read, good) == good
    assert (
        run(read, [codes.spoken(code).lower().replace("0", "o").replace("1", "l") for code in good]) == good
    )
    assert run(read, wrong) == [None] * len(wrong)
    assert run(read, [f"HTTPS://MOTCUA.XA.GOV.VN:8443/P/{token}" for token in tokens]) == tokens
    assert run(read, [f" http://10.0.0.2/p/{token.lower()}\n" for token in tokens]) == tokens
    # Nothing else is taken for a slip, a scan that is still coming in neither.
    others = [
        "",
        "HTTPS://OFFICE",
        "https://x.vn/D/7K3Q",
        "8934563138164",
        f"HTTPS://X/P/{tokens[0][:-1]}",
        "WIFI:S:XA;;",
    ]
    assert run(read, others) == [None] * len(others)


SCAN = """
  const {Scanner} = await load("scanner");
  const scans = [], kept = [];
  const scanner = new Scanner({now: () => clock.now(), onScan: (text) => scans.push(text)});
  for (const [key, pause, code] of given) { clock.at += pause; kept.push(scanner.pressed({key, code})); }
  return {scans, kept};
"""


def keys(text: str, pause: int) -> list[list[Any]]:
    return [[letter, pause] for letter in text] + [["Enter", pause]]


def test_a_scanner_is_told_from_a_person_by_its_haste(run: Run) -> None:
    address = "HTTPS://SIPAS.LAN/P/7K3Q9M2X4TB7K3Q9"
    assert run(SCAN, keys(address, 8))["scans"] == [address]
    assert run(SCAN, keys(address, 200)) == {"scans": [], "kept": [False] * (len(address) + 1)}
    # A finger on a key before the scan, and a short burst: neither is a scan, nor spoils the next.
    assert run(SCAN, [["a", 0], *keys("7K3Q9M2X4TB", 300)[:1], *keys("7K3Q9M2X4TB", 9)])["scans"] == [
        "77K3Q9M2X4TB"
    ]
    assert run(SCAN, [*keys("abc", 9), *[["x", 900]], *[["Enter", 900]]])["scans"] == []


def test_a_scan_is_read_by_the_place_of_the_keys_where_letters_are_composed(run: Run) -> None:
    composed = [
        ["Process", 8, f"Key{letter}" if letter.isalpha() else f"Digit{letter}"] for letter in "7K3Q9M2X4TB"
    ]
    assert run(SCAN, [*composed, ["Enter", 8]])["scans"] == ["7K3Q9M2X4TB"]


CAMERA = """
  const tracks = [];
  const stream = () => {
    const made = document.createElement("canvas");
    made.getContext("2d").fillRect(0, 0, 9, 9);
    const one = made.captureStream();
    tracks.push(...one.getTracks());
    return one;
  };
  const media = given.refused ? async () => { throw new DOMException("no", "NotAllowedError"); } : async () => stream();
  Object.defineProperty(navigator, "mediaDevices", {configurable: true, value: {getUserMedia: media}});
  const texts = [[], [], ["HTTPS://X/P/7K3Q9M2X4TB7K3Q9"]];
  globalThis.BarcodeDetector = class {
    static getSupportedFormats = async () => given.formats;
    detect = async () => (texts.shift() ?? []).map((rawValue) => ({rawValue}));
  };
  const {Camera, canScan} = await load("camera");
  const video = document.createElement("video");
  document.body.append(video);
  const camera = new Camera(), can = await canScan();
  const read = await new Promise((resolve) => camera.start(video, resolve).catch(() => resolve("refused")));
  camera.stop();
  video.remove();
  delete globalThis.BarcodeDetector;
  return {can, read, tracks: tracks.map((track) => track.readyState), without: await canScan()};
"""


def test_the_camera_reads_a_code_and_is_let_go(run: Run) -> None:
    assert run(CAMERA, {"formats": ["qr_code"]}) == {
        "can": True,
        "read": "HTTPS://X/P/7K3Q9M2X4TB7K3Q9",
        "tracks": ["ended"],
        "without": False,
    }
    assert run(CAMERA, {"formats": ["ean_13"], "refused": True}) == {
        "can": False,
        "read": "refused",
        "tracks": [],
        "without": False,
    }
