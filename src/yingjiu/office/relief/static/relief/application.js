// Parts of the application that belong to some ways of applying only are shown for those; the others keep what
// was written in them, and send it.
const way = document.getElementById("id_way");

function show() {
  for (const part of document.querySelectorAll("[data-ways]")) {
    part.hidden = !part.dataset.ways.split(" ").includes(way.value);
  }
}

if (way) {
  way.addEventListener("change", show);
  show();
}
