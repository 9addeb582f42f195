// Comfort only: every page works without this file. "/" goes to the box that the page begins with.
document.addEventListener("keydown", (event) => {
  const box = document.querySelector("main input[type=search]");
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (event.key !== "/" || !box || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  box.focus();
  box.select();
});
