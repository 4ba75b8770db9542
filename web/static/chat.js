// What happens in the browser: sends what readers do to the server, moves sources into the panel, keeps the keyboard.
// All markup comes from the server, escaped; this file only moves nodes, sets text and toggles attributes.
(function () {
  "use strict";

  const own = (window.backissue = window.backissue || {});
  const byId = (id) => document.getElementById(id);
  const narrow = window.matchMedia("(max-width: 959px)");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let started = false;
  const OVER = ["done", "stopped", "failed"];
  const LONGEST_REFRESH = 10000; // milliseconds a question waits for one
  // waiting: what is sent as soon as the page is written; before: the turn that was there when it was sent; turn: the one
  // that answers it
  const state = { busy: false, asked: "", waiting: null, before: null, turn: null, reading: null, settled: null, pending: 0, heard: 0, next: null, form: "", toHeading: false, opened: null, at: undefined, list: [], back: [], opener: null, edition: null };

  // --- asking ---------------------------------------------------------------------------------------------------

  function settings() {
    const form = byId("filters");
    const value = (name) => form.querySelector(`[name="${name}"]`)?.value || "";
    return {
      from: value("from"),
      to: value("to"),
      asked_on: value("asked_on"),
      as_of: Boolean(form.querySelector('[name="as_of"]')?.checked),
      outlets: [...form.querySelectorAll('[name="outlet"]:checked')].map((box) => box.value),
      mode: form.querySelector('[name="mode"]:checked')?.value || form.querySelector('input[type="hidden"][name="mode"]')?.value || "",
    };
  }

  // The server writes masthead, turns and front page anew when the page opens and when the archive changes. What it wrote
  // before a question may arrive after the answer and would take its place, so a question waits for it, and is shown
  // meanwhile.
  let settled = false;

  function settle() {
    settled = true;
    sendWaiting();
  }

  function sendWaiting() {
    if (settled && started && state.waiting) send(state.waiting);
  }

  function refresh() {
    settled = false;
    own.send?.("refresh");
    setTimeout(settle, LONGEST_REFRESH);
  }

  // ``form``: everything that is sent, where it isn't what stands in the filters.
  function ask(text, form) {
    const question = text.trim();
    if (!question || state.busy) return;
    const put = form || { text: question, ...settings() };
    showFilters(false);
    setBusy(true);
    state.asked = question;
    if (!state.back.length) state.opened = null; // the panel is free for the new answer; an article being read stays
    const box = byId("question");
    if (!form) box.value = ""; // a question half typed outlives another one asked again
    fit(box);
    if (narrow.matches) closePanel(false);
    byId("trouble").textContent = "";
    state.heard = Date.now();
    if (settled && started) send(put);
    else showWaiting(put);
    setTimeout(stillThere, 1500);
  }

  function send(form) {
    state.waiting = null;
    state.before = document.querySelector("#current .turn")?.id || null;
    state.turn = null;
    state.pending += 1;
    state.heard = Date.now();
    own.send("ask", form);
  }

  // The question where its turn will stand, until the server writes that.
  function showWaiting(form) {
    const shown = byId("queued");
    state.waiting = form;
    shown.querySelector(".question").textContent = state.asked;
    root.add("queued");
    toTop(shown);
  }

  // A turn's question once more, with some of its settings changed; one still under way is stopped first.
  own.again = function (turn, change, clear) {
    const form = { ...JSON.parse(turn.dataset.asked), ...change, again: Number(turn.dataset.turn) };
    if (clear) clearFilters();
    if (!state.busy) return askAgain(form);
    if (state.form === JSON.stringify(form)) return; // clicked twice
    state.next = form;
    stop();
  };

  function askAgain(form) {
    state.next = null;
    state.form = JSON.stringify(form);
    state.toHeading = true;
    ask(form.text, form);
  }

  // What is shown when is the root element's classes: the server may write any component anew at any time.
  const root = document.documentElement.classList;

  function setBusy(busy) {
    state.busy = busy;
    root.toggle("busy", busy);
    if (!busy) {
      state.waiting = null;
      root.remove("queued");
    }
    byId("stop").disabled = false;
    if (["stop", "ask"].includes(document.activeElement?.id)) byId("question").focus({ preventScroll: true });
  }

  function giveBack(why) {
    const box = byId("question");
    if (!box.value) box.value = state.asked;
    fit(box);
    byId("trouble").textContent = byId("trouble").dataset[why] || "";
    setBusy(false);
  }

  // Silence may be a slow model or a server that is gone: after a while of it, ask whether anybody is there.
  async function stillThere() {
    if (!state.busy) return;
    if (Date.now() - state.heard > 3000) {
      try {
        await fetch("/backissue/favicon.svg", { cache: "no-store", method: "HEAD" });
      } catch (gone) {
        if (state.busy) giveBack("lost");
        return;
      }
    }
    setTimeout(stillThere, 1500);
  }

  function stop() {
    if (!state.busy) return;
    if (state.waiting) {
      const next = state.next;
      giveBack("stopped"); // nothing has been sent, and there is nothing to say
      return next ? askAgain(next) : undefined;
    }
    byId("stop").disabled = true;
    own.send("stop");
  }

  // Gradio calls this when an answer has ended, however it ended. The page shows most ends by itself (see ``look``).
  own.finished = function () {
    state.pending -= 1;
    setTimeout(() => {
      if (state.waiting) return; // another question, not sent yet
      if (state.next && state.pending <= 0) {
        setBusy(false);
        return askAgain(state.next);
      }
      if (!state.busy || state.pending > 0) return;
      if (state.turn) setBusy(false);
      else giveBack("busy"); // it never got through
    }, 300);
  };

  // A conversation that was kept, by its id.
  own.open = function (id) {
    if (!own.send) return;
    setBusy(false);
    showFront();
    state.before = state.turn = state.settled = null;
    own.send("open", { id });
  };

  own.opened = function () {
    byId("question").focus({ preventScroll: true });
  };

  own.fresh = fresh;

  function fresh() {
    if (!own.send) return;
    setBusy(false);
    own.send("fresh");
    showFront();
    byId("question").focus();
  }

  // --- what the server has put into the page ----------------------------------------------------------------------

  function watchConversation() {
    const current = byId("current");
    const look = () => {
      const turn = current.querySelector(".turn");
      state.heard = Date.now();
      root.toggle("conversing", Boolean(turn));
      if (!turn || turn.id === state.before) return;
      if (state.turn !== turn.id) {
        state.turn = turn.id;
        root.remove("queued");
        requestAnimationFrame(() => toTop(turn));
        if (state.toHeading) turn.querySelector(".question").focus({ preventScroll: true });
        state.toHeading = false;
      }
      if (turn.querySelector(".provisional") && state.reading !== turn.id) {
        state.reading = turn.id;
        beside(turn);
      }
      if (OVER.includes(turn.dataset.phase) && state.settled !== turn.id) {
        state.settled = turn.id;
        own.lookForChanges?.(turn);
        setBusy(false);
        beside(turn);
      }
      paintOpened();
    };
    new MutationObserver(look).observe(current, { childList: true, subtree: true, attributes: true, attributeFilter: ["id", "data-phase"] });
    look();
  }

  function toTop(turn) {
    const holder = byId("conversation");
    const top = holder.scrollTop + turn.getBoundingClientRect().top - holder.getBoundingClientRect().top;
    holder.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
  }

  // On a wide screen the panel shows an answer's sources beside it unasked, unless the reader has opened something.
  function beside(turn) {
    if (narrow.matches || state.opened || state.back.length) return;
    if (turn.querySelector(".turn-sources:not(.near)")) openList(turn);
    else showFront();
  }

  // --- the panel ------------------------------------------------------------------------------------------------

  function panelShows(node, position) {
    const view = byId("panel-view");
    view.replaceChildren(node);
    root.add("viewing");
    byId("panel-position").textContent = position || "";
    byId("panel").scrollTop = 0;
  }

  function showFront() {
    state.opened = null;
    state.back = [];
    const view = byId("panel-view");
    if (!view) return;
    view.replaceChildren();
    root.remove("viewing");
    byId("panel-position").textContent = "";
    buttons();
    paintOpened();
  }

  function openList(turn) {
    const section = turn.querySelector(".turn-sources");
    const list = document.createElement("div");
    list.className = "panel-list";
    for (const part of section.querySelectorAll(":scope > .label, :scope > .source-rows")) list.append(part.cloneNode(true));
    state.opened = null;
    state.list = [];
    state.back = [];
    panelShows(list, "");
    buttons();
    paintOpened();
  }

  function openSource(id, opener) {
    const card = byId(id);
    if (!card) return false;
    const cards = [...card.parentElement.children];
    const at = cards.indexOf(card);
    const shown = card.cloneNode(true);
    shown.id = "opened-" + id;
    state.opened = id;
    state.at = opener?.dataset.at;
    state.list = cards.map((each) => each.id);
    state.back = [];
    if (opener) state.opener = opener;
    point(shown, opener?.dataset.at);
    panelShows(shown, cards.length > 1 ? `${at + 1} / ${cards.length}` : "");
    own.tellChange?.(shown);
    buttons();
    openPanel();
    toMark(shown);
    paintOpened();
    return true;
  }

  function step(by) {
    const next = state.list[state.list.indexOf(state.opened) + by];
    if (next) openSource(next);
  }

  async function openArticle(link) {
    const view = byId("panel-view");
    const before = { nodes: [...view.childNodes], viewing: root.contains("viewing"), position: byId("panel-position").textContent, opened: state.opened, scroll: byId("panel").scrollTop };
    const address = new URL(link.href);
    address.searchParams.set("part", "1");
    if (!byId("panel").contains(link)) state.opener = link;
    let html;
    try {
      html = await (await fetch(address)).text();
    } catch (lost) {
      return;
    }
    const article = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    if (!article) return;
    const from = link.closest(".source");
    const here = from?.querySelector("mark.here");
    point(article, here ? String(Number(from.dataset.start) + Number(here.dataset.at)) : undefined);
    state.back.push(before);
    panelShows(document.adoptNode(article), "");
    buttons();
    openPanel();
    const changes = address.searchParams.has("changes") && article.querySelector(".versions");
    if (changes) changes.scrollIntoView({ block: "start" });
    else toMark(article);
  }

  function goBack() {
    const before = state.back.pop();
    if (!before) return;
    const view = byId("panel-view");
    view.replaceChildren(...before.nodes);
    root.toggle("viewing", before.viewing);
    byId("panel-position").textContent = before.position;
    state.opened = before.opened;
    byId("panel").scrollTop = before.scroll;
    buttons();
    view.querySelector(".read-article, .source")?.focus({ preventScroll: true });
  }

  function buttons() {
    const at = state.list.indexOf(state.opened);
    const reading = state.back.length > 0;
    byId("panel-back").hidden = !reading;
    const several = !reading && state.opened !== null && state.list.length > 1;
    byId("panel-previous").hidden = byId("panel-next").hidden = !several;
    byId("panel-previous").disabled = at <= 0;
    byId("panel-next").disabled = at >= state.list.length - 1;
    byId("panel-close").classList.toggle("always", state.opened !== null || reading);
  }

  // Of several highlights, the one that was asked for.
  function point(shown, at) {
    const marks = [...shown.querySelectorAll("mark")];
    const here = at === undefined ? [] : marks.filter((mark) => mark.dataset.at === at);
    shown.classList.toggle("pointed", here.length > 0 && here.length < marks.length);
    for (const mark of here) mark.classList.add("here");
  }

  function toMark(shown) {
    const mark = shown.querySelector("mark.here") || shown.querySelector("mark");
    requestAnimationFrame(() => {
      if (mark) {
        const panel = byId("panel");
        const top = mark.getBoundingClientRect().top - panel.getBoundingClientRect().top;
        const room = panel.clientHeight;
        if (top > room * 0.7) panel.scrollTo({ top: panel.scrollTop + top - room * 0.35, behavior: calm.matches ? "auto" : "smooth" });
      }
      if (narrow.matches) shown.focus({ preventScroll: true });
    });
  }

  function openPanel() {
    root.add("panel-open");
  }

  function closePanel(refocus = true) {
    root.remove("panel-open");
    if (!narrow.matches) {
      const turn = document.querySelector("#current .turn");
      if (state.opened && turn?.querySelector(".turn-sources:not(.near)")) openList(turn);
      else showFront();
    } else {
      state.opened = null;
      paintOpened();
    }
    if (refocus && state.opener?.isConnected) state.opener.focus({ preventScroll: true });
  }

  // Which mark is open, shown where it stands.
  function paintOpened() {
    const wanted = state.opened ? "#" + state.opened : null;
    for (const link of document.querySelectorAll("a.mark, a.source-row")) {
      const elsewhere = state.at !== undefined && link.dataset.at !== undefined && link.dataset.at !== state.at;
      const open = link.getAttribute("href") === wanted && !elsewhere;
      if (open !== link.hasAttribute("aria-current")) open ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    }
  }

  // --- filters --------------------------------------------------------------------------------------------------

  function showFilters(open) {
    if (root.contains("filtering") === open) return;
    root.toggle("filtering", open);
    byId("filters-toggle").setAttribute("aria-expanded", String(open));
    if (open) byId("filters").querySelector("input")?.focus({ preventScroll: true });
  }

  function clearFilters() {
    const sheet = byId("filters");
    for (const field of sheet.querySelectorAll('[name="from"], [name="to"]')) field.value = "";
    sheet.querySelector('[name="asked_on"]').value = sheet.dataset.defaultDay;
    for (const box of sheet.querySelectorAll('input[type="checkbox"]')) box.checked = false;
    summarise();
  }

  const shortDay = (iso) => {
    const day = new Date(iso + "T00:00:00");
    return isNaN(day) ? iso : day.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
  };

  function summarise() {
    const sheet = byId("filters");
    const set = settings();
    const days = set.from || set.to ? `${set.from ? shortDay(set.from) : "…"} – ${set.to ? shortDay(set.to) : "…"}` : sheet.dataset.anyDate;
    const outlets = set.outlets.length === 0 ? sheet.dataset.allOutlets : set.outlets.length === 1 ? set.outlets[0] : `${set.outlets.length} outlets`;
    const asked = set.asked_on ? `asked on ${shortDay(set.asked_on)}` : "";
    byId("filter-summary").textContent = [days, outlets, asked].filter(Boolean).join(" · ");
    const narrowed = Boolean(set.from || set.to || set.outlets.length || set.as_of);
    byId("filters-toggle").classList.toggle("active", narrowed);
    const line = byId("privacy");
    line.textContent = set.mode === "model" && line.dataset.model ? line.dataset.model : line.dataset.quotes;
  }

  function findOutlet(words) {
    const wanted = words.trim().toLocaleLowerCase();
    for (const row of document.querySelectorAll("#filters .outlet-list li")) row.hidden = !`${row.textContent} ${row.dataset.also || ""}`.toLocaleLowerCase().includes(wanted);
  }

  // --- the archive grows while the chat is open ---------------------------------------------------------------------

  async function look() {
    let wait = 15000;
    if (!document.hidden) {
      try {
        const answer = await fetch("/status");
        if (answer.status === 401) return location.assign("/login"); // the session has ended
        const seen = await answer.json();
        byId("coverage").textContent = seen.coverage;
        byId("embedding").textContent = seen.embedding;
        if (state.edition !== null && seen.edition !== state.edition && !state.busy) refresh();
        state.edition = seen.edition;
        if (seen.embedding || seen.empty) wait = 2000;
      } catch (lost) {
        wait = 10000; // the server is away; the next question will say so
      }
    }
    setTimeout(look, wait);
  }

  // An editor's work has changed the archive: that is shown at once, not at the next look.
  document.addEventListener("backissue-work-ended", () => !state.busy && refresh());

  // The server has written masthead, composer and front page anew.
  own.refreshed = function () {
    settle();
    if (!started) return;
    byId("filters-toggle").setAttribute("aria-expanded", String(root.contains("filtering")));
    summarise();
  };

  // --- hands ----------------------------------------------------------------------------------------------------

  function fit(box) {
    box.style.height = "auto";
    box.style.height = Math.min(box.scrollHeight, 200) + "px";
  }

  async function copy(button) {
    const text = button.dataset.copyLink ? location.origin + button.dataset.copyLink : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch (refused) {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.textContent;
    button.textContent = "✓";
    setTimeout(() => (button.textContent = label), 1200);
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    let hit;
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    if ((hit = on("a.mark, a.source-row"))) {
      event.preventDefault();
      openSource(hit.getAttribute("href").slice(1), hit);
    } else if ((hit = on("a.read-article"))) {
      if (document.body.classList.contains("reading")) return;
      event.preventDefault();
      openArticle(hit);
    } else if ((hit = on("[data-ask]"))) {
      ask(hit.dataset.ask);
    } else if ((hit = on("[data-copy], [data-copy-link]"))) copy(hit);
    else if (on("#stop")) stop();
    else if (on("#new")) fresh();
    else if (on("#theme")) window.backissueTheme();
    else if (on("#panel-close")) closePanel();
    else if (on("#panel-back")) goBack();
    else if (on("#panel-previous")) step(-1);
    else if (on("#panel-next")) step(1);
    else if (on("#filters-toggle")) showFilters(!root.contains("filtering"));
    else if (on("#filters-done")) {
      showFilters(false);
      byId("question").focus();
    } else if (on("#filters-clear")) clearFilters();
    else if (on(".skip")) {
      event.preventDefault();
      byId("question").focus();
    } else if (!on("#filters") && root.contains("filtering")) showFilters(false);
    else if (narrow.matches && root.contains("panel-open") && !on("#panel")) closePanel();
  });

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "composer") return;
    event.preventDefault();
    ask(byId("question").value);
  });

  document.addEventListener("input", (event) => {
    if (event.target.id === "question") fit(event.target);
    else if (event.target.id === "find-outlet") findOutlet(event.target.value);
    else if (event.target.closest?.("#filters")) summarise();
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input, textarea, select");
    if (event.key === "Enter" && event.target.id === "question" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      ask(event.target.value);
    } else if (event.key === "Enter" && event.target.closest?.("#filters") && event.target.matches("input")) {
      event.preventDefault();
      showFilters(false);
      byId("question").focus();
    } else if (event.key === "Escape") {
      if (root.contains("filtering")) {
        showFilters(false);
        byId("filters-toggle").focus();
      } else if (state.busy) stop();
      else if (state.back.length) goBack();
      else if (state.opened || root.contains("panel-open")) closePanel();
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      byId("question")?.focus();
    } else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && !typing && state.opened && !state.back.length) {
      step(event.key === "ArrowRight" ? 1 : -1);
    }
  });

  // --- a link that opens a question with its settings -----------------------------------------------------------------

  function fromLink() {
    const link = new URLSearchParams(location.search);
    const question = (link.get("q") || "").trim();
    if (!question || (link.get("view") || "ask") !== "ask") return; // another view's words: views.js shows it
    const sheet = byId("filters");
    for (const name of ["from", "to", "asked_on"]) if (link.get(name)) sheet.querySelector(`[name="${name}"]`).value = link.get(name);
    sheet.querySelector('[name="as_of"]').checked = link.get("as_of") === "1";
    const outlets = link.getAll("outlet").map((name) => name.trim().toLocaleLowerCase());
    for (const box of sheet.querySelectorAll('[name="outlet"]')) {
      const called = [box.value, ...JSON.parse(box.closest("li").dataset.also || "[]")];
      box.checked = called.some((name) => outlets.includes(name.toLocaleLowerCase()));
    }
    for (const choice of sheet.querySelectorAll('input[type="radio"][name="mode"]')) if (choice.value === link.get("mode")) choice.checked = true;
    history.replaceState(null, "", "/"); // asked once: reloading the page begins anew
    summarise();
    const settled = { authors: link.getAll("byline") };
    for (const [name, key] of [["days", "infer_days"], ["outlets", "infer_outlets"], ["bylines", "infer_authors"]]) settled[key] = link.get("infer_" + name) !== "0";
    ask(question, { text: question, ...settings(), ...settled });
  }

  // --- start ----------------------------------------------------------------------------------------------------

  function start() {
    if (started || !own.send || !byId("question") || !byId("current") || !byId("panel-view")) return;
    started = true;
    root.add("ready");
    watchConversation();
    summarise();
    if (!narrow.matches) byId("question").focus({ preventScroll: true });
    look();
    setTimeout(settle, LONGEST_REFRESH); // whatever became of the first one
    sendWaiting();
    fromLink();
  }
  window.addEventListener("backissue-ready", start);
  const early = setInterval(() => (started ? clearInterval(early) : start()), 50);
})();
