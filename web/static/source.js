// Comfort for reading a source, on its own page or in a pane: steps between marks, find and copy in place.
// Every one of them is a link, a form or a text that works without this file.
const known = new WeakMap();
const PAUSE = 250; // milliseconds without a key before what is typed is looked for

// Wire an <article class="source"> and bring its mark into view where it is in a pane. Once more does no harm.
export function mount(article) {
  if (!known.has(article)) {
    const live = Object.assign(document.createElement("p"), { className: "hidden" });
    live.setAttribute("role", "status");
    known.set(article, { live, request: null, timer: 0 });
    article.addEventListener("click", (event) => clicked(article, event));
    article.addEventListener("submit", (event) => submitted(article, event));
    article.addEventListener("input", (event) => typed(article, event));
    article.addEventListener("keydown", (event) => pressed(article, event));
    follow(article);
  }
  dress(article);
  if (paned(article)) reveal(article, article.querySelector("#cite"), false);
}

const paned = (article) => !article.parentElement?.matches("main");
const box = (article) => article.querySelector(".find input[type=search]");
const say = (article, words) => { known.get(article).live.textContent = words; };

function dress(article) {
  article.append(known.get(article).live);
  for (const button of article.querySelectorAll("[data-copy]")) button.hidden = false;
}

function scroller(element) {
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY) && at.scrollHeight > at.clientHeight) return at;
  }
  return document.scrollingElement;
}

// Scrolls what the article stands in, and nothing around that.
function reveal(article, target, focus = true) {
  if (!target) return;
  const pane = scroller(article);
  const top = pane === document.scrollingElement ? 0 : pane.getBoundingClientRect().top;
  const tools = article.querySelector(".tools");
  const covered = tools && getComputedStyle(tools).position === "sticky" ? tools.offsetHeight : 0;
  pane.scrollTop += target.getBoundingClientRect().top - top - Math.max(covered + 24, pane.clientHeight * 0.3);
  if (!focus) return;
  if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
}

// Shows another state of the same source, from the server, which alone knows offsets.
async function show(article, address, keep = false) {
  const state = known.get(article);
  state.request?.abort();
  clearTimeout(state.timer);
  const request = (state.request = new AbortController());
  let fresh;
  try {
    const response = await fetch(address, { signal: request.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    fresh = response.ok ? page.querySelector("article.source") : null;
  } catch (error) {
    if (error.name === "AbortError") return;
  }
  if (!fresh) {
    location.assign(address); // the page that comes says what went wrong
    return;
  }
  const before = box(article);
  const typing = keep && { value: before.value, start: before.selectionStart, end: before.selectionEnd };
  const open = [...article.querySelectorAll("details[open]")].map((details) => details.className);
  article.replaceChildren(...fresh.childNodes);
  for (const name of open) article.querySelector(`details.${name}`)?.setAttribute("open", "");
  dress(article);
  if (!paned(article)) history.replaceState(null, "", address);
  if (typing) {
    const input = box(article);
    input.value = typing.value;
    input.focus({ preventScroll: true });
    input.setSelectionRange(typing.start, typing.end);
  }
  reveal(article, article.querySelector("#cite"), !typing);
  const told = article.querySelector(".found .told-live") ?? article.querySelector(".steps .told-live");
  say(article, told?.textContent ?? "");
}

function clicked(article, event) {
  const button = event.target.closest("[data-copy]");
  if (button) copy(article, button);
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const address = link.getAttribute("href");
  if (link.matches(".swap, .contents a") && !address.startsWith("#")) {
    event.preventDefault();
    show(article, address).then(() => {
      const heading = link.matches(".contents a") && article.querySelector(`[id="${address.split("#")[1]}"]`);
      if (heading) reveal(article, heading);
    });
  } else if (address.startsWith("#")) {
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    reveal(article, article.querySelector(`[id="${address.slice(1)}"]`));
  }
}

function finding(article) {
  const form = article.querySelector("form.find");
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form));
  return address.href;
}

function submitted(article, event) {
  if (!event.target.matches("form.find")) return;
  event.preventDefault();
  const input = box(article);
  const next = article.querySelector(".found [rel=next]");
  const again = next && input.value === input.defaultValue;
  show(article, again ? next.getAttribute("href") : finding(article), document.activeElement === input);
}

function typed(article, event) {
  if (event.target !== box(article) || event.isComposing) return;
  const state = known.get(article);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => show(article, finding(article), true), PAUSE);
}

function pressed(article, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const input = box(article);
  const go = (selector, keep) => {
    const link = article.querySelector(selector);
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    show(article, link.getAttribute("href"), keep);
  };
  if (event.target === input) {
    if (event.key === "Enter" && event.shiftKey) go(".found [rel=prev]", true);
    if (event.key === "Escape") go(".found .clear", false);
  } else if (!event.target.matches("input, textarea, select")) {
    if (event.key === "n") go(step(article, "next"));
    if (event.key === "p") go(step(article, "prev"));
    if (event.key === "Escape") go(".found .clear", false);
    if (event.key === "/") {
      event.preventDefault();
      event.stopPropagation(); // a pane's page has a box of its own for this key
      input.focus();
      input.select();
    }
  }
}

// While something is looked for, the keys go from match to match, else from mark to mark.
const step = (article, way) => `${article.querySelector(".found [rel]") ? ".found" : ".steps"} [rel=${way}]`;

async function copy(article, button) {
  const area = button.previousElementSibling.querySelector("textarea");
  const kinds = { "text/plain": area.value };
  if (button.dataset.copy === "HTML") kinds["text/html"] = area.value;
  let done = false;
  try {
    const blobs = Object.entries(kinds).map(([kind, words]) => [kind, new Blob([words], { type: kind })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    done = true;
  } catch {
    area.select(); // over plain HTTP browsers give no clipboard; the selection can still be copied
    done = document.execCommand("copy");
    button.focus();
  }
  say(article, done ? `Copied as ${button.dataset.copy}.` : "Nothing was copied: select the text and copy it yourself.");
  button.textContent = done ? "Copied" : "Not copied";
  setTimeout(() => { button.textContent = `Copy as ${button.dataset.copy}`; }, 2000);
}

// Marks the heading in the contents under which the top of what is seen stands.
function follow(article) {
  let waiting = false;
  const look = () => {
    waiting = false;
    const line = article.querySelector(".tools").getBoundingClientRect().bottom + 80;
    const headings = [...article.querySelectorAll("[role=heading]")];
    const current = headings.findLast((heading) => heading.getBoundingClientRect().top < line);
    for (const link of article.querySelectorAll(".contents a")) {
      const here = current && link.getAttribute("href") === `#${current.id}`;
      here ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current");
    }
  };
  const scrolled = () => {
    if (!article.isConnected) document.removeEventListener("scroll", scrolled, true);
    else if (!waiting) waiting = Boolean(requestAnimationFrame(look));
  };
  document.addEventListener("scroll", scrolled, true);
}

for (const article of document.querySelectorAll("main > article.source")) mount(article);
