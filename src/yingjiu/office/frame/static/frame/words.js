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
