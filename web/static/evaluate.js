// Forms that change something: sends them, goes where the answer says, tells in the form why something was refused.
// What deletes asks once more: its button says so, and a second press means it.
(function () {
  "use strict";

  const trouble = (form) => form.querySelector(".trouble");

  function unsure(form) {
    const button = form.querySelector("button.sure");
    if (!button) return;
    button.classList.remove("sure");
    button.textContent = button.dataset.words;
  }

  // True when a form that deletes was pressed for the first time only.
  function asksFirst(form) {
    if (!form.dataset.sure) return false;
    const button = form.querySelector('button[type="submit"]');
    if (button.classList.contains("sure")) return false;
    button.dataset.words = button.textContent;
    button.textContent = form.dataset.sure;
    button.classList.add("sure");
    return true;
  }

  function request(form) {
    const fields = Object.fromEntries(new FormData(form));
    const file = fields.file;
    if (!(file instanceof File)) {
      return fetch(form.action, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(fields) });
    }
    const address = new URL(form.action);
    address.searchParams.set("name", file.name);
    if (fields.replace) address.searchParams.set("replace", "true");
    return fetch(address, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file });
  }

  // What was pressed is gone: Tab goes on in the view, and who fills in questions goes on with the next.
  function goOn(form) {
    const next = form.matches(".fill-in") && document.querySelector("details:has(form.fill-in) > summary");
    (next || document.getElementById("view")).focus({ preventScroll: !next });
  }

  async function send(form) {
    const button = form.querySelector('button[type="submit"]');
    trouble(form).textContent = "";
    button.disabled = true;
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await request(form);
      if (answer.status === 401) return location.assign("/login"); // the session has ended
      const said = await answer.json();
      if (answer.ok) {
        unsure(form);
        if (new URL(said.address, location.href).search === location.search) await window.backissueReload();
        else window.backissueGo(said.address);
        goOn(form);
        return;
      }
      trouble(form).textContent = typeof said.detail === "string" ? said.detail : trouble(form).dataset.lost;
    } catch (lost) {
      trouble(form).textContent = trouble(form).dataset.lost;
    } finally {
      button.disabled = false;
      form.removeAttribute("aria-busy");
    }
    unsure(form);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-send]");
    if (!form) return;
    event.preventDefault();
    if (!asksFirst(form)) send(form);
  });
  document.addEventListener("focusout", (event) => {
    const form = event.target.closest?.("form[data-sure]");
    if (form && form.getAttribute("aria-busy") !== "true") unsure(form);
  });
})();
