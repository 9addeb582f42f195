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

const forms = document.querySelectorAll("form.ask");

for (const form of forms) {
  const button = form.querySelector("button");
  button.dataset.word = button.textContent;
  form.addEventListener("submit", () => {
    setTimeout(() => { button.textContent = "Reading…"; button.setAttribute("aria-busy", "true"); }, 300);
  });
}

// Coming back with the browser's button shows the page as it was left: give each button its word again.
window.addEventListener("pageshow", () => {
  for (const form of forms) {
    const button = form.querySelector("button");
    button.textContent = button.dataset.word;
    button.removeAttribute("aria-busy");
  }
});
