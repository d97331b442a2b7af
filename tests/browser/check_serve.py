"""Opens the page of `burn-mlp serve` in headless Chromium and uses it like a user: draws digits with the mouse, drops an
image, undoes, clears; light and dark, wide and narrow. There must be no console message and no external request.
Usage: check_serve.py CHROMIUM PROGRAM RUN SCREENSHOTS"""

import base64
import pathlib
import re
import signal
import struct
import subprocess
import sys
import time
import urllib.request
import zlib

import html5lib
from playwright.sync_api import sync_playwright

from contrast import CONTRAST

NARROW, WIDE = 375, 1200
SIZES = {"narrow": (NARROW, 812), "wide": (WIDE, 860)}

# Strokes in hundredths of the drawing area.
ONE = [[(52, 15), (51, 40), (50, 62), (49, 85)]]
ZERO = [[(50, 14), (36, 22), (30, 40), (30, 62), (38, 80), (50, 86), (63, 80), (70, 62), (70, 40), (63, 20), (50, 14)]]
THREE = [[(32, 20), (44, 15), (58, 16), (66, 28), (60, 40), (50, 46), (62, 52), (68, 64), (60, 79), (46, 84), (34, 82)]]


def check(failures, name, holds, what):
    if not holds:
        failures.append(f"{name}: {what}")


def serve(program, run):
    """Starts the server and returns it with its address."""
    server = subprocess.Popen([program, "serve", run, "--port", "0"], stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        if found := re.search(r"http://\S+/", line):
            return server, found.group()
    raise SystemExit("the server did not start")


def draw(page, strokes):
    page.locator("#pad").scroll_into_view_if_needed()
    box = page.locator("#pad").bounding_box()
    at = lambda point: (box["x"] + point[0] * box["width"] / 100, box["y"] + point[1] * box["height"] / 100)
    for stroke in strokes:
        page.mouse.move(*at(stroke[0]))
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*at(point), steps=6)
        page.mouse.up()


