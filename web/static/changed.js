// Tells of an opened source whether its article has been changed since: asked of the server each time, as pages stay
// open for days. Everything is set as text.
(function () {
  "use strict";

  const own = (window.backissue = window.backissue || {});
  const known = new Map(); // a passage's id -> { text, what, href }, or null: unchanged

  async function look(passages) {
    const wanted = [...new Set(passages.filter(Boolean))].slice(0, 50);
    if (!wanted.length) return;
    try {
      const answer = await fetch("/changed?" + new URLSearchParams(wanted.map((each) => ["passage", each])));
      if (!answer.ok) return;
      const { changed } = await answer.json();
      for (const each of wanted) known.set(each, changed[each] || null);
    } catch (lost) {
      // the server is away: chat.js says so; the card stands as it is
    }
  }

  function show(card) {
    const change = known.get(card.dataset.passage);
    card.querySelector(".flag.changed")?.remove();
    if (!change) return;
    const line = document.createElement("li");
    line.className = "flag changed";
    const text = document.createElement("span");
    text.dir = "auto";
    text.textContent = change.text;
    const link = document.createElement("a");
    link.className = "read-article";
    link.href = change.href;
    link.textContent = change.what;
    line.append(text, " ", link);
    let flags = card.querySelector(".flags");
    if (!flags) {
      flags = document.createElement("ul");
      flags.className = "flags";
      card.querySelector(".dateline").after(flags);
    }
    flags.querySelector(".flag.warning")?.remove(); // said better now
    flags.prepend(line);
  }

  // The sources of a turn, asked for at once, so that a card that is opened knows already.
  own.lookForChanges = (turn) => look([...turn.querySelectorAll(".source[data-passage]")].map((card) => card.dataset.passage));

  own.tellChange = async function (card) {
    show(card);
    await look([card.dataset.passage]);
    if (card.isConnected) show(card);
  };
})();
