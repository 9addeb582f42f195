// The questions asked in this browser. They are kept here alone: see "Clear" on the first page.
const KEY = "pincite.recent";
const MOST = 8;

function read() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((question) => typeof question === "string") : [];
  } catch {
    return []; // a browser may be told to store nothing, and others may write here too
  }
}

function write(questions) {
  try {
    localStorage.setItem(KEY, JSON.stringify(questions));
  } catch {
    return; // nothing may be stored here: there are no recent questions then
  }
}

export function remember(question) {
  write([question, ...read().filter((one) => one !== question)].slice(0, MOST));
}

// Fill the list on the first page, where it stands last: nothing moves.
export function showRecent() {
  const section = document.querySelector(".recent");
  const questions = read();
  if (!section) return;
  section.hidden = !questions.length;
  section.querySelector("ul").replaceChildren(...questions.map(item));
  section.querySelector("button").onclick = () => {
    localStorage.removeItem(KEY);
    section.hidden = true;
    document.getElementById("q").focus();
    document.getElementById("heard").textContent = "Cleared.";
  };
}

function item(question) {
  const link = document.createElement("a");
  link.href = `/?${new URLSearchParams({ q: question })}`;
  link.textContent = question;
  const row = document.createElement("li");
  row.append(link);
  return row;
}
