"""Opens reports and comparisons in headless Chromium and checks them: wide and narrow, light and dark, by keyboard and
pointer, without console messages or requests. Usage: check_report.py CHROMIUM PAGE.html..."""

import pathlib
import sys

import html5lib
from playwright.sync_api import sync_playwright

from contrast import CONTRAST

NARROW, WIDE = 375, 1200

# How tooltips of a page's first chart begin: of epochs, or in a cross-validation of calibration.
FIRST_CHARTS = ("epoch ", "confidence ")

def check(failures, name, holds, what):
    if not holds:
        failures.append(f"{name}: {what}")


def check_keyboard(page, failures, name):
    """Tab reaches the first chart as one stop; arrow keys move through its values."""
    page.keyboard.press("Tab")
    check(failures, name, page.evaluate("document.activeElement.className") == "skip", "the first stop is not the skip link")
    first = page.locator(".tooltips input").first
    if first.count() == 0:
        return
    first.focus()
    tooltip = lambda: page.evaluate("""() => {
      const tip = document.activeElement.nextElementSibling;
      return tip && getComputedStyle(tip).opacity === '1' ? tip.innerText : null;
    }""")
    before = tooltip()
    check(failures, name, before and before.startswith(FIRST_CHARTS), f"focus shows {before!r}")
    if page.locator(".chart").first.locator("input").count() > 1:
        page.keyboard.press("ArrowRight")
        after = tooltip()
        check(failures, name, after and after.startswith(FIRST_CHARTS) and after != before, f"an arrow key shows {after!r}")


def check_pointer(page, failures, name):
    """Tooltips lie within the page: those of a dozen columns of each chart, including the last."""
    charts = [chart.locator("label").all() for chart in page.locator(".tooltips").all()]
    for label in [label for labels in charts for label in labels[:: max(1, len(labels) // 12)] + labels[-1:]]:
        label.hover()
        tip = label.locator("span")
        box = tip.bounding_box()
        width = page.viewport_size["width"]
        inside = box["x"] >= 0 and box["x"] + box["width"] <= width
        check(failures, name, tip.evaluate("e => getComputedStyle(e).opacity") == "1", "a column has no tooltip")
        check(failures, name, inside, f"{tip.inner_text()!r} is cut off at {box}")


def check_page(browser, path, width, scheme, failures):
    name = f"{path.name} {width} {scheme}"
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    # On a busy machine a hover may take long.
    page.set_default_timeout(120_000)
    page.on("console", lambda message: failures.append(f"{name}: console: {message.text}"))
    page.on("pageerror", lambda error: failures.append(f"{name}: {error}"))
    page.on("request", lambda request: check(failures, name, request.url.startswith(("file:", "data:")), request.url))
    page.on("dialog", lambda dialog: failures.append(f"{name}: dialog {dialog.message}"))
    page.goto(path.resolve().as_uri())
    overflow = page.evaluate("document.documentElement.scrollWidth")
    check(failures, name, overflow <= width, f"scrolls horizontally: {overflow} wide")
    pale = page.evaluate(CONTRAST)
    check(failures, name, not pale, f"low contrast: {pale[:5]}")
    broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).length")
    check(failures, name, broken == 0, f"{broken} broken pictures")
    check_keyboard(page, failures, name)
    check_pointer(page, failures, name)
    page.emulate_media(media="print")
    check(failures, name, page.pdf().startswith(b"%PDF"), "cannot be printed")
    context.close()


def check_markup(path, failures):
    parser = html5lib.HTMLParser()
    parser.parse(path.read_text(encoding="utf-8"))
    check(failures, path.name, not parser.errors, f"not valid HTML: {parser.errors[:3]}")


def main():
    chromium, paths = sys.argv[1], [pathlib.Path(argument) for argument in sys.argv[2:]]
    failures, pages = [], 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in paths:
            check_markup(path, failures)
            for width in (NARROW, WIDE):
                for scheme in ("light", "dark"):
                    check_page(browser, path, width, scheme, failures)
                    pages += 1
        browser.close()
    print("\n".join(failures))
    print(f"{pages} pages opened, {len(failures)} failures")
    return 1 if failures or pages == 0 else 0


sys.exit(main())
