"""Opens pages of the walkthrough in headless Chromium and steps through them: wide and narrow, light and dark, by keyboard
and pointer, without console messages or requests. Usage: check_walkthrough.py CHROMIUM PAGE.html..."""

import pathlib
import sys

import html5lib
from playwright.sync_api import sync_playwright

from contrast import CONTRAST

NARROW, WIDE = 390, 1280


class Check:
    """A page in one width and colour scheme."""

    def __init__(self, browser, path, width, scheme, failures):
        self.name, self.width, self.failures = f"{path.name} {width} {scheme}", width, failures
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page = self.context.new_page()
        # On a busy machine a hover may take long.
        self.page.set_default_timeout(120_000)
        self.page.on("console", lambda message: self.fail(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.fail(str(error)))
        self.page.on("request", lambda request: self.holds(request.url.startswith(("file:", "data:")), request.url))
        self.page.goto(path.resolve().as_uri())

    def fail(self, what):
        self.failures.append(f"{self.name}: {what}")

    def holds(self, condition, what):
        if not condition:
            self.fail(what)

    def visible_steps(self):
        return self.page.evaluate("[...document.querySelectorAll('.step')].filter(e => e.offsetParent).map(e => e.dataset.name)")

    def current(self):
        return self.page.evaluate("document.querySelector('.step.current').dataset.name")

    def explained(self):
        return self.page.evaluate("(p => p.hidden ? '' : p.innerText)(document.getElementById('explanation'))")

    def layout(self):
        overflow = self.page.evaluate("document.documentElement.scrollWidth")
        self.holds(overflow <= self.width, f"scrolls horizontally: {overflow} wide")
        pale = self.page.evaluate(CONTRAST)
        self.holds(not pale, f"low contrast: {pale[:5]}")
        broken = self.page.evaluate("[...document.images].filter(i => !i.naturalWidth).length")
        self.holds(broken == 0, f"{broken} broken pictures")

    def steps(self):
        """Buttons and arrow keys step; every step's first number is explained when it is pointed at."""
        first = self.current()
        self.holds(self.visible_steps() == [first], f"shows {self.visible_steps()}")
        self.page.click("#next")
        second = self.current()
        self.holds(second != first, "the button does not step")
        self.page.keyboard.press("ArrowLeft")
        self.holds(self.current() == first, "the left arrow does not step back")
        self.page.keyboard.press("ArrowRight")
        self.holds(self.current() == second, "the right arrow does not step forward")
        seen = 1
        while self.page.locator("#next").is_enabled():
            cell = self.page.locator(".step.current .result tbody td").first
            if cell.count():
                cell.hover()
                name = self.current()
                self.holds(self.explained().startswith(name), f"{name} is explained by {self.explained()[:40]!r}")
                operands = self.page.locator(".step.current .operands .grid").count()
                marked = self.page.locator(".step.current .operands td.source").count()
                self.holds(marked > 0 or operands == 0, f"{name} marks no source")
            self.page.click("#next")
            seen += 1
        self.holds(seen + 1 == self.page.locator(".step").count(), f"{seen} steps")
        self.page.click("#all")
        self.holds(len(self.visible_steps()) == seen + 1, "not all steps are shown")
        self.layout()
        self.page.click("#all")

    def keyboard(self):
        """Arrow keys move from number to number within a matrix."""
        self.page.evaluate("location.hash = '#slide-5'")
        self.page.wait_for_timeout(100)
        self.holds(self.current().startswith("dZ["), f"slide 5 begins with {self.current()}")
        self.page.locator(".step.current .result td[tabindex]").first.focus()
        before, name = self.explained(), self.current()
        self.page.keyboard.press("ArrowDown")
        after = self.explained()
        self.holds(f"{name}[0, 0]" in before and f"{name}[1, 0]" in after, f"{before[:40]!r}, then {after[:40]!r}")
        self.holds(self.current() == name, "an arrow key in a matrix steps")

    def run(self):
        self.layout()
        self.steps()
        self.keyboard()
        self.page.emulate_media(media="print")
        self.holds(self.page.pdf().startswith(b"%PDF"), "cannot be printed")
        self.context.close()


def without_script(browser, path, failures):
    """Without scripts every step is shown."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.resolve().as_uri())
    steps = page.locator(".step")
    if not all(steps.nth(index).is_visible() for index in (0, steps.count() - 1)):
        failures.append(f"{path.name}: hides steps without scripts")
    context.close()


def main():
    chromium, paths = sys.argv[1], [pathlib.Path(argument) for argument in sys.argv[2:]]
    failures, pages = [], 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in paths:
            parser = html5lib.HTMLParser()
            parser.parse(path.read_text(encoding="utf-8"))
            if parser.errors:
                failures.append(f"{path.name}: not valid HTML: {parser.errors[:3]}")
            without_script(browser, path, failures)
            for width in (NARROW, WIDE):
                for scheme in ("light", "dark"):
                    Check(browser, path, width, scheme, failures).run()
                    pages += 1
        browser.close()
    print("\n".join(failures))
    print(f"{pages} pages stepped through, {len(failures)} failures")
    return 1 if failures or pages == 0 else 0


sys.exit(main())
