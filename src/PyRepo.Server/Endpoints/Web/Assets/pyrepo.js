// What makes the pages more convenient. All of them work without it.
"use strict";

// Says a change that is only seen.
const announcer = document.createElement("p");
announcer.className = "unseen";
announcer.setAttribute("role", "status");
document.body.append(announcer);

// A button beside each text to copy.
for (const line of document.querySelectorAll(".copy")) {
  const code = line.querySelector("code");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${line.querySelector("[aria-label]").getAttribute("aria-label")}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = announcer.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = announcer.textContent = "Press Ctrl+C";
    }
  });
  line.append(button);
}

// Results follow what is typed into the search field.
const results = document.getElementById("results");
const search = document.querySelector(".search input");
if (results && search) {
  let running = null;
  search.addEventListener("input", async () => {
    running?.abort();
    const own = running = new AbortController();
    const url = `${search.form.action}?q=${encodeURIComponent(search.value)}`;
    try {
      const answer = await fetch(url, { signal: own.signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      results.replaceChildren(...page.getElementById("results").childNodes);
      history.replaceState(null, "", url);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  });
}

// Files are uploaded one after the other, with progress, also when they are dropped.
const upload = document.getElementById("upload");
if (upload) {
  const input = upload.querySelector("input[type=file]");
  const drop = upload.querySelector(".drop");
  const list = document.getElementById("uploads");
  input.multiple = true;

  const send = (file) => new Promise((done) => {
    const item = document.createElement("li");
    const bar = document.createElement("progress");
    const text = document.createElement("span");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Progress of ${file.name}`);
    text.textContent = ` ${file.name} `;
    item.append(text, bar);
    list.append(item);
    const form = new FormData();
    for (const field of upload.querySelectorAll("input[type=hidden]")) form.append(field.name, field.value);
    form.append("content", file);
    const request = new XMLHttpRequest();
    request.open("POST", upload.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => {
      let message = ": The server did not answer.";
      if (request.status === 200) message = " is uploaded.";
      else if (request.status > 0) {
        try { message = `: ${JSON.parse(request.responseText).message}`; } catch { message = `: failed: ${request.status}`; }
      }
      item.className = request.status === 200 ? "good" : "bad";
      text.textContent = ` ${file.name}${message}`;
      bar.remove();
      done();
    });
    request.send(form);
  });

  const sendAll = async (files) => {
    document.getElementById("outcome").replaceChildren();
    for (const file of files) await send(file);
    upload.reset();
  };
  upload.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll([...input.files]);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") sendAll([...event.dataTransfer.files]);
    });
  }
}
