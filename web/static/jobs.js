// Uploads with their progress, in place. Without this file the form is posted and the page looked at again.
import { swap } from "./tables.js";

const form = document.getElementById("upload");
const input = form.querySelector("input[type=file]");
const sending = document.getElementById("sending");
const announce = document.getElementById("announce");
const LOOK_MS = 800;
let watching = false;
let told = "";

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const request = new XMLHttpRequest(); // fetch does not tell how much is sent
  request.open("POST", "/api/documents");
  request.upload.onprogress = ({ loaded, total }) => { sending.textContent = `Sending: ${Math.floor((100 * loaded) / total)}%`; };
  request.onerror = () => { sending.textContent = "The upload broke off. Try it again."; };
  request.onload = () => {
    if (request.status === 202) {
      sending.textContent = "";
      form.reset();
      watch();
    } else {
      sending.textContent = problem(request);
    }
  };
  request.send(new FormData(form));
});

function problem(request) {
  try { return JSON.parse(request.responseText).detail; } catch { return "The upload failed. Try it again."; }
}

for (const kind of ["dragover", "dragleave", "drop"]) {
  form.addEventListener(kind, (event) => {
    event.preventDefault();
    form.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
}

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("form[data-job]")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target));
  await fetch(event.target.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  watch();
});

/** Looks again and again until nothing is being done, and then at the documents. */
async function watch() {
  if (watching) return;
  watching = true;
  document.querySelector("main").classList.add("watched");
  for (;;) {
    const fresh = await swap(document.getElementById("jobs"), "/library/jobs");
    if (fresh) tell(fresh);
    if (fresh && fresh.dataset.busy === undefined) break;
    await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
  }
  watching = false;
  document.querySelector("main").classList.remove("watched");
  // With the first document, the table comes with all that stands around it. A page loaded anew would say nothing aloud.
  await swap(document.getElementById("list") ?? document.getElementById("documents"), location.href);
}

/** Says aloud how the newest job stands, when that is something else than before; numbers are left to the eye. */
function tell(jobs) {
  const job = jobs.querySelector(".job");
  const state = job?.dataset.state ?? "";
  if (!job || `${job.id} ${state}` === told) return;
  told = `${job.id} ${state}`;
  announce.textContent = `${job.querySelector(".name").textContent}: ${job.querySelector(".said-of").textContent}`;
}

if (document.getElementById("jobs").dataset.busy !== undefined) watch();
