"""Opens the page of `burn-mlp serve` for a model that predicts numbers of a table, in headless Chromium: changes a field,
leaves one empty, types rows; light and dark, wide and narrow. Usage: check_serve_table.py CHROMIUM PROGRAM RUN SCREENSHOTS"""

import json
import pathlib
import signal
import sys
import urllib.request

from playwright.sync_api import sync_playwright

from check_serve import SIZES, check, check_markup, serve, settled, wait_for
from contrast import CONTRAST


def predicted_by_api(address, record):
    request = urllib.request.Request(f"{address}predict", json.dumps(record).encode(), {"content-type": "application/json"})
    (name, value), *_ = json.load(urllib.request.urlopen(request))["predictions"][0]["values"].items()
    return name, value


def check_page(browser, address, size, scheme, failures, shots):
    name = f"serve table {size} {scheme}"
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(20_000)
    # The browser logs the status of the refused row.
    page.on("console", lambda message: check(failures, name, "status of 400" in message.text, f"console: {message.text}"))
    page.on("pageerror", lambda error: failures.append(f"{name}: {error}"))
    page.on("request", lambda request: check(failures, name, request.url.startswith((address, "data:")), request.url))
    page.goto(address)
    wait_for(page, "document.querySelectorAll('#fields input').length > 1")
    model = json.load(urllib.request.urlopen(f"{address}model"))
    facts = page.locator("#facts").inner_text()
    check(failures, name, f"predicts {', '.join(model['targets'])}" in facts and "test RMSE" in facts, f"the facts are {facts!r}")
    check(failures, name, page.locator("#bars").is_hidden(), "there are bars of classes")
    first = next(iter(model["record"]))
    record = model["record"] | {first: "30"}
    page.locator("#fields input").first.fill("30")
    number, target = settled(page)
    expected_target, expected = predicted_by_api(address, record)
    check(failures, name, abs(float(number) - expected) <= 1e-4 * abs(expected), f"{number} instead of {expected}")
    check(failures, name, target == expected_target, f"the number is called {target!r}")
    unnamed = page.evaluate("[...document.querySelectorAll('#fields input')].filter(e => !e.labels[0].textContent.trim()).length")
    check(failures, name, unnamed == 0, f"{unnamed} fields without a name")
    page.screenshot(path=shots / f"{name.replace(' ', '-')}.png", full_page=True)
    page.locator("#fields input").first.fill("thirty")
    wait_for(page, "!document.getElementById('problem').hidden")
    page.locator("#typed summary").click()
    page.locator("#rows").fill(model["example"] + "\n" + model["example"].strip().splitlines()[-1])
    wait_for(page, "!document.getElementById('table').hidden")
    cells = page.locator("#table td").all_inner_texts()
    check(failures, name, len(cells) >= 4 and cells[1] == cells[3], f"two equal rows have {cells}")
    overflow = page.evaluate("document.documentElement.scrollWidth")
    check(failures, name, overflow <= width, f"scrolls horizontally: {overflow} wide")
    pale = page.evaluate(CONTRAST)
    check(failures, name, not pale, f"low contrast: {pale[:5]}")
    context.close()


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


sys.exit(main())
