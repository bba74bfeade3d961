// Says that the session ends, a minute before it does; what is typed is kept first.
import { renew, token } from "./words.js";

const WARNING = 60;
let last = Date.now();
let keep = async () => {};
let over = false;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("office-session") : null;

export function touched() {
  last = Date.now();
  over = false;
  channel?.postMessage("touched");
  dialog()?.hide();
}

export function sessionEnded() {
  over = true;
  show(0);
}

function element() {
  return document.getElementById("session-dialog");
}

function dialog() {
  const bootstrap = window.bootstrap ?? window.tabler?.bootstrap ?? window.tabler;
  return element() ? bootstrap.Modal.getOrCreateInstance(element()) : null;
}

function show(seconds) {
  const part = (name) => element().querySelector(`[data-session=${name}]`);
  const ended = over || seconds <= 0;
  part("soon").hidden = ended;
  part("stay").hidden = ended;
  part("over").hidden = !ended;
  part("again").hidden = !ended;
  part("seconds").textContent = `${part("seconds").dataset.text} ${Math.max(seconds, 0)}`;
  dialog().show();
}

// signed in again in another window: this page takes the new session's token, and goes on
function goOn({ signedIn, token: renewed }) {
  if (signedIn !== document.body.dataset.user) return location.reload(); // it is somebody else's office now
  renew(renewed);
  over = false;
  last = Date.now();
  dialog()?.hide();
  keep();
}

export function startSession(keepAll) {
  const idle = Number(document.body.dataset.idleSeconds);
  if (!idle || !element()) return;
  keep = keepAll;
  let warned = false;
  channel?.addEventListener("message", ({ data }) => {
    if (data?.signedIn) return goOn(data);
    last = Date.now();
    dialog()?.hide();
  });
  // what htmx asks because a person did something keeps the session; what it asks by itself does not
  document.addEventListener("htmx:afterRequest", (event) => {
    const quiet = event.detail.xhr?.getResponseHeader("X-Quiet");
    if (event.detail.requestConfig?.triggeringEvent?.isTrusted && event.detail.successful && !quiet) touched();
  });
  element().querySelector("[data-session=stay]").addEventListener("click", async () => {
    const answer = await fetch(document.body.dataset.aliveUrl, { method: "POST", headers: { "X-CSRFToken": token(), Accept: "application/json" } });
    if (answer.ok) touched();
    else sessionEnded();
  });
  // in a window of its own: this page keeps what was typed since the session ended
  element().querySelector("[data-session=again]").addEventListener("click", () => {
    if (!window.open(element().dataset.loginUrl)) location.reload();
  });
  setInterval(async () => {
    const left = Math.round(idle - (Date.now() - last) / 1000);
    if (left > WARNING) {
      warned = false;
      return;
    }
    if (!warned) {
      warned = true;
      // a draft that is kept now would start the session anew: only what is not kept yet is sent
      await keep();
    }
    show(Math.round(idle - (Date.now() - last) / 1000));
  }, 1000);
}
