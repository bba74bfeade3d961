// Signed in again in this window: the pages that were left open are told, and go on; this one is not needed.
const { signedIn, token } = document.querySelector("[data-signed-in]").dataset;
new BroadcastChannel("office-session").postMessage({ signedIn, token });
window.close();
