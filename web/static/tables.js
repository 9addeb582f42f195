// Tables sort, filter and turn their pages in place. Without this file their links and forms load the page anew.
const said = document.createElement("p");
said.className = "hidden";
said.setAttribute("role", "status");
document.querySelector("main").append(said);
const newest = {};

/** Fetches the page at `address` and puts its element with the same id in the place of `part`. */
export async function swap(part, address) {
  const turn = newest[part.id] = (newest[part.id] ?? 0) + 1;
  const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return null;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(part.id);
  if (!fresh || turn !== newest[part.id]) return null;
  const focused = part.contains(document.activeElement) ? mark(document.activeElement) : null;
  part.replaceWith(fresh);
  if (focused) [...fresh.querySelectorAll("a, button")].find((one) => mark(one) === focused)?.focus();
  return fresh;
}

/** What a link or button is known by: its id, or the head of the column or the word that it is. */
function mark(element) {
  return element.id || element.closest("th")?.className || element.textContent.trim();
}

async function go(address) {
  const fresh = await swap(document.getElementById("list"), address);
  if (!fresh) return; // a newer look is under way, or the server is: what is there stays
  history.replaceState(null, "", address);
  said.textContent = fresh.querySelector("[data-said]")?.textContent ?? "";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#list thead a, #list .filters a, #list .sorts a, #list .pages a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.href);
});

const find = document.querySelector("form[data-into=list]");
let waiting;

function look() {
  const wanted = new URL(location.href);
  wanted.hash = "";
  for (const gone of ["page", "removed", "deleted"]) wanted.searchParams.delete(gone);
  for (const name of ["q", "type"]) {
    const value = find.elements[name]?.value.trim();
    if (value) wanted.searchParams.set(name, value); else wanted.searchParams.delete(name);
  }
  go(wanted.href);
}

find?.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); look(); });
find?.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 250); });
