"use strict";
(() => {
  const search = document.getElementById("search");
  if (!search) return;
  const rows = [...document.querySelectorAll("tr[data-words]")];
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.dataset.words.includes(word));
      found += row.hidden ? 0 : 1;
    }
    for (const stage of document.querySelectorAll(".stage")) {
      stage.hidden = !stage.querySelector("tr[data-words]:not([hidden])");
    }
    document.getElementById("found").textContent = words.length ? `${found} of ${rows.length}` : "";
  };
  search.addEventListener("input", show);
  show();
})();
