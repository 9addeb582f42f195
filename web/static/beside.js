// The source, or why this answer, beside the answer; below it on narrow screens. The page is fetched by its own address
// and brings its style and script along: /static/source.js exports mount(article), which wires a source.
const OPENS = "a:is([href^='/documents/'], [href^='/why?'])";
const FRAME = `<header class="bar"><a class="alone" href="">Open alone</a><button class="plain" type="button">Close</button></header>
<div class="leaf" role="group" aria-label="Text" tabindex="0"></div>`;

let opener = null;

const pane = () => document.getElementById("beside");
const links = (href) => [...document.querySelectorAll("main a")].filter((link) => link.getAttribute("href") === href);

document.addEventListener("click", (event) => {
  const link = event.target.closest("article.source, .bar") ? null : event.target.closest(OPENS);
  const plain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || !pane()) return;
  event.preventDefault();
  opener = link;
  const state = { ...history.state, beside: link.getAttribute("href") };
  if (pane().hidden) history.pushState(state, "");
  else history.replaceState(state, "");
  open(state.beside);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && pane()?.contains(document.activeElement)) history.back();
});

// The places that a source's own links lead to are in it: they make no entries of the history.
document.addEventListener("click", (event) => {
  const link = event.target.closest("#beside a[href^='#']");
  const target = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!target || event.defaultPrevented) return;
  event.preventDefault();
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
});

// The address of the source that is open; undefined where none is.
export const opened = () => pane()?.dataset.href;

// Show what an entry of the history says: the source at `href`, or none.
export function restore(href) {
  if (!pane()) return;
  if (href && (pane().hidden || pane().dataset.href !== href)) open(href);
  if (!href && !pane().hidden) close();
}

function close() {
  const href = pane().dataset.href;
  for (const link of links(href)) link.removeAttribute("aria-current");
  pane().hidden = true;
  pane().replaceChildren();
  delete pane().dataset.href;
  const back = opener?.isConnected ? opener : links(href)[0];
  back?.focus();
}

async function open(href) {
  const beside = pane();
  for (const link of document.querySelectorAll("main a[aria-current]")) link.removeAttribute("aria-current");
  for (const link of links(href)) link.setAttribute("aria-current", "true");
  beside.dataset.href = href;
  beside.innerHTML = FRAME;
  beside.querySelector(".alone").href = href;
  beside.querySelector("button").addEventListener("click", () => history.back());
  beside.hidden = false;
  const leaf = beside.querySelector(".leaf");
  leaf.textContent = "Opening …";
  const page = await fetched(href);
  const mount = page && (await dress(page));
  if (beside.dataset.href !== href || !leaf.isConnected) return; // another was opened meanwhile
  const article = page?.querySelector("article.source");
  const shown = article ?? page?.querySelector("main > .column > .card") ?? page?.querySelector("main");
  if (!shown) {
    leaf.textContent = "Pincite cannot be reached.";
    return;
  }
  leaf.replaceChildren(...(shown.matches("main") ? shown.childNodes : [shown]));
  const mark = leaf.querySelector("#cite");
  (mark ?? leaf).focus({ preventScroll: true });
  if (article && mount) mount(article);
  else bring(leaf, mark ?? leaf);
  document.getElementById("heard").textContent = `Opened: ${leaf.querySelector("h1")?.textContent}`;
}

async function fetched(href) {
  const response = await fetch(href, { headers: { Accept: "text/html" } }).catch(() => null);
  return response && new DOMParser().parseFromString(await response.text(), "text/html");
}

// Take over the style and the script that the page of a source names; return what wires its article.
async function dress(page) {
  const missing = [...page.querySelectorAll("link[rel=stylesheet]")].filter(
    (style) => !document.querySelector(`link[rel=stylesheet][href="${style.getAttribute("href")}"]`),
  );
  await Promise.all(missing.map((style) => new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style.getAttribute("href") });
    link.onload = link.onerror = done;
    document.head.append(link);
  })));
  const script = page.querySelector("script[type=module][src$='/source.js']");
  return script && (await import(script.getAttribute("src"))).mount;
}

// Scroll the marked words into the upper third of what they stand in.
function bring(leaf, mark) {
  if (getComputedStyle(leaf).overflowY !== "auto") mark.scrollIntoView({ block: "center" });
  else leaf.scrollTop += mark.getBoundingClientRect().top - leaf.getBoundingClientRect().top - leaf.clientHeight / 3;
}
