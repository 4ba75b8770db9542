// What editors do: choose and drop files, send them, begin to read. All texts come from the server (data- attributes);
// names of files are set as text, never as markup.
(function () {
  "use strict";

  const byId = (id) => document.getElementById(id);
  // What has been chosen outlives the view: one may look something up and come back.
  const state = { files: [], batch: "", sending: false, typed: {} };

  function told(template, ...values) {
    return values.reduce((text, value) => text.replace("{}", () => value), template);
  }

  function size(bytes) {
    const units = ["bytes", "kB", "MB", "GB"];
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit += 1;
    }
    return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
  }

  function trouble(text) {
    const line = byId("ingest-trouble");
    if (line) line.textContent = text;
  }

  // --- files ----------------------------------------------------------------------------------------------------

  function show() {
    const list = byId("chosen-files");
    const form = byId("ingest-form");
    if (!list || !form) return;
    list.replaceChildren(
      ...state.files.map((entry, at) => {
        const row = document.createElement("li");
        const name = document.createElement("span");
        name.className = "file-name";
        name.dir = "auto";
        name.textContent = entry.file.name;
        const bytes = document.createElement("span");
        bytes.className = "small";
        bytes.textContent = entry.trouble || size(entry.file.size);
        row.classList.toggle("bad", Boolean(entry.trouble));
        const button = document.createElement("button");
        button.type = "button";
        button.className = "quiet icon";
        button.textContent = "✕";
        button.dataset.leaveOut = String(at);
        button.disabled = state.sending;
        button.setAttribute("aria-label", told(form.dataset.remove, entry.file.name));
        row.append(name, bytes, button);
        return row;
      }),
    );
  }

  function add(files) {
    const form = byId("ingest-form");
    if (!form || state.sending) return;
    for (const file of files) {
      const known = state.files.some((entry) => entry.file.name === file.name && entry.file.size === file.size && entry.file.lastModified === file.lastModified);
      if (known) continue;
      const problem = file.size > Number(form.dataset.largest) ? form.dataset.large : file.size === 0 ? form.dataset.empty : "";
      state.files.push({ file, number: 0, trouble: problem });
    }
    trouble("");
    show();
  }

  // The files of what was dropped, those in folders too.
  async function dropped(transfer) {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) return [...transfer.files];
    const found = [];
    const walk = async (entry) => {
      if (entry.isFile) {
        if (!entry.name.startsWith(".")) found.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
        return;
      }
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (!some.length) return;
        for (const inner of some) await walk(inner);
      }
    };
    for (const entry of entries) await walk(entry);
    return found;
  }

  // --- sending --------------------------------------------------------------------------------------------------

  async function sentence(answer, otherwise) {
    try {
      const value = typeof answer === "string" ? JSON.parse(answer) : await answer.json();
      const said = value.trouble ?? value.detail;
      return typeof said === "string" ? said : otherwise;
    } catch (unread) {
      return otherwise;
    }
  }

  function send(entry, onProgress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch tells nothing of how much has been sent
      const fields = new URLSearchParams({ name: entry.file.name });
      if (state.batch) fields.set("batch", state.batch);
      request.open("POST", `/ingest/files?${fields}`);
      request.setRequestHeader("content-type", "application/octet-stream");
      request.upload.onprogress = (event) => onProgress(event.total ? event.loaded / event.total : 0);
      request.onload = () => (request.status === 201 ? resolve(JSON.parse(request.responseText)) : reject(request));
      request.onerror = request.onabort = () => reject(request);
      request.send(entry.file);
    });
  }

  async function sendAll(form) {
    const good = state.files.filter((entry) => !entry.trouble);
    for (const [at, entry] of good.entries()) {
      if (entry.number) continue;
      const progress = (share) => {
        const line = byId("ingest-sending");
        if (line) line.textContent = told(form.dataset.sending, String(at + 1), String(good.length), String(Math.round(100 * share)));
      };
      progress(0);
      try {
        const arrived = await send(entry, progress);
        state.batch = arrived.batch;
        entry.number = arrived.number;
      } catch (request) {
        const said = await sentence(request.responseText, form.dataset.lost);
        if (request.status === 422 && said !== form.dataset.gone) entry.trouble = said;
        throw new Error(said);
      }
    }
    return good.map((entry) => entry.number);
  }

  function busy(now) {
    state.sending = now;
    const button = byId("ingest-begin");
    if (button) button.disabled = now;
    const line = byId("ingest-sending");
    if (line && !now) line.textContent = "";
    show();
  }

  async function begin(form) {
    if (state.sending) return;
    const fields = new FormData(form);
    const text = (name) => String(fields.get(name) || "");
    if (!state.files.some((entry) => !entry.trouble) && !text("addresses").trim()) {
      trouble(form.dataset.nothing);
      byId("ingest-files").focus();
      return;
    }
    trouble("");
    busy(true);
    try {
      const wanted = { addresses: text("addresses"), outlet: text("outlet"), section: text("section"), language: text("language"), kind: text("kind"), sitemap: fields.has("sitemap"), private: fields.has("private") };
      const files = await sendAll(form);
      const answer = await fetch("/ingest", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...wanted, batch: state.batch, files }) });
      if (answer.status !== 202) {
        throw new Error(await sentence(answer, form.dataset.lost));
      }
      state.files = [];
      state.batch = "";
      state.typed = {};
      busy(false);
      window.backissueGo("/?view=ingest");
    } catch (failed) {
      if (failed.message === form.dataset.gone) {
        state.batch = "";
        for (const entry of state.files) entry.number = 0;
      }
      busy(false);
      trouble(failed instanceof TypeError ? form.dataset.lost : failed.message);
    }
  }

  // --- taking down ----------------------------------------------------------------------------------------------

  async function takeDown(form) {
    const line = byId("removal-trouble");
    const button = byId("removal-begin");
    const fields = new FormData(form);
    line.textContent = "";
    button.disabled = true;
    try {
      const wanted = { article_ids: fields.getAll("article_id"), reason: String(fields.get("reason") || ""), sure: fields.has("sure") };
      const answer = await fetch("/remove", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(wanted) });
      if (answer.status !== 202) throw new Error(await sentence(answer, form.dataset.lost));
      window.backissueGo("/?view=remove");
    } catch (failed) {
      button.disabled = false;
      line.textContent = failed instanceof TypeError ? form.dataset.lost : failed.message;
    }
  }

  // --- correcting -----------------------------------------------------------------------------------------------

  async function save(form) {
    const line = byId("edit-trouble");
    const button = byId("edit-save");
    const values = {};
    for (const field of form.elements) {
      if (!field.name || field.name === "clear") continue;
      const before = field.options ? [...field.options].find((option) => option.defaultSelected)?.value ?? "" : field.defaultValue;
      if (field.value !== before) values[field.name] = field.value;
    }
    line.textContent = "";
    button.disabled = true;
    try {
      const wanted = { article_id: form.dataset.article, values, clear: new FormData(form).getAll("clear") };
      const answer = await fetch("/edit", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(wanted) });
      const said = await answer.clone().json();
      if (!answer.ok || !said.saved) throw new Error(await sentence(answer, form.dataset.lost));
      document.dispatchEvent(new CustomEvent("backissue-work-ended", { detail: { address: "/edit" } }));
      await window.backissueReload();
      const now = byId("edit-saved");
      if (now) now.textContent = said.saved;
    } catch (failed) {
      button.disabled = false;
      line.textContent = failed instanceof TypeError || failed instanceof SyntaxError ? form.dataset.lost : failed.message;
    }
  }

  // What came of it is where the focus goes, unless somebody has put it elsewhere meanwhile.
  let ended = false;
  document.addEventListener("backissue-work-ended", () => (ended = true));
  document.addEventListener("backissue-view", () => {
    const report = ended && document.querySelector(".ingest-report");
    ended = false;
    if (report && document.activeElement === document.body) report.focus({ preventScroll: true });
  });

  // What has been taken down, or said otherwise, is not left standing beside.
  document.addEventListener("backissue-work-ended", (event) => {
    if (["/work/removal", "/edit"].includes(event.detail.address)) byId("panel-close")?.click();
  });

  // --- events ---------------------------------------------------------------------------------------------------

  document.addEventListener("change", (event) => {
    if (event.target.id !== "ingest-files") return;
    add(event.target.files);
    event.target.value = ""; // the same file may be chosen again after it was left out
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-leave-out]");
    if (!button) return;
    state.files.splice(Number(button.dataset.leaveOut), 1);
    show();
    byId("ingest-files")?.focus();
  });

  document.addEventListener("submit", (event) => {
    const does = { "ingest-form": begin, "removal-form": takeDown, "edit-form": save }[event.target.id];
    if (!does) return;
    event.preventDefault();
    does(event.target);
  });

  // What has been typed is kept while one looks elsewhere.
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("#ingest-form");
    if (form && event.target.name) state.typed[event.target.name] = event.target.type === "checkbox" ? event.target.checked : event.target.value;
  });

  document.addEventListener("backissue-view", () => {
    const form = byId("ingest-form");
    if (!form) return;
    for (const [name, value] of Object.entries(state.typed)) {
      const field = form.elements.namedItem(name);
      if (field && field.type === "checkbox") field.checked = value;
      else if (field) field.value = value;
    }
    if (["outlet", "section", "language", "kind"].some((name) => state.typed[name])) form.querySelector("details.given").open = true;
    show();
  });

  // Files dropped anywhere on the view count; elsewhere they must not replace the page.
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      if (![...(event.dataTransfer?.types || [])].includes("Files") || !document.querySelector(".editing-view")) return;
      event.preventDefault();
      if (!byId("ingest-form")) return;
      byId("ingest-form").classList.toggle("dragging", name === "dragover");
      if (name === "drop") dropped(event.dataTransfer).then(add);
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) byId("ingest-form")?.classList.remove("dragging");
  });
})();
