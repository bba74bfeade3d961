// The words that scripts say, in the language of the page.
let read;

export function words() {
  read ??= JSON.parse(document.getElementById("office-words")?.textContent || "{}");
  return read;
}

export function token() {
  const headers = document.body.getAttribute("hx-headers");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
}

export function renew(fresh) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = fresh; });
}
