"""Looks at an index in Chromium and prints what it saw as JSON: run by ``test_index.py`` in a process of its own.

A browser driver leaves an event loop behind, which other tests must not meet.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

NAMED_ABOVE = """() => new Set([...document.querySelectorAll('.lists a')].filter(a => {
  const box = a.getBoundingClientRect(); return a.checkVisibility() && box.width > 0 && box.bottom <= innerHeight }).map(a => a.hash)).size"""
BY_LIST = """() => [...document.querySelectorAll('.lists section')].map(s => [...s.querySelectorAll('a')].filter(a => {
  const box = a.getBoundingClientRect(); return a.checkVisibility() && box.width > 0 && box.bottom <= innerHeight }).length)"""
MARKS = "() => document.querySelectorAll('.mark').length"
SHOWN = "() => [...document.querySelectorAll('details.claim')].filter(c => c.checkVisibility()).map(c => c.id)"
OPEN = "() => [...document.querySelectorAll('details.claim[open]')].map(c => c.id)"
FAMILIES = "() => [...document.querySelectorAll('.family')].filter(f => f.checkVisibility()).length"
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"


class Looker:
    """An index in a browser."""

    def __init__(self, browser: Any, address: str, axe: str) -> None:
        self.browser, self.address, self.axe = browser, address, axe
        self.requests: list[str] = []
        self.errors: list[str] = []

    def page(self, width: int = 1280, height: int = 800, at: str = "", scheme: str = "light") -> Any:
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda told: self.errors.append(told.text) if told.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self.address + at)
        return page

    def first_screens(self) -> dict[str, Any]:
        seen = {}
        for width, height in ((1280, 800), (390, 844)):
            page = self.page(width, height)
            seen[str(width)] = {
                "named": page.evaluate(NAMED_ABOVE),
                "named_by_list": page.evaluate(BY_LIST),
                "marks": page.evaluate(MARKS),
                "overflow": page.evaluate(OVERFLOW),
                "screens": page.evaluate("document.documentElement.scrollHeight") / height,
            }
            for view in ("map", "table"):
                page.evaluate(f"location.hash = '{view}'")
                page.wait_for_function(f"document.body.dataset.view === '{view}'")
                seen[str(width)][f"overflow_{view}"] = page.evaluate(OVERFLOW)
            page.context.close()
        return seen

    def deep_links(self, claims: list[str]) -> dict[str, Any]:
        page = self.page()
        wrong = []
        for claim in claims:
            page.goto("about:blank")
            page.goto(f"{self.address}#{claim}")
            top = page.evaluate(f"document.getElementById('{claim}').getBoundingClientRect().top")
            if page.evaluate(OPEN) != [claim] or not -5 <= top <= 800:
                wrong.append([claim, page.evaluate(OPEN), top])
        page.context.close()
        return {"wrong": wrong}

    def filters(self) -> dict[str, Any]:
        page = self.page()
        seen: dict[str, Any] = {"all": len(page.evaluate(SHOWN))}
        page.fill("#q", "tier")
        seen["tier"], seen["told"] = page.evaluate(SHOWN), page.inner_text("#shown")
        seen["address"] = page.evaluate("location.hash")
        page.click("#reset")
        seen["after_reset"] = len(page.evaluate(SHOWN))
        page.click(".filters summary")
        page.select_option("#family", "service")
        seen["service"], seen["families"] = page.evaluate(SHOWN), page.evaluate(FAMILIES)
        seen["state"] = page.evaluate("location.hash")
        again = self.page(at=seen["state"])
        seen["again"] = again.evaluate(SHOWN)
        page.click("#reset")
        page.locator("details.claim > summary").first.click()
        page.wait_for_function("location.hash !== ''")
        seen["opened_address"] = page.evaluate("location.hash")
        page.context.close()
        again.context.close()
        return seen

    def without_script(self) -> dict[str, Any]:
        context = self.browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(self.address)
        seen = {
            "cards": page.locator("details.claim:visible").count(),
            "rows": page.locator(".map tbody tr:visible, .findings tbody tr:visible").count(),
            "tools": page.locator("#tools:visible").count(),
        }
        context.close()
        return seen

    def printed(self) -> dict[str, Any]:
        page = self.page()
        sizes = {}
        for at in ("", "#table"):
            page.goto("about:blank")
            page.goto(self.address + at)
            sizes[at or "all"] = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
        page.goto(self.address)
        page.emulate_media(media="print")
        bodies = "() => [...document.querySelectorAll('.claim > .body')].filter(b => b.getBoundingClientRect().height > 50).length"
        before = page.evaluate(bodies)
        colours = page.evaluate("getComputedStyle(document.querySelector('.mark')).printColorAdjust")
        page.context.close()
        return {"pages": sizes, "open": before, "colours": colours}

    def violations(self) -> list[str]:
        found = []
        for scheme in ("light", "dark"):
            for at in ("", "#map", "#table"):
                page = self.page(at=at, scheme=scheme)
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                page.evaluate(self.axe)
                for v in page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]:
                    found.append(f"{scheme}{at} {v['id']}: {v['nodes'][0]['html'][:140]}")
                page.context.close()
        return found


def main(folder: Path, chromium: str, axe: Path, claims: list[str]) -> None:
    """Print what was seen."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=flags)
        address = (folder / "index.html").as_uri()
        looker = Looker(browser, address, axe.read_text(encoding="utf-8") if axe.exists() else "")
        seen = {
            "first": looker.first_screens(),
            "links": looker.deep_links(claims),
            "filters": looker.filters(),
            "without_script": looker.without_script(),
            "printed": looker.printed(),
            "violations": looker.violations() if looker.axe else None,
            "requests": sorted({url for url in looker.requests if url.split("#")[0] not in (address, "about:blank")}),
            "errors": looker.errors,
        }
        browser.close()
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), json.loads(sys.argv[4]))
