// Leads: fields that belong to one choice, and a list that does not refresh under ticked boxes.

function showFields(form) {
  form.querySelectorAll("[data-shown-if]").forEach((part) => {
    const [name, value] = part.dataset.shownIf.split("=");
    const chosen = form.querySelector(`input[name="${name}"]:checked`);
    part.hidden = chosen?.value !== value;
  });
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-reveal-on]");
  if (form) showFields(form);
});
document.querySelectorAll("form[data-reveal-on]").forEach(showFields);

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "lead-list") return;
  const busy = event.target.querySelector('input[name="lead"]:checked');
  if (busy) event.preventDefault();
});
