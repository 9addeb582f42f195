// Comfort only: every page works without this file.
const box = document.getElementById("q");

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && box && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

document.querySelector("form.ask")?.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button");
  setTimeout(() => { button.textContent = "Reading…"; button.setAttribute("aria-busy", "true"); }, 300);
});

// Coming back with the browser's button shows the page as it was left: give the button its word again.
window.addEventListener("pageshow", () => {
  const button = document.querySelector("form.ask button");
  if (button) { button.textContent = "Ask"; button.removeAttribute("aria-busy"); }
});
