// The views beside the chat: loads a fragment of HTML for each address, keeps "back" and "forward" working.
// All markup comes from the server, escaped; this file only moves nodes, sets text and toggles attributes.
(function () {
  "use strict";

  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  let title = "";
  let shown = null; // the address that is shown, as /view/NAME?...
  let loading = null;

  function viewOf(address) {
    return new URL(address, location.href).searchParams.get("view") || "ask";
  }

  // ``under``: the view whose link stands for this one, where it has none of its own.
  function mark(name, under = name) {
    root.dataset.view = name;
    for (const link of document.querySelectorAll(".views a")) {
      if (link.dataset.view === under) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  // Show what an address names; the chat needs nothing loaded.
  async function show(address, { focus = true } = {}) {
    const url = new URL(address, location.href);
    const name = viewOf(url);
    const holder = byId("view");
    if (!holder) return;
    mark(name);
    loading?.abort();
    if (name === "ask") {
      document.title = title;
      shown = null;
      return;
    }
    const wanted = `/view/${encodeURIComponent(name)}${url.search}`;
    loading = new AbortController();
    holder.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => holder.classList.add("slow"), 250);
    let html;
    try {
      const answer = await fetch(wanted, { signal: loading.signal, headers: { accept: "text/html" } });
      html = await answer.text();
    } catch (lost) {
      if (lost.name === "AbortError") return;
      html = null;
    } finally {
      clearTimeout(slow);
    }
    holder.removeAttribute("aria-busy");
    holder.classList.remove("slow");
    if (html === null) {
      const told = document.createElement("p");
      told.className = "notice";
      told.setAttribute("role", "alert");
      told.textContent = holder.dataset.lost;
      holder.replaceChildren(told);
      return;
    }
    const view = new DOMParser().parseFromString(html, "text/html").body;
    const same = shown !== null && viewOf("/?" + (shown.split("?")[1] || "")) === name;
    shown = wanted;
    const typing = document.activeElement?.id;
    const row = document.activeElement?.dataset?.row; // of a narrowing: it is there again, toggled
    const unfolded = [...holder.querySelectorAll(".facet details[open]")].map((each) => each.closest(".facet").dataset.facet);
    holder.replaceChildren(...[...view.childNodes].map((node) => document.adoptNode(node)));
    if (!same) holder.scrollTop = 0;
    mark(name, holder.firstElementChild?.dataset.nav);
    const named = holder.firstElementChild?.dataset.title;
    document.title = named ? `${named} — ${title}` : title;
    if (same) for (const each of holder.querySelectorAll(".facet details")) each.open = unfolded.includes(each.closest(".facet").dataset.facet);
    const rowAgain = same && row && holder.querySelector(`[data-row="${CSS.escape(row)}"]`);
    const field = holder.querySelector('input[type="search"]');
    if (rowAgain) rowAgain.focus({ preventScroll: true });
    else if (typing && holder.querySelector("#" + CSS.escape(typing))) byId(typing).focus({ preventScroll: true });
    else if (focus && field && !window.matchMedia("(max-width: 959px)").matches) field.focus({ preventScroll: true });
    holder.dispatchEvent(new CustomEvent("backissue-view", { bubbles: true, detail: { name } }));
  }

  function go(address) {
    const url = new URL(address, location.href);
    if (url.pathname + url.search !== location.pathname + location.search) history.pushState(null, "", url);
    show(url);
  }
  window.backissueGo = go;
  window.backissueReload = () => shown !== null && show(location.href, { focus: false });

  document.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a[data-go], .views a");
    if (!link || document.body.classList.contains("reading")) return;
    event.preventDefault();
    if (link.closest("#panel") && window.matchMedia("(max-width: 959px)").matches) byId("panel-close").click(); // it covers the view
    go(link.href);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-view-form]");
    if (!form) return;
    event.preventDefault();
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value !== "") fields.append(name, value);
    go("/?" + fields);
  });

  // A day chosen searches at once; typing a day by keyboard waits for Enter, as it passes through other days.
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-view-form]");
    if (form && form.dataset.viewForm !== "waits" && event.target.matches("select")) form.requestSubmit();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || root.dataset.view === "ask" || event.ctrlKey || event.metaKey) return;
    if (event.target.matches?.("input, textarea, select")) return;
    const field = byId("view")?.querySelector('input[type="search"]');
    if (!field) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    field.focus();
    field.select();
  }, true);

  // Arrows walk the narrowings as one list, and the columns over time.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const here = event.target.closest?.(".facets .facet-row, .facets summary, .view .chart a.bar");
    if (!here) return;
    const bar = here.matches(".bar");
    const list = bar ? here.closest(".bars").querySelectorAll("a.bar") : here.closest(".facets").querySelectorAll(".facet-row, summary");
    const seen = [...list].filter((each) => each.getClientRects().length);
    const at = seen.indexOf(here);
    const to = { [bar ? "ArrowRight" : "ArrowDown"]: at + 1, [bar ? "ArrowLeft" : "ArrowUp"]: at - 1, Home: 0, End: seen.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    seen[to]?.focus();
  }, true);

  window.addEventListener("popstate", () => show(location.href, { focus: false }));

  function start() {
    if (!byId("view") || !document.querySelector(".views")) return false;
    title = document.title;
    show(location.href, { focus: false });
    // The masthead is written anew when the archive has changed.
    new MutationObserver(() => mark(root.dataset.view || "ask", byId("view").firstElementChild?.dataset.nav)).observe(byId("masthead"), { childList: true, subtree: true });
    return true;
  }
  root.dataset.view = viewOf(location.href);
  const early = setInterval(() => start() && clearInterval(early), 40);
})();
