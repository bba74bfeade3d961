// Keys of the bench: each button or link carries its key in data-key; the page works without this script.

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const reason = document.getElementById("reason");

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reason]");
  if (button) {
    reason.value = button.dataset.reason;
    reason.classList.remove("is-invalid");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector(".modal.show")) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "?") {
    const help = document.getElementById("keys");
    help.open = !help.open;
  } else if (key === "r") {
    reason.focus();
  } else if (key === "u") {
    document.querySelector(".people-undo button").click();
  } else {
    const chosen = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!chosen) return;
    if (chosen.name === "choice" && !reason.value.trim()) {
      reason.classList.add("is-invalid");
      reason.focus();
    } else {
      chosen.click();
    }
  }
  event.preventDefault();
});
