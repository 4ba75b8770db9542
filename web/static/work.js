// Long work on a page: keeps its bar and sentence up to date, stops it, and loads the view anew when it has ended.
// The server renders it (render_work.py); this file takes over text and attributes of the parts that changed.
(function () {
  "use strict";

  const EVERY_MS = 1000;
  const UNSEEN_MS = 5000; // while the page is in the background
  const underWay = (section) => ["running", "stopping"].includes(section.dataset.phase);
  let timer = null;

  function take(section, fresh) {
    section.dataset.phase = fresh.dataset.phase;
    section.className = fresh.className;
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const mine = section.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!mine) continue;
      for (const name of mine.getAttributeNames()) if (!part.hasAttribute(name)) mine.removeAttribute(name);
      for (const name of part.getAttributeNames()) {
        if (mine.getAttribute(name) !== part.getAttribute(name)) mine.setAttribute(name, part.getAttribute(name));
      }
      if (!part.childElementCount && mine.textContent !== part.textContent) mine.textContent = part.textContent;
    }
  }

  async function ask(section, address, options) {
    try {
      const answer = await fetch(address, options);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-work]");
      if (!answer.ok || !fresh) throw new Error(String(answer.status));
      if (!section.isConnected) return;
      section.classList.remove("lost");
      if (fresh.dataset.number === section.dataset.number && underWay(fresh)) {
        take(section, fresh);
        return;
      }
      document.dispatchEvent(new CustomEvent("backissue-work-ended", { detail: { address: section.dataset.work } }));
      if (window.backissueReload) window.backissueReload();
      else take(section, fresh);
    } catch (lost) {
      if (!section.isConnected) return;
      section.classList.add("lost");
      section.querySelector('[data-part="stage"]').textContent = section.dataset.lost;
    }
  }

  async function look() {
    clearTimeout(timer);
    timer = null;
    const all = [...document.querySelectorAll("[data-work]")].filter(underWay);
    await Promise.all(all.map((section) => ask(section, section.dataset.work, { cache: "no-store" })));
    plan();
  }

  function plan() {
    if (timer === null && [...document.querySelectorAll("[data-work]")].some(underWay)) {
      timer = setTimeout(look, document.hidden ? UNSEEN_MS : EVERY_MS);
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-stop]");
    const section = button?.closest("[data-work]");
    if (!section) return;
    button.disabled = true;
    ask(section, button.dataset.stop, { method: "POST" });
  });
  document.addEventListener("backissue-view", plan);
  document.addEventListener("visibilitychange", () => !document.hidden && look());
})();
