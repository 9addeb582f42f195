// The words around a quote, while its number is pointed at or focused. Escape takes them away, and the pointer may
// move onto them (WCAG 2.2, 1.4.13). A finger opens the source instead.
const PATIENCE = 250; // milliseconds to get from the number to the words

let link = null;
let leaving = 0;

const words = () => link && document.getElementById(link.getAttribute("aria-describedby"));

function hide() {
  clearTimeout(leaving);
  const shown = words();
  if (shown) shown.hidden = true;
  link = null;
}

function show(next) {
  clearTimeout(leaving);
  if (next === link) return;
  hide();
  link = next;
  const shown = words();
  shown.hidden = false;
  shown.classList.remove("above");
  const { top, bottom, height } = shown.getBoundingClientRect();
  shown.classList.toggle("above", bottom > innerHeight && top > height + link.offsetParent.offsetHeight);
}

const number = (target) => target.closest?.("a.cite");

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  if (number(event.target)) show(number(event.target));
  else if (words()?.contains(event.target)) clearTimeout(leaving);
});

document.addEventListener("pointerout", (event) => {
  const to = event.relatedTarget;
  if (!link || (to && (link.contains(to) || words()?.contains(to))) || link.matches(":focus-visible")) return;
  clearTimeout(leaving);
  leaving = setTimeout(hide, PATIENCE);
});

document.addEventListener("focusin", (event) => {
  if (number(event.target)?.matches(":focus-visible")) show(event.target);
});

document.addEventListener("focusout", (event) => {
  if (event.target === link) hide();
});

document.addEventListener("click", (event) => {
  if (number(event.target)) hide();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !link) return;
  event.preventDefault();
  hide();
}, true);