def wait_for(page, condition):
    """Polls `condition`: Playwright's own waiting needs eval, which the page's policy forbids."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        time.sleep(0.1)
    raise SystemExit(f"timed out waiting for {condition}")


def settled(page):
    """Waits for the last response and returns the class and its probability."""
    wait_for(page, "!queue.busy && !queue.next && document.getElementById('best').textContent !== '–'")
    return page.locator("#best").inner_text(), page.locator("#sure").inner_text()


def png(side, paper, ink):
    """A grey PNG file with a vertical bar."""
    row = lambda y: bytes([0] + [ink if side * 0.42 < x < side * 0.58 and side * 0.15 < y < side * 0.85 else paper for x in range(side)])
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(row(y) for y in range(side)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def drop(page, name, file):
    page.evaluate("""([name, file]) => {
      const bytes = Uint8Array.from(atob(file), character => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name, { type: 'image/png' }));
      document.getElementById('pad').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
    }""", [name, base64.b64encode(file).decode()])


def check_labels(page, failures, name):
    """Every control has an accessible name and a visible focus."""
    unnamed = page.evaluate("""() => [...document.querySelectorAll('button, input, select, textarea, canvas, summary')]
      .filter(e => e.getClientRects().length)
      .filter(e => !(e.textContent.trim() || e.ariaLabel || (e.labels && [...e.labels].some(l => l.textContent.trim()))))
      .map(e => e.outerHTML)""")
    check(failures, name, not unnamed, f"without a name: {unnamed}")
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
    page.locator("header .kind").click()
    stops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        stop = page.evaluate("""() => {
          const e = document.activeElement;
          const styles = [e, e.parentElement].map(each => getComputedStyle(each));
          return [e.id || e.className || e.tagName, styles.some(style => style.outlineStyle !== 'none')];
        }""")
        check(failures, name, stop[1] or stop[0] == "BODY", f"the focus is not visible on {stop[0]}")
        stops.append(stop[0])
    check(failures, name, {"file", "center", "invert"} <= set(stops), f"the tab stops are {stops}")


def check_digits(page, failures, name, shots):
    for digit, strokes in (("1", ONE), ("0", ZERO), ("3", THREE)):
        draw(page, strokes)
        predicted, sure = settled(page)
        check(failures, name, predicted == digit, f"a drawn {digit} is read as {predicted} ({sure})")
        if digit == "3":
            page.screenshot(path=shots / f"{name.replace(' ', '-')}.png", full_page=True)
            check(failures, name, page.locator("#seen-picture").is_visible(), "what the network sees is not shown")
        page.locator("#undo").click()
        check(failures, name, page.locator("#best").inner_text() == "–", "undo leaves the prediction")
    draw(page, ONE + ZERO)
    settled(page)
    page.locator("#clear").click()
    check(failures, name, page.locator("#clear").is_disabled(), "clear stays enabled after clearing")
    for paper, ink in ((255, 0), (0, 255), (150, 60)):
        drop(page, "bar.png", png(120, paper, ink))
        predicted, sure = settled(page)
        check(failures, name, predicted == "1", f"a dropped bar of {ink} on {paper} is read as {predicted} ({sure})")
        page.keyboard.press("Escape")
    drop(page, "broken.png", b"no image")
    wait_for(page, "!document.getElementById('problem').hidden")
    message = page.locator("#problem").inner_text()
    check(failures, name, "PNG, JPEG, BMP, GIF, TIFF, WebP or PGM" in message, f"the error of a broken image is {message!r}")
    page.locator("#clear").click()
    check(failures, name, page.locator("#problem").is_hidden(), "clear leaves the error")


def check_page(browser, address, size, scheme, failures, shots):
    name = f"serve {size} {scheme}"
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=size == "narrow")
    page = context.new_page()
    page.set_default_timeout(20_000)
    # The browser logs the status of the refused image.
    page.on("console", lambda message: check(failures, name, "status of 400" in message.text, f"console: {message.text}"))
    page.on("pageerror", lambda error: failures.append(f"{name}: {error}"))
    page.on("request", lambda request: check(failures, name, request.url.startswith((address, "data:", "blob:")), request.url))
    page.goto(address)
    wait_for(page, "document.querySelectorAll('#bars li').length > 1")
    page.locator("#drawing summary").click()
    check_labels(page, failures, name)
    page.locator("#drawing summary").click()
    check_digits(page, failures, name, shots)
    draw(page, ZERO)
    settled(page)
    overflow = page.evaluate("document.documentElement.scrollWidth")
    check(failures, name, overflow <= width, f"scrolls horizontally: {overflow} wide")
    page.locator("footer summary").click()
    pale = page.evaluate(CONTRAST)
    check(failures, name, not pale, f"low contrast: {pale[:5]}")
    if size == "narrow":
        touch(page, failures, name)
    context.close()


def touch(page, failures, name):
    """Touch draws and does not scroll the page."""
    page.locator("#clear").click()
    page.locator("#pad").scroll_into_view_if_needed()
    box = page.locator("#pad").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    settled(page)
    action = page.evaluate("getComputedStyle(document.getElementById('pad')).touchAction")
    check(failures, name, action == "none", f"touch-action is {action}")


def check_markup(address, failures):
    parser = html5lib.HTMLParser()
    parser.parse(urllib.request.urlopen(address).read().decode())
    check(failures, "serve", not parser.errors, f"not valid HTML: {parser.errors[:3]}")


def main():
    chromium, program, run, shots = sys.argv[1:5]
    shots = pathlib.Path(shots)
    shots.mkdir(parents=True, exist_ok=True)
    server, address = serve(program, run)
    failures, pages = [], 0
    try:
        check_markup(address, failures)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for size in SIZES:
                for scheme in ("light", "dark"):
                    check_page(browser, address, size, scheme, failures, shots)
                    pages += 1
            browser.close()
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=20)
    check(failures, "serve", code == 0, f"the server exited with {code}")
    print("\n".join(failures))
    print(f"{pages} pages used, {len(failures)} failures")
    return 1 if failures or pages == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
