// An address that names a folded part of the page opens it, also in browsers that do not do so themselves.
function openNamed() {
  const named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = named && named.closest("details");
  if (fold && !fold.open) {
    fold.open = true;
    named.scrollIntoView();
  }
}
addEventListener("hashchange", openNamed);
openNamed();
