// The chips under a question: each opens a small editor, and asks the question again with what was changed.
// The editors are the server's markup (#editors), copied; names are set as text, never as markup.
(function () {
  "use strict";

  const own = (window.backissue = window.backissue || {});
  const byId = (id) => document.getElementById(id);
  const narrow = window.matchMedia("(max-width: 959px)");
  const MANY = 12; // rows from which a list gets a field to find one
  let open = null; // { form, chip, turn }

  const turnOf = (node) => node.closest(".turn");
  const askedOf = (turn) => JSON.parse(turn.dataset.asked);

  // --- filling -----------------------------------------------------------------------------------------------------

  function row(name, count, checked, also) {
    const item = document.createElement("li");
    if (also) item.dataset.also = also;
    const label = document.createElement("label");
    label.className = "check";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = name;
    box.checked = checked;
    const text = document.createElement("span");
    text.dir = "auto";
    text.textContent = name;
    label.append(box, text);
    if (count) label.append(count.cloneNode(true));
    item.append(label);
    return item;
  }

  // The archive's outlets as the filters list them, the chosen ones first.
  function listOutlets(form, chosen) {
    const known = [...document.querySelectorAll('#filters [name="outlet"]')];
    const rows = known.map((box) => row(box.value, box.parentElement.querySelector(".count"), chosen.includes(box.value), box.closest("li").dataset.also));
    const gone = chosen.filter((name) => !known.some((box) => box.value === name)).map((name) => row(name, null, true));
    const first = rows.filter((each) => each.querySelector("input").checked);
    const rest = rows.filter((each) => !each.querySelector("input").checked);
    form.querySelector(".outlet-list").replaceChildren(...first, ...gone, ...rest);
    form.querySelector(".find").hidden = rows.length <= MANY;
  }

  const FILL = {
    days(form, chip) {
      form.elements.from.value = chip.dataset.from;
      form.elements.to.value = chip.dataset.to;
    },
    outlets(form, chip) {
      listOutlets(form, JSON.parse(chip.dataset.names));
    },
    authors(form, chip) {
      form.querySelector(".outlet-list").replaceChildren(...JSON.parse(chip.dataset.names).map((name) => row(name, null, true)));
    },
    day(form, chip, asked) {
      form.elements.asked_on.value = asked.asked_on;
      form.elements.as_of.checked = asked.as_of;
    },
    writer(form, chip) {
      for (const choice of form.querySelectorAll('[name="mode"]')) choice.checked = choice.value === chip.dataset.mode;
    },
    wording(form, chip) {
      form.elements.text.value = chip.dataset.text;
    },
  };

  // --- what an editor asks for ----------------------------------------------------------------------------------------

  const ticked = (form) => [...form.querySelectorAll(".outlet-list input:checked")].map((box) => box.value);

  const CHANGE = {
    days: (form) => ({ from: form.elements.from.value, to: form.elements.to.value, infer_days: false }),
    outlets: (form) => ({ outlets: ticked(form), infer_outlets: false }),
    authors: (form) => ({ authors: ticked(form), infer_authors: false }),
    day: (form) => ({ asked_on: form.elements.asked_on.value, as_of: form.elements.as_of.checked }),
    writer: (form) => ({ mode: form.elements.mode.value }),
    wording: (form) => ({ text: form.elements.text.value.trim(), standalone: form.elements.text.value.trim() }),
  };
  const WITHOUT = {
    days: { from: "", to: "", infer_days: false },
    outlets: { outlets: [], infer_outlets: false },
    authors: { authors: [], infer_authors: false },
  };

  function askAgain(change) {
    const { turn } = open;
    close(false);
    own.again(turn, change);
  }

  function submit(form) {
    const change = CHANGE[form.dataset.kind](form);
    if (change.text === "") return;
    if (change.from && change.to && change.from > change.to) {
      form.querySelector(".trouble").textContent = byId("editors").dataset.backwards;
      form.elements.from.focus();
      return;
    }
    askAgain(change);
  }

  // --- opening and closing -----------------------------------------------------------------------------------------------

  function show(chip) {
    const again = open?.chip === chip;
    close(false);
    if (again) return chip.focus();
    const form = byId("editors").querySelector(`[data-kind="${chip.dataset.edit}"]`).cloneNode(true);
    form.id = "chip-editor";
    const turn = turnOf(chip);
    FILL[form.dataset.kind](form, chip, askedOf(turn));
    byId("conversation").append(form);
    open = { form, chip, turn };
    chip.setAttribute("aria-expanded", "true");
    chip.setAttribute("aria-controls", form.id);
    place();
    const first = form.querySelector("input[type=radio]:checked") || form.querySelector("input:not([hidden]), textarea, .help[tabindex]");
    first?.focus({ preventScroll: true });
    if (first?.matches("textarea")) first.setSelectionRange(first.value.length, first.value.length);
    form.scrollIntoView({ block: "nearest" });
  }

  // Below its chip, within the conversation, so that it scrolls along.
  function place() {
    const holder = byId("conversation");
    const around = holder.getBoundingClientRect();
    const column = open.turn.getBoundingClientRect();
    const chip = open.chip.getBoundingClientRect();
    const whole = open.form.dataset.kind === "wording" || narrow.matches;
    const width = whole ? column.width : Math.min(352, column.width);
    const left = Math.max(column.left, Math.min(chip.left, column.right - width));
    open.form.style.width = width + "px";
    open.form.style.left = left - around.left + "px";
    open.form.style.top = chip.bottom - around.top + holder.scrollTop + 6 + "px";
  }

  function close(refocus) {
    if (!open) return;
    const { form, chip } = open;
    open = null;
    form.remove();
    chip.setAttribute("aria-expanded", "false");
    chip.removeAttribute("aria-controls");
    if (refocus && chip.isConnected) chip.focus({ preventScroll: true });
  }

  // --- hands ---------------------------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    let hit;
    if ((hit = on("button[data-edit]"))) show(hit);
    else if ((hit = on("[data-again]"))) own.again(turnOf(hit), JSON.parse(hit.dataset.again), Boolean(hit.dataset.clear));
    else if (on("#chip-editor [data-take]")) askAgain(WITHOUT[open.form.dataset.kind]);
    else if (on("#chip-editor [data-close]")) close(true);
    else if (open && !open.form.contains(event.target)) close(false);
  });

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "chip-editor") return;
    event.preventDefault();
    submit(event.target);
  });

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("#chip-editor .find")) return;
    const wanted = event.target.value.trim().toLocaleLowerCase();
    for (const each of open.form.querySelectorAll(".outlet-list li")) each.hidden = !`${each.textContent} ${each.dataset.also || ""}`.toLocaleLowerCase().includes(wanted);
  });

  // Tab stays within the editor; the rest of the page is one Esc away.
  function keepTab(event) {
    const stops = [...open.form.querySelectorAll("input, textarea, button")].filter((each) => each.offsetParent !== null);
    const radios = stops.filter((each) => each.type === "radio" && !each.checked);
    const reached = stops.filter((each) => !radios.includes(each));
    const last = event.shiftKey ? reached[0] : reached[reached.length - 1];
    if (document.activeElement !== last && open.form.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? reached[reached.length - 1] : reached[0])?.focus();
  }

  // before chat.js hears of it: Esc closes what is on top
  document.addEventListener(
    "keydown",
    (event) => {
      if (!open) return;
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopImmediatePropagation();
        close(true);
      } else if (event.key === "Tab") keepTab(event);
      else if (event.key === "Enter" && !event.isComposing && open.form.contains(event.target)) {
        if (event.target.matches("textarea") && event.shiftKey) return;
        if (event.target.matches("textarea, input")) {
          event.preventDefault();
          event.stopImmediatePropagation();
          open.form.requestSubmit();
        }
      }
    },
    true,
  );

  window.addEventListener("resize", () => open && (open.chip.isConnected ? place() : close(false)));
})();
