"""Looks at one page in Chromium, in four loads, and notes everything that the tests ask: a load costs more than a question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PHONE, BETWEEN, DESK, PAPER = 390, 900, 1280, 794  # A4 at 96 dots an inch
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
WIDTH = "document.documentElement.scrollWidth"
FIRST_PICTURE = """() => { const ends = [...document.querySelectorAll('svg.figure')].filter(f => f.checkVisibility())
  .map(f => f.getBoundingClientRect().bottom + scrollY); return ends.length ? Math.min(...ends) : null }"""
SMALLEST_TYPE = """() => Math.min(...[...document.querySelectorAll('.claim svg.figure')].filter(s => s.checkVisibility()).flatMap(s => {
  const scale = s.getBoundingClientRect().width / s.viewBox.baseVal.width; return [...s.querySelectorAll('text')]
  .map(t => parseFloat(getComputedStyle(t).fontSize) * scale) }), 99)"""
PHONE_TYPE = """() => Math.min(...[...document.querySelectorAll('svg text')].filter(t => t.checkVisibility()).map(t => {
  const to = t.getScreenCTM(); return parseFloat(getComputedStyle(t).fontSize) * Math.hypot(to.a, to.b) }), 99)"""
CARDS = """() => [...document.querySelectorAll('.part.data > .words > p')].map(p => p.innerText)"""
FOLDED_PARTS = """() => [...document.querySelectorAll('details.tab')].map(d => d.checkVisibility() &&
  d.querySelector('.part').checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}))"""
CLIPPED = """() => [...document.querySelectorAll('.scroll')].filter(b => b.checkVisibility() && b.scrollWidth > b.clientWidth + 1)
  .map(b => b.getAttribute('aria-label') + ' by ' + (b.scrollWidth - b.clientWidth))"""
BROKEN_NUMBERS = """() => [...document.querySelectorAll('.numbers table:not(:has(th:nth-child(9))) :is(td, th)')]
  .filter(c => c.checkVisibility()).flatMap(c => { const r = document.createRange(), found = []
  const texts = document.createTreeWalker(c, NodeFilter.SHOW_TEXT); while (texts.nextNode()) {
  for (const m of texts.currentNode.data.matchAll(/[0-9.,]+/g)) { r.setStart(texts.currentNode, m.index)
  r.setEnd(texts.currentNode, m.index + m[0].length)
  if (new Set([...r.getClientRects()].map(b => Math.round(b.top))).size > 1) found.push(m[0]) } } return found })"""
CUT_WORDS = """() => [...document.querySelectorAll('svg.figure')].filter(s => s.checkVisibility()).flatMap(s => {
  const all = s.getBoundingClientRect(); return [...s.querySelectorAll('text')].filter(t => {
  const b = t.getBoundingClientRect(); return b.width && (b.left < all.left - 3 || b.right > all.right + 3) })
  .map(t => t.textContent) })"""
CUT_PICTURES = """() => [...document.querySelectorAll('svg.figure')].filter(s => s.checkVisibility()).filter(s => {
  const b = s.getBoundingClientRect(); return b.left < 0 || b.right > innerWidth }).length"""
FIGURES = """() => [...document.querySelectorAll('figure.exhibit')].map(f => ({ alt: f.querySelector('svg.figure')?.getAttribute('aria-label'),
  rows: f.querySelectorAll('details.numbers table tbody tr').length }))"""
BARS = """() => [...document.querySelectorAll('figure')].map(f => [f.querySelectorAll('svg.figure').length,
  f.querySelector('[data-picture]')?.dataset.picture])"""
FILES = "() => [...document.querySelectorAll(\"a[download$='.csv']\")].map(a => [a.getAttribute('download'), a.href])"
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
HEADINGS = "() => [...document.querySelectorAll('h2')].map(h => [h.id, h.innerText])"
ENDS = "() => [...document.querySelectorAll('svg.figure')].map(s => s.textContent).filter(t => t.includes('against the claim'))"
SHADES = """() => getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number)
  .reduce((a, b) => a + b)"""
COLOURS = "() => [...document.querySelectorAll('.badge')].every(b => getComputedStyle(b).printColorAdjust === 'exact')"


def look(browser: Any, address: str, axe: str, folder: Path) -> dict[str, Any]:
    """Return what was seen; pictures are saved into `folder`."""
    seen: dict[str, Any] = {"requests": [], "errors": []}
    _on_a_desk(_page(browser, address, seen, DESK, 800, "light"), seen, folder)
    _on_a_phone(_page(browser, address, seen, PHONE, 844, "light"), seen, axe)
    _in_the_dark(_page(browser, address, seen, DESK, 800, "dark"), seen, axe)
    _on_paper(_page(browser, address, seen, PAPER, 1123, "dark"), seen)
    return seen


def _page(browser: Any, address: str, seen: dict[str, Any], width: int, height: int, scheme: str) -> Any:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.on("request", lambda request: seen["requests"].append(request.url))
    page.on("console", lambda told: seen["errors"].append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen["errors"].append(str(error)))
    page.goto(address)
    return page


def _on_a_desk(page: Any, seen: dict[str, Any], folder: Path) -> None:
    seen["height"] = page.evaluate("document.documentElement.scrollHeight")
    seen["first_picture"] = page.evaluate(FIRST_PICTURE)
    seen["smallest_type"] = page.evaluate(SMALLEST_TYPE)
    seen["cards"] = page.evaluate(CARDS)
    seen["h1"] = page.locator("h1").count()
    fold = page.locator("details:visible").first
    seen["folds"] = []
    for _ in range(2):
        fold.locator("> summary").focus()
        page.keyboard.press("Enter")
        seen["folds"].append(fold.get_attribute("open") is not None)
    for name, question in (("figures", FIGURES), ("bars", BARS), ("files", FILES), ("links", LINKS), ("ends", ENDS)):
        seen[name] = page.evaluate(question)
    seen["headings"] = page.evaluate(HEADINGS)
    seen["bitmaps"] = page.locator("main img").count()
    page.evaluate(OPEN_ALL)
    seen["clipped"], seen["broken"] = page.evaluate(CLIPPED), page.evaluate(BROKEN_NUMBERS)
    seen["saved"] = []
    if page.locator("[data-picture]:visible").count():
        bar = page.locator("[data-picture]:visible").first
        for kind in ("svg", "png"):
            with page.expect_download() as saved:
                bar.locator(f"button[value={kind}]").click()
            saved.value.save_as(folder / f"picture.{kind}")
            seen["saved"].append(saved.value.suggested_filename)
    seen["jumps"] = []
    for link in (page.locator(".contents a").last, page.locator(".answers a").last):
        if link.count():
            link.click()
            anchor = link.get_attribute("href")[1:]
            seen["jumps"].append([anchor, page.locator(f'[id="{anchor}"]').bounding_box()["y"]])
    page.set_viewport_size({"width": BETWEEN, "height": 800})
    seen["between"] = page.evaluate(WIDTH)
    page.context.close()


def _on_a_phone(page: Any, seen: dict[str, Any], axe: str) -> None:
    seen["phone"] = [page.evaluate(WIDTH)]
    page.evaluate(OPEN_ALL)
    seen["phone"].append(page.evaluate(WIDTH))
    seen["cut_words"], seen["cut_pictures"] = page.evaluate(CUT_WORDS), page.evaluate(CUT_PICTURES)
    seen["phone_type"] = page.evaluate(PHONE_TYPE)
    seen["violations"] = _violations(page, axe)
    page.context.close()


def _in_the_dark(page: Any, seen: dict[str, Any], axe: str) -> None:
    seen["dark"] = page.evaluate(SHADES)
    page.evaluate(OPEN_ALL)
    seen["violations"] += _violations(page, axe)
    page.emulate_media(media="print")
    seen["printed"] = page.evaluate(SHADES)
    page.context.close()


def _on_paper(page: Any, seen: dict[str, Any]) -> None:
    page.emulate_media(media="print")
    seen["paper"] = page.evaluate(WIDTH)
    seen["colours"] = page.evaluate(COLOURS)
    seen["printed_parts"] = page.evaluate(FOLDED_PARTS)
    seen["unprinted"] = page.locator("details.code:visible, p.downloads:visible, nav.top:visible").count()
    seen["pdf"] = page.pdf(format="A4")[:4]
    page.context.close()


def _violations(page: Any, axe: str) -> list[str]:
    if not axe:
        return []
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0].get('failureSummary', '')}" for v in found]
