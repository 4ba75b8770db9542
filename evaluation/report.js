"use strict";
(() => {
  const cards = Array.from(document.querySelectorAll(".card"));
  const find = document.getElementById("find");
  const show = document.getElementById("show");
  const tag = document.getElementById("tag");
  const count = document.getElementById("count");

  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = show.value;
    const tagged = tag ? tag.value : "";
    let shown = 0;
    for (const card of cards) {
      const data = card.dataset;
      const fits =
        words.every((word) => data.words.includes(word)) &&
        (!wanted || data.outcome === wanted || data.change === wanted) &&
        (!tagged || data.tags.split("\n").includes(tagged));
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    count.textContent = `${shown} of ${cards.length}`;
  }

  for (const control of [find, show, tag]) {
    if (control) control.addEventListener("input", filter);
  }
  filter();
})();
