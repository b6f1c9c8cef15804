// What makes the pages more convenient. All of them work without it.
"use strict";

// Says a change that is only seen.
const announcer = document.createElement("p");
announcer.className = "away";
announcer.setAttribute("aria-live", "polite");
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

// What a script asks for is answered to it, and never by the browser's own dialog.
const asScript = { "X-Requested-With": "pyrepo" };

// Results follow what is typed into the search field. What cannot be shown here, the page itself shows.
const results = document.getElementById("results");
const search = document.querySelector(".search input");
if (results && search) {
  let running = null;
  search.addEventListener("input", async () => {
    running?.abort();
    const own = running = new AbortController();
    const url = `${search.form.action}?q=${encodeURIComponent(search.value)}`;
    try {
      const answer = await fetch(url, { signal: own.signal, headers: { ...asScript, Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = answer.ok && page.getElementById("results");
      if (!found) return location.assign(url);
      results.replaceChildren(...found.childNodes);
      history.replaceState(null, "", url);
    } catch {
      if (own.signal.aborted) return;
      const lost = document.createElement("p");
      lost.className = "notice bad";
      lost.textContent = "The server did not answer. Press Enter to try again.";
      results.replaceChildren(lost);
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

  const projectOf = (name) =>
    (/\.(whl|egg)$/.test(name) ? name.split("-")[0] : name.slice(0, name.lastIndexOf("-"))).toLowerCase().replace(/[-_.]+/g, "-");
  const linkTo = (path, label) => {
    const link = document.createElement("a");
    link.href = path;
    link.textContent = label;
    return link;
  };
  const whyNot = (request) => {
    if (request.status === 0) return "The server did not answer.";
    if (request.status === 401) return "Your session has ended.";
    try { return JSON.parse(request.responseText).message; } catch { return `The server answered ${request.status}.`; }
  };
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
    for (const [name, value] of Object.entries(asScript)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => {
      item.className = request.status === 200 ? "good" : "bad";
      text.textContent = ` ${file.name}${request.status === 200 ? " is uploaded. " : `: ${whyNot(request)} `}`;
      if (request.status === 200) text.append(linkTo(`../project/${projectOf(file.name)}/`, "Show the project"));
      if (request.status === 401) text.append(linkTo("../login/?next=upload/", "Sign in"));
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
