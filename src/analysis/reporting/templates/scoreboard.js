"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const by = (id) => document.getElementById(id);
  const cards = all("details.claim");
  const said = (card) => [...card.querySelectorAll(".name, .line, .statement")].map((part) => part.textContent).join(" ");
  const words = new Map(cards.map((card) => [card, said(card).toLowerCase()]));
  const names = ["family", "verdict", "list", "design"];
  const views = ["claims", "map", "table", "quick"];
  let view = "claims";
  let opened = "";

  const choices = () => Object.fromEntries([["q", by("q").value.trim()], ...names.map((name) => [name, by(name).value])]);

  function fits(card, chosen) {
    const family = card.closest(".family").dataset.family;
    const own = { family, verdict: card.dataset.verdict, list: card.dataset.list, design: card.dataset.design };
    if (names.some((name) => chosen[name] && chosen[name] !== own[name])) return false;
    return chosen.q.toLowerCase().split(/\s+/).every((word) => words.get(card).includes(word));
  }

  function show() {
    const chosen = choices();
    cards.forEach((card) => { card.hidden = !fits(card, chosen); });
    all(".family").forEach((family) => { family.hidden = !family.querySelector("details.claim:not([hidden])"); });
    const n = cards.filter((card) => !card.hidden).length;
    const filtered = Object.values(chosen).some(Boolean);
    by("shown").textContent = `${n} of ${cards.length}`;
    by("reset").hidden = !filtered;
    document.body.dataset.view = view;
    all(".views a").forEach((link) => {
      if (link.hash === `#${view}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }

  function remember() {
    const state = new URLSearchParams(Object.entries(choices()).filter(([, value]) => value));
    let hash = state.toString();
    if (view !== "claims") hash = view;
    else if (opened && hash) hash += `&open=${opened}`;
    else if (opened) hash = opened;
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  function open(id) {
    const card = by(id);
    if (card.hidden) reset();
    opened = id;
    card.open = true;
    card.scrollIntoView();
    card.querySelector("summary").focus({ preventScroll: true });
  }

  function reset() {
    by("q").value = "";
    names.forEach((name) => { by(name).value = ""; });
    show();
  }

  function read() {
    const hash = decodeURIComponent(location.hash.slice(1));
    if (views.includes(hash)) {
      view = hash;
      show();
      if (location.hash) by(hash).scrollIntoView();
      return;
    }
    const target = hash && by(hash);
    if (target && target.matches("details.claim")) {
      view = "claims";
      show();
      open(hash);
      return;
    }
    if (!hash.includes("=")) { show(); return; }
    const state = new URLSearchParams(hash);
    view = "claims";
    by("q").value = state.get("q") || "";
    names.forEach((name) => {
      by(name).value = state.get(name) || "";
      if (by(name).selectedIndex < 0) by(name).value = "";
    });
    if (names.some((name) => by(name).value)) document.querySelector(".filters").open = true;
    show();
    if (state.get("open") && by(state.get("open"))) open(state.get("open"));
  }

  by("tools").hidden = false;
  by("q").addEventListener("input", () => { show(); remember(); });
  names.forEach((name) => by(name).addEventListener("change", () => { show(); remember(); }));
  by("reset").addEventListener("click", () => { reset(); remember(); });
  cards.forEach((card) => card.addEventListener("toggle", () => {
    if (card.open) opened = card.id;
    else if (opened === card.id) opened = "";
    if (!printing) remember();
  }));
  let printing = false;
  let closed = [];
  addEventListener("beforeprint", () => {
    printing = true;
    closed = cards.filter((card) => !card.open);
    closed.forEach((card) => { card.open = true; });
  });
  addEventListener("afterprint", () => {
    closed.forEach((card) => { card.open = false; });
    setTimeout(() => { printing = false; }, 0);
  });
  addEventListener("hashchange", read);
  read();
})();
