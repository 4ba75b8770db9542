// The drawer with one's conversations, and what one thought of an answer. Texts come with the markup (data-*);
// whatever somebody wrote is set as text, never as markup.
(function () {
  "use strict";

  const own = (window.backissue = window.backissue || {});
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement.classList;
  const API = "/api/v1";
  let asked = 0; // the latest request of the list: an earlier one that comes late is dropped
  let drawn = ""; // what the list shows
  let opener = null;

  const drawer = () => byId("drawer");
  const say = (name) => drawer().dataset[name];
  const current = () => document.querySelector("#current .turn")?.dataset.conversation || "";

  function make(tag, css, text) {
    const node = document.createElement(tag);
    if (css) node.className = css;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  async function call(method, path, body) {
    const options = { method, headers: body ? { "content-type": "application/json" } : {}, body: body && JSON.stringify(body) };
    const answer = await fetch(API + path, options);
    if (!answer.ok) {
      const said = await answer.json().catch(() => ({}));
      throw new Error(said.detail || String(answer.status));
    }
    return answer.status === 204 ? null : answer.json();
  }

  function trouble(text) {
    byId("drawer-trouble").textContent = text || "";
  }

  // --- the list -----------------------------------------------------------------------------------------------------

  async function list() {
    const mine = ++asked;
    const words = byId("find-conversation").value;
    try {
      const found = await call("GET", "/conversations?q=" + encodeURIComponent(words));
      if (mine !== asked) return;
      trouble("");
      const now = JSON.stringify([found.conversations, current(), Boolean(words.trim())]);
      if (now === drawn && byId("kept").children.length) return; // a menu that is open stays so
      drawn = now;
      const rows = found.conversations.map(row);
      if (!rows.length) rows.push(make("li", "none", words.trim() ? say("nothing") : say("none")));
      byId("kept").replaceChildren(...rows);
    } catch (error) {
      if (mine === asked) trouble(error.message || say("failed"));
    }
  }

  function row(each) {
    const item = make("li", "kept-row");
    item.dataset.id = each.conversation_id;
    const open = make("button", "kept-open");
    open.type = "button";
    const title = make("span", "kept-title", each.title);
    title.dir = "auto";
    const when = new Date(each.changed);
    const day = when.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
    open.append(title, make("span", "kept-when", `${day} · ${each.turns === 1 ? say("question") : say("questions").replace("{}", each.turns)}`));
    if (each.conversation_id === current()) open.setAttribute("aria-current", "true");
    const more = make("details", "kept-more");
    const summary = make("summary", "quiet", "⋯");
    summary.setAttribute("aria-label", say("more").replace("{}", each.title));
    const menu = make("div", "kept-menu");
    for (const [name, css] of [["rename", "kept-rename"], ["delete", "kept-delete"]]) {
      const button = make("button", "quiet " + css, say(name));
      button.type = "button";
      menu.append(button);
    }
    for (const [form, name] of [["markdown", "Markdown"], ["html", "HTML"], ["json", "JSON"]]) {
      const link = make("a", "quiet", name);
      link.href = `${API}/conversations/${encodeURIComponent(each.conversation_id)}/export?form=${form}`;
      link.download = "";
      link.setAttribute("aria-label", `${say("export")} ${name}`);
      menu.append(link);
    }
    more.append(summary, menu);
    item.append(open, more);
    return item;
  }

  function show(open) {
    if (!drawer() || root.contains("drawer-open") === open) return;
    root.toggle("drawer-open", open);
    byId("conversations")?.setAttribute("aria-expanded", String(open));
    if (open) {
      opener = document.activeElement;
      trouble("");
      list();
      byId("find-conversation").focus({ preventScroll: true });
    } else if (drawer().contains(document.activeElement)) (opener?.isConnected ? opener : byId("question"))?.focus({ preventScroll: true });
  }

  function rename(item) {
    const open = item.querySelector(".kept-open");
    const title = open.querySelector(".kept-title").textContent;
    const field = make("input", "kept-field");
    field.value = title;
    field.maxLength = 120;
    field.setAttribute("aria-label", say("rename"));
    item.querySelector("details").open = false;
    open.hidden = true;
    item.prepend(field);
    field.focus();
    field.select();
    let over = false;
    const end = async (keep) => {
      if (over) return;
      over = true;
      const words = field.value.trim();
      field.remove();
      open.hidden = false;
      open.focus();
      if (!keep || !words || words === title) return;
      try {
        await call("PATCH", "/conversations/" + item.dataset.id, { title: words });
        open.querySelector(".kept-title").textContent = words;
      drawn = "";
      } catch (error) {
        trouble(error.message);
      }
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      end(event.key === "Enter");
    });
    field.addEventListener("blur", () => end(true));
  }

  async function remove(item, button) {
    if (!button.classList.contains("sure")) {
      button.classList.add("sure");
      button.textContent = say("sure");
      return;
    }
    try {
      await call("DELETE", "/conversations/" + item.dataset.id);
      if (item.dataset.id === current()) own.fresh?.();
      const next = item.nextElementSibling?.querySelector(".kept-open") || byId("find-conversation");
      item.remove();
      drawn = "";
      next.focus();
      if (!byId("kept").children.length) list();
    } catch (error) {
      trouble(error.message);
    }
  }

  // --- what one thought of an answer ----------------------------------------------------------------------------------

  async function judge(form, verdict, reason) {
    const turn = form.closest(".turn");
    const note = form.querySelector(".opinion-note");
    try {
      await call("POST", "/feedback", { conversation_id: turn.dataset.conversation, turn: Number(turn.dataset.turn), verdict, reason });
      for (const thumb of form.querySelectorAll(".thumb")) thumb.setAttribute("aria-pressed", String(thumb.dataset.verdict === verdict));
      form.classList.toggle("asking-why", !reason);
      form.dataset.verdict = verdict;
      note.textContent = form.dataset.thanks;
      if (!reason) form.querySelector("input").focus({ preventScroll: true });
    } catch (error) {
      note.textContent = error.message;
    }
  }

  // --- hands --------------------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    let hit;
    if (on("#conversations")) show(!root.contains("drawer-open"));
    else if (on("#drawer-close")) show(false);
    else if ((hit = on(".kept-open"))) {
      own.open?.(hit.closest(".kept-row").dataset.id);
      show(false);
    } else if ((hit = on(".kept-rename"))) rename(hit.closest(".kept-row"));
    else if ((hit = on(".kept-delete"))) remove(hit.closest(".kept-row"), hit);
    else if ((hit = on(".thumb"))) judge(hit.closest(".opinion"), hit.dataset.verdict, "");
    else if (root.contains("drawer-open") && !on("#drawer")) show(false);
    const menu = document.querySelector(".keep[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  // one menu at a time
  document.addEventListener(
    "toggle",
    (event) => {
      if (!event.target.matches?.(".kept-more[open]")) return;
      for (const other of document.querySelectorAll(".kept-more[open]")) if (other !== event.target) other.open = false;
    },
    true,
  );

  document.addEventListener("input", (event) => {
    if (event.target.id === "find-conversation") list();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.(".opinion");
    if (!form) return;
    event.preventDefault();
    const reason = form.querySelector("input").value.trim();
    if (reason && form.dataset.verdict) judge(form, form.dataset.verdict, reason);
  });

  // before chat.js hears of it: Esc closes what is on top
  document.addEventListener(
    "keydown",
    (event) => {
      const menu = event.target.closest?.(".keep[open]");
      if (event.key === "Escape" && menu) {
        event.stopImmediatePropagation();
        menu.open = false;
        menu.querySelector("summary").focus();
        return;
      }
      if (event.key !== "Escape" || !root.contains("drawer-open")) return;
      if (event.target.classList?.contains("kept-field")) return;
      event.stopImmediatePropagation();
      show(false);
    },
    true,
  );
})();
