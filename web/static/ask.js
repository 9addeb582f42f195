// Questions in place: the address a form or link leads to is fetched, and its <main> put in place of this one.
// Everything works without this file, by the same addresses.
import { opened, restore } from "./beside.js";
import "./peek.js";
import { remember, showRecent } from "./recent.js";
import "./votes.js";

const LATE = 300; // milliseconds after which a question is said to take its time
const KEPT = 20;
const kept = new Map(); // pages as they were left, by their number in history.state
let current = history.state?.page ?? 0;
let pending = new AbortController();

const heard = (words) => { document.getElementById("heard").textContent = words; };
const box = () => document.getElementById("q");

function busy(on) {
  const form = document.querySelector("form.ask");
  const button = form.querySelector("button[type=submit]");
  button.dataset.word ??= button.textContent;
  button.textContent = on ? "Reading…" : button.dataset.word;
  form.classList.toggle("busy", on);
  form.setAttribute("aria-busy", String(on));
  if (on) heard("Reading the documents…");
}

// Fetch `address` and show its page, as a new entry of the history or, with `again`, as the entry it has already.
async function go(address, again = false) {
  pending.abort();
  pending = new AbortController();
  const { signal } = pending;
  document.querySelector(".column > [data-unreachable]")?.remove();
  heard("");
  const late = setTimeout(busy, LATE, true);
  try {
    const response = await fetch(address, { signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!page.querySelector("main .column")) return location.assign(address); // something else answers there
    const refresh = Number(response.headers.get("Refresh"));
    if (refresh) setTimeout(askAgain, refresh * 1000, address, signal);
    if (!(again && refresh)) show(page, address, again);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof TypeError)) throw error; // what fetch says where nobody answers
    unreachable(address, again);
  } finally {
    clearTimeout(late);
    if (!signal.aborted) busy(false);
  }
}

// While the models load the server asks to be asked again; not where the person went on meanwhile.
function askAgain(address, signal) {
  if (!signal.aborted && box().value === box().defaultValue) go(address, true);
}

function unreachable(address, again) {
  const said = document.getElementById("unreachable").content.firstElementChild.cloneNode(true);
  said.dataset.unreachable = "";
  said.querySelector("button").addEventListener("click", () => { box().focus(); go(address, again); });
  document.querySelector("form.ask").after(said);
}

function show(page, address, again) {
  if (!again) {
    leave();
    current += 1;
    history.pushState({ page: current }, "", address);
  }
  swap(page.querySelector("main"), page.title);
  arrive();
  scrollTo(0, 0);
  const answer = document.getElementById("answer");
  (answer ?? box()).focus({ preventScroll: true });
  if (answer) heard(answer.dataset.heard);
}

function swap(main, title) {
  document.querySelector("main").replaceWith(main);
  document.title = title;
}

function leave() {
  busy(false); // so that who comes back finds it as it was
  for (const form of document.querySelectorAll("form.ask")) form.reset(); // the next question was typed into it
  kept.set(current, { main: document.querySelector("main"), title: document.title, y: scrollY });
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

function arrive() {
  if (document.getElementById("answer")) remember(box().defaultValue);
  showRecent();
}

const inPlace = (url) => url.origin === location.origin && url.pathname === "/" && location.pathname === "/" && !url.hash;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form.ask") || !inPlace(new URL(form.action))) return;
  event.preventDefault();
  const filled = [...new FormData(form)].filter(([name, value]) => value || name === "q");
  go(`/?${new URLSearchParams(filled)}`);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || !inPlace(link)) return;
  event.preventDefault();
  go(link.href);
});

addEventListener("popstate", async ({ state }) => {
  if (!state) { // a place within the page: the skip link's, say
    history.replaceState({ page: current, beside: opened() }, "");
    return;
  }
  if (state.page !== current) {
    pending.abort();
    leave();
    current = state.page;
    const was = kept.get(current);
    if (was) {
      swap(was.main, was.title);
      scrollTo(0, was.y);
      document.getElementById("answer")?.focus({ preventScroll: true });
      heard(was.title);
    } else {
      await go(location.href, true);
    }
  }
  restore(state.beside);
});

if (location.pathname === "/") {
  if (history.state?.page === undefined) history.replaceState({ page: 0 }, "");
  arrive();
  restore(history.state.beside);
}
