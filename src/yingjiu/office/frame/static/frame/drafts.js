// What is typed into a form with data-draft is kept on the server, and put back on the next visit.
import { token, words } from "./words.js";
import { sessionEnded, touched } from "./session.js";
import { toast } from "./toasts.js";

const SKIPPED = new Set(["password", "file", "hidden", "submit", "button", "image", "reset"]);
const UPLOADED = "uploaded:"; // before the name of a field of files: their keys and names, never their content
const FILES_STAY = 20 * 3600 * 1000; // a file that nothing owns is kept for a day: some hours are left to send it
const forms = new Map();

function fields(form) {
  return [...form.elements].filter((field) => field.name && !SKIPPED.has(field.type) && !field.disabled);
}

function content(form) {
  const read = {};
  for (const field of fields(form)) {
    if (field.type === "radio") {
      if (field.checked) read[field.name] = field.value;
    } else if (field.type === "checkbox") {
      (read[field.name] ??= []).push(...(field.checked ? [field.value] : []));
    } else if (field.multiple) {
      read[field.name] = [...field.selectedOptions].map((option) => option.value);
    } else {
      read[field.name] = field.value;
    }
  }
  for (const box of form.querySelectorAll("[data-upload]")) {
    const files = [...box.querySelectorAll(".office-upload-file")].map((line) => `${line.querySelector("input").value} ${line.dataset.file}`);
    if (files.length) read[UPLOADED + box.dataset.name] = files;
  }
  return read;
}

function put(form, read, time) {
  const young = Date.now() - new Date(time.replace(" ", "T")) < FILES_STAY;
  for (const box of young ? form.querySelectorAll("[data-upload]") : []) {
    const files = [].concat(read[UPLOADED + box.dataset.name] ?? []).map((each) => ({ id: each.split(" ", 1)[0], name: each.slice(each.indexOf(" ") + 1) }));
    box.dispatchEvent(new CustomEvent("upload-kept", { detail: files }));
    box.dataset.kept = JSON.stringify(files); // for the script of the box, if it comes later
  }
  for (const field of fields(form)) {
    if (!(field.name in read)) continue;
    const value = read[field.name];
    if (field.type === "radio") field.checked = field.value === value;
    else if (field.type === "checkbox") field.checked = [].concat(value).includes(field.value);
    else if (field.multiple) [...field.options].forEach((option) => { option.selected = [].concat(value).includes(option.value); });
    else field.value = value;
    field.tomselect?.sync();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function url(form) {
  return `${document.body.dataset.draftUrl}?key=${encodeURIComponent(form.dataset.draft)}`;
}

function ask(method, form, body, signal) {
  return fetch(url(form), {
    method,
    body,
    signal,
    keepalive: method === "POST",
    headers: { "X-CSRFToken": token(), Accept: "application/json", "Content-Type": "application/json" },
  });
}

function says(form) {
  let line = form.querySelector(".office-draft-says");
  if (!line) {
    line = document.createElement("p");
    line.className = "office-draft-says";
    line.setAttribute("role", "status");
    form.append(line);
  }
  return line;
}

// whether all that is typed is on the server now: "kept", or why not: "ended", "full", "offline", "not kept"
async function keep(form) {
  const state = forms.get(form);
  const body = JSON.stringify(content(form));
  if (!state || state.sent || body === state.kept) return "kept";
  try {
    state.saving = new AbortController();
    const answer = await ask("POST", form, body, state.saving.signal);
    if (answer.status === 401) {
      sessionEnded();
      return "ended";
    }
    if (!answer.ok) {
      says(form).textContent = words().not_kept;
      return answer.status === 507 ? "full" : "not kept";
    }
    state.kept = body;
    touched();
    says(form).textContent = words().kept.replace("{time}", (await answer.json()).saved_at);
    return "kept";
  } catch (error) {
    if (error.name === "AbortError") return "not kept";
    if (!state.sent) says(form).textContent = words().not_kept;
    return "offline";
  }
}

// The form goes only after all that is typed was kept: a server that has died, a session that has ended or a
// disk that is full leave it as it stands on the page.
async function keepAndSend(form, state, button) {
  state.sending = true;
  clearTimeout(state.timer);
  state.saving?.abort();
  const done = await keep(form);
  await new Promise((resolve) => setTimeout(resolve)); // a form cannot be sent while its submit event is on its way
  state.sending = false;
  if (done === "ended") return;
  if (done === "offline" || done === "full") {
    toast({ tone: "danger", title: words().failed, text: done === "full" ? words().full : words().offline });
    return;
  }
  state.sent = true; // the server throws the draft away: nothing may be kept after that
  if (form.dataset.confirm) form.dataset.confirmed = "yes";
  form.requestSubmit(button ?? undefined);
  delete form.dataset.confirmed;
}

export async function keepAll() {
  await Promise.all([...forms.keys()].filter((form) => form.isConnected).map(keep));
}

async function restore(form) {
  if (form.querySelector(".is-invalid, .invalid-feedback, .alert-danger")) return; // the server has just given it back
  const answer = await ask("GET", form);
  if (answer.status !== 200) return;
  const { content: read, saved_at: time } = await answer.json();
  put(form, read, time);
  forms.get(form).kept = JSON.stringify(content(form));
  const note = document.createElement("div");
  note.className = "alert alert-info office-draft";
  note.setAttribute("role", "status");
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "btn btn-sm ms-auto";
  discard.textContent = words().discard;
  discard.addEventListener("click", async () => {
    await ask("DELETE", form);
    forms.delete(form);
    location.reload();
  });
  const text = document.createElement("span");
  text.textContent = words().restored.replace("{time}", time);
  note.append(text, discard);
  form.prepend(note);
}

export function startDrafts(root) {
  const found = root.matches?.("form[data-draft]") ? [root] : [...root.querySelectorAll("form[data-draft]")];
  for (const form of found) {
    if (forms.has(form)) continue;
    const state = { kept: JSON.stringify(content(form)), timer: 0 };
    forms.set(form, state);
    const key = document.createElement("input");
    Object.assign(key, { type: "hidden", name: "draft_key", value: form.dataset.draft });
    form.append(key);
    for (const change of ["input", "upload-changed"]) {
      form.addEventListener(change, () => {
        state.sent = false;
        clearTimeout(state.timer);
        state.timer = setTimeout(() => keep(form), 1500);
      });
    }
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || state.sent) return;
      event.preventDefault();
      if (!state.sending) keepAndSend(form, state, event.submitter);
    });
    restore(form);
  }
}

document.addEventListener("visibilitychange", () => { if (document.hidden) keepAll(); });
