// Uploads in chunks: <div data-upload data-name data-expected data-start-url> with a file input, a progress
// element and a line of text. The form gets a hidden field with the key of the stored file. A chunk that is
// lost is sent again; after a break of any length the upload goes on where the server says.

const TRIES = 8;
const WAIT = 1000; // doubles with each try, up to half a minute

class Refused extends Error {}

const words = (box, key) => box.dataset[key] || WORDS[key];

const WORDS =
  document.documentElement.lang === "en"
    ? {
        sending: "uploading",
        checking: "checking the file",
        stored: "uploaded",
        waiting: "the connection is interrupted; it goes on by itself",
        failed: "the upload did not succeed",
        remove: "Remove",
        first: "Please wait until the upload is complete, or choose a file",
      }
    : {
        sending: "正在上传",
        checking: "正在检查文件",
        stored: "已上传",
        waiting: "网络中断，恢复后自动续传",
        failed: "上传未成功",
        remove: "移除",
        first: "请等待上传完成，或者选择文件",
      };

const token = () => {
  try {
    return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  } catch {
    return "";
  }
};

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Browsers offer digests only on a secure address; without one the server's own check remains.
const digestOf = async (data) => (globalThis.crypto?.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", data)) : null);

const ask = async (url, options) => {
  const response = await fetch(url, {
    credentials: "same-origin",
    ...options,
    headers: { Accept: "application/json", "X-CSRFToken": token(), ...(options.headers || {}) },
  });
  const text = await response.text();
  let told = {};
  try {
    told = text ? JSON.parse(text) : {};
  } catch {
    told = {};
  }
  return { status: response.status, told };
};

const refusal = ({ told, status }) =>
  new Refused((told.faults || []).map((fault) => fault.text).join("\n") || `${WORDS.failed} (${status})`);

const json = (body) => ({ method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

// Ask until there is an answer; a server that is down or a network that is gone is waited for.
const patiently = async (make, show) => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await make();
      if (answer.status < 500 || answer.status === 507) return answer;
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
    if (attempt >= TRIES) throw new Refused(WORDS.failed);
    show(WORDS.waiting);
    await pause(Math.min(WAIT * 2 ** attempt, 30000));
  }
};

const send = async (box, file, show, progress) => {
  const begin = () =>
    ask(box.dataset.startUrl, json({ name: file.name, size: file.size, modified: String(file.lastModified), expected: box.dataset.expected || "" }));
  const begun = await patiently(begin, show);
  if (begun.status !== 201) throw refusal(begun);
  let { offset } = begun.told;
  const { url, chunk, finish } = begun.told;
  const resumed = offset > 0;
  const digests = [];
  while (offset < file.size) {
    const data = await file.slice(offset, offset + chunk).arrayBuffer();
    const digest = await digestOf(data);
    const at = offset;
    const headers = { "Content-Type": "application/octet-stream", "Upload-Offset": String(at) };
    if (digest) headers["Chunk-Digest"] = hex(digest);
    const answer = await patiently(() => ask(url, { method: "PUT", body: data, headers }), show);
    if (answer.status === 409 && Number.isInteger(answer.told.offset)) {
      offset = answer.told.offset; // the answer to an earlier chunk was lost
      continue;
    }
    if (answer.status !== 200) throw refusal(answer);
    if (digest) digests.push(digest);
    offset = answer.told.offset;
    progress(offset / file.size);
  }
  show(WORDS.checking);
  let whole = "";
  if (!resumed && digests.length === Math.ceil(file.size / chunk) && globalThis.crypto?.subtle) {
    whole = hex(await crypto.subtle.digest("SHA-256", await new Blob(digests).arrayBuffer()));
  }
  const finished = await patiently(() => ask(finish, json({ digest: whole })), show);
  if (finished.status !== 201) throw refusal(finished);
  return finished.told;
};

const field = (box, stored) => {
  const line = document.createElement("div");
  line.className = "office-upload-file d-flex align-items-center gap-2 mt-1";
  line.dataset.file = stored.name;
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = box.dataset.name;
  hidden.value = stored.id;
  const name = document.createElement("span");
  name.textContent = [stored.name, stored.says].filter(Boolean).join(" · ");
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "btn btn-sm";
  remove.textContent = words(box, "remove");
  remove.setAttribute("aria-label", `${words(box, "remove")} ${stored.name}`);
  remove.addEventListener("click", () => {
    line.remove();
    box.dispatchEvent(new CustomEvent("upload-changed", { bubbles: true }));
  });
  line.append(hidden, name, remove);
  return line;
};

const start = (box) => {
  const input = box.querySelector("input[type=file]");
  const bar = box.querySelector("progress");
  const says = box.querySelector(".office-upload-says");
  const required = input.required;
  const multiple = "multiple" in box.dataset;
  const show = (text) => {
    says.textContent = text;
  };
  const settle = () => {
    const there = box.querySelectorAll("input[type=hidden]").length;
    input.required = required && !there;
  };
  box.addEventListener("upload-changed", settle);
  const back = (files) => {
    // uploaded before, and put back with the draft of the form
    for (const stored of files) {
      if (!box.querySelector(`input[type=hidden][value="${Number(stored.id)}"]`)) box.append(field(box, stored));
    }
    settle();
  };
  box.addEventListener("upload-kept", (event) => back(event.detail));
  back(JSON.parse(box.dataset.kept || "[]"));
  box.closest("form")?.addEventListener(
    "submit",
    (event) => {
      if (!("busy" in box.dataset)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      show(WORDS.first);
    },
    { capture: true },
  );
  input.addEventListener("change", async () => {
    const files = [...input.files];
    if (!files.length) return;
    if (!multiple) box.querySelectorAll(".office-upload-file").forEach((line) => line.remove());
    says.classList.remove("text-danger");
    box.dataset.busy = "";
    input.disabled = true;
    try {
      for (const file of files) {
        bar.hidden = false;
        bar.value = 0;
        show(`${words(box, "sending")} ${file.name}`);
        const stored = await send(box, file, show, (share) => {
          bar.value = Math.floor(share * 100);
          show(`${words(box, "sending")} ${file.name} ${Math.floor(share * 100)}%`);
        });
        box.append(field(box, stored));
        show(`${words(box, "stored")} ${stored.name}`);
      }
    } catch (error) {
      says.classList.add("text-danger");
      show(error instanceof Refused ? error.message : words(box, "failed"));
    } finally {
      bar.hidden = true;
      input.disabled = false;
      input.value = "";
      delete box.dataset.busy;
      box.dispatchEvent(new CustomEvent("upload-changed", { bubbles: true }));
    }
  });
};

// Called for the page and for whatever htmx puts into it; a box is started once.
export const startUploads = (root = document) => {
  const boxes = [...root.querySelectorAll("[data-upload]")];
  if (root.matches?.("[data-upload]")) boxes.push(root);
  boxes
    .filter((box) => !("started" in box.dataset))
    .forEach((box) => {
      box.dataset.started = "";
      start(box);
    });
};
