"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const place = Object.fromEntries(data.columns.map((name, index) => [name, index]));
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;

  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const literal = (text) => `'${String(text).replaceAll("'", "''")}'`;

  const filled = (template, record) => {
    const key = {
      grain: record[place.period_grain],
      start: record[place.period_start],
      end: record[place.period_end],
      measured_at: record[place.measured_at] ?? record[place.period_end],
      dimension: record[place.dimension],
      dimension_id: record[place.dimension_id],
      part: record[place.part],
    };
    return template.replace(/\{(\w+)\}/g, (token, name) => (name in key ? literal(key[name]) : token));
  };

  const statement = (title, text) => {
    const box = element("div");
    const head = element("h3", `${title} `);
    const copy = element("button", "Copy", "copy");
    copy.type = "button";
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const range = document.createRange();
        range.selectNodeContents(code);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        document.execCommand("copy");
      }
      copy.textContent = "Copied";
    });
    const code = element("code", text);
    const pre = element("pre");
    pre.append(code);
    head.append(copy);
    box.append(head, pre);
    return box;
  };

  const dialog = byId("number");
  const ask = (index) => {
    const record = data.values[index];
    const number = data.numbers[index];
    const kpi = record[place.kpi_id];
    const definition = byId(`kpi-${kpi}`);
    byId("number-title").textContent = definition.querySelector("summary").textContent;
    byId("number-value").textContent = number.text;
    byId("number-where").textContent = number.where;
    byId("number-facts").replaceChildren(
      ...number.facts.flatMap(([name, text]) => [element("dt", name), element("dd", text)]),
    );
    byId("number-definition").replaceChildren(
      element("h3", "Definition"),
      definition.querySelector(".text").cloneNode(true),
    );
    const sql = data.sql[kpi];
    const rows = sql.rows[record[place.dimension]];
    const parts = [];
    if (rows) {
      parts.push(statement("SQL of its rows", filled(rows, record)));
      const note = "All rows that enter it; which of them count, and as what, the definition says.";
      parts[0].append(element("p", note, "note"));
    }
    if (!rows && sql.parts) parts.push(statement("SQL of its parts", filled(sql.parts, record)));
    parts.push(statement("SQL of the number", filled(sql.value, record)));
    byId("number-sql").replaceChildren(...parts);
    dialog.showModal();
    dialog.scrollTop = 0;
  };
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-number]");
    if (!link) return;
    event.preventDefault();
    ask(Number(link.dataset.number));
  });

  const unfold = () => {
    const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", unfold);
  unfold();

  const remember = (theme) => {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Some browsers keep nothing for pages of the file system.
    }
  };
  try {
    const kept = localStorage.getItem("theme");
    if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  } catch {
    // As above.
  }
  byId("theme").addEventListener("click", () => {
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    remember(root.dataset.theme);
  });

  // A4 less its margins and the padding of a figure.
  const PRINTED = 650;
  const views = new Map();
  const fit = (widthOf) => views.forEach((view, box) => view.width(widthOf(box)).run());
  addEventListener("beforeprint", () => fit(() => PRINTED));
  addEventListener("afterprint", () => fit((box) => box.clientWidth));

  const draw = async (box) => {
    const options = {
      actions: false,
      renderer: "svg",
      config: data.config,
      mode: "vega-lite",
      tooltip: { disableDefaultStyle: true },
    };
    try {
      const { view } = await vegaEmbed(box, data.charts[box.dataset.chart], options);
      views.set(box, view);
      view.addEventListener("click", (event, item) => {
        const index = item?.datum?.v;
        if (typeof index === "number") ask(index);
      });
      box.dataset.drawn = "yes";
    } catch (error) {
      box.dataset.drawn = "no";
      box.append(element("p", "The chart could not be drawn; its numbers stand below.", "reason"));
      console.error(error);
    }
  };
  Promise.all([...document.querySelectorAll("[data-chart]")].map(draw)).then(() => {
    root.dataset.ready = "yes";
  });
})();
