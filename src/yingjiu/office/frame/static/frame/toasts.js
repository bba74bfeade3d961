// Short notices at the corner of the page; an error stays until it is closed.
export function toast({ title = "", text = "", tone = "success" }) {
  const made = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  made.classList.add(`office-toast-${tone}`);
  if (tone === "danger") made.setAttribute("role", "alert");
  made.querySelector("[data-toast=title]").textContent = title || "";
  made.querySelector("[data-toast=text]").textContent = text;
  document.getElementById("toasts").append(made);
  const bootstrap = window.bootstrap ?? window.tabler?.bootstrap ?? window.tabler;
  const shown = new bootstrap.Toast(made, { autohide: tone !== "danger", delay: 6000 });
  made.addEventListener("hidden.bs.toast", () => made.remove());
  shown.show();
}
