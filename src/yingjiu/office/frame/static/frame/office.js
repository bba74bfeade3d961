// What every page does: toasts, dialogs, drafts, the end of a session, confirmations, uploads.
import { drawCharts } from "./charts.js";
import { startDrafts, keepAll } from "./drafts.js";
import { startSession, sessionEnded } from "./session.js";
import { toast } from "./toasts.js";
import { words } from "./words.js";

const bootstrap = window.bootstrap ?? window.tabler?.bootstrap ?? window.tabler;

function modal(id) {
  return bootstrap.Modal.getOrCreateInstance(document.getElementById(id));
}

// -- toasts and errors ------------------------------------------------------------------------------

document.addEventListener("toast", (event) => toast(event.detail));
document.addEventListener("session-ended", () => sessionEnded());
document.addEventListener("htmx:sendError", () => toast({ tone: "danger", title: words().failed, text: words().offline }));

// -- the dialog that htmx fills ---------------------------------------------------------------------

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "dialog-body" && event.detail.target.innerHTML.trim()) modal("dialog").show();
});
document.addEventListener("shown.bs.modal", (event) => {
  event.target.querySelector("select, input:not([type=hidden]), textarea, .btn-primary")?.focus();
});
document.addEventListener("close-dialog", () => modal("dialog").hide());
document.addEventListener("hidden.bs.modal", (event) => {
  if (event.target.id === "dialog") document.getElementById("dialog-body").replaceChildren();
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-download]") && event.target.reportValidity()) {
    setTimeout(() => modal("dialog").hide(), 300); // the file comes as an attachment; the page stays
  }
});

// -- a form is sent once, and after a question where the page asks one ------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = document.getElementById("confirm-dialog");
    dialog.querySelector("[data-confirm=text]").textContent = form.dataset.confirm;
    const yes = dialog.querySelector("[data-confirm=yes]");
    const submitter = event.submitter;
    yes.onclick = () => {
      modal("confirm-dialog").hide();
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter ?? undefined);
      delete form.dataset.confirmed;
    };
    modal("confirm-dialog").show();
  }
}, true);
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method.toLowerCase() !== "post" || form.matches("[data-download], [hx-post]")) return;
  history.replaceState({ ...history.state, sent: true }, ""); // who comes back to this page finds its forms empty
  const button = event.submitter;
  if (!button) return;
  // after the browser has read the form, or the button's own value would be missing
  setTimeout(() => {
    button.disabled = true;
    button.classList.add("btn-loading");
  });
});
window.addEventListener("pageshow", (event) => {
  if (history.state?.sent) {
    // back to a page whose form was sent: what was decided since is asked of the server, and the form is empty
    const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    if (event.persisted) location.reload();
    else if (back) document.querySelectorAll("form").forEach((form) => form.method === "post" && form.reset());
  }
  document.querySelectorAll("button.btn-loading").forEach((button) => {
    button.disabled = false;
    button.classList.remove("btn-loading");
  });
});

// -- small behaviours by data attributes ------------------------------------------------------------

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-back]")) history.length > 1 ? history.back() : location.assign("/");
  if (at("[data-print]")) window.print();
  const row = at("tr[data-href]");
  if (row && !at("a, button, input, label, select, textarea") && !String(window.getSelection())) location.assign(row.dataset.href);
});
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-check-all]");
  if (all) document.querySelectorAll(`input[name="${all.dataset.checkAll}"]`).forEach((box) => { box.checked = all.checked; });
  if (event.target.closest("[data-submit-on-change]")) event.target.form.requestSubmit();
});
window.addEventListener("beforeprint", () => document.querySelectorAll(".office-chart-table").forEach((table) => { table.open = true; }));

function enhance(root) {
  root.querySelectorAll("select[data-search]:not(.tomselected)").forEach((select) => {
    new window.TomSelect(select, {
      maxOptions: 500,
      plugins: select.multiple ? { remove_button: { title: words().remove } } : {},
      render: { no_results: () => `<div class="no-results">${words().none_found}</div>` },
    });
  });
  root.querySelectorAll("input[data-date]").forEach((input) => {
    if (input._flatpickr) return;
    window.flatpickr(input, {
      allowInput: true,
      dateFormat: "Y-m-d",
      disableMobile: false,
      locale: document.documentElement.lang.startsWith("zh") ? "zh" : "default",
    });
  });
  startDrafts(root);
  if (root.matches?.("[data-upload]") || root.querySelector("[data-upload]")) {
    import("../files/upload.js").then(({ startUploads }) => startUploads(root)); // the files app's, where a page takes files
  }
  drawCharts(root);
}

document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
enhance(document);
startSession(keepAll);
