// Votes without leaving the page. Without this file the form is posted and the answer shown again.
const plainly = new WeakSet(); // forms whose vote did not get through: the page that comes says why

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const pressed = event.submitter;
  if (!form.matches("#vote") || plainly.has(form) || !pressed) return;
  event.preventDefault();
  const choice = pressed.value;
  const body = new URLSearchParams({ id: form.elements.id.value, good: choice });
  const response = await fetch("/votes", { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) {
    plainly.add(form);
    form.requestSubmit(pressed);
    return;
  }
  for (const button of form.querySelectorAll("button")) {
    const on = button === pressed && choice !== "";
    button.setAttribute("aria-pressed", String(on));
    button.value = on ? "" : button.dataset.choice;
  }
  form.querySelector("[role=status]").textContent = choice === "" ? "Taken back." : pressed.dataset.said;
});
