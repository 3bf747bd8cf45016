"use strict";
// The colours: as the system wishes, light, or dark.
{
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const themes = ["auto", "light", "dark"];
  const show = (theme) => {
    root.dataset.theme = theme;
    button.textContent = "Colours: " + theme;
  };
  let theme = "auto";
  // A page from a file may have no storage.
  try { theme = localStorage.getItem("roundoff-theme") || theme } catch { }
  show(themes.includes(theme) ? theme : "auto");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    show(next);
    try { localStorage.setItem("roundoff-theme", next) } catch { }
  });
}

// Tables sort by the column clicked; what has no value stays last.
for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const number = (text) => text === "inf" ? Infinity : text === "-inf" ? -Infinity : text === "" ? NaN : Number(text);
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const numeric = head.classList.contains("number");
    const rows = [...body.rows].map((row) => {
      const cell = row.cells[column];
      const text = cell.dataset.v ?? cell.textContent;
      return { row, key: numeric ? number(text) : text };
    });
    const missing = (key) => Number.isNaN(key) || key === "";
    rows.sort((a, b) => {
      const last = missing(a.key) - missing(b.key);
      if (last !== 0 || missing(a.key)) return last;
      const order = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
      return down ? -order : order;
    });
    rows.forEach(({ row }) => body.append(row));
  }));
}

// Pictures zoom by their buttons or a double click, and are dragged.
for (const figure of document.querySelectorAll("figure")) {
  const zoom = figure.querySelector(".zoom");
  const svg = zoom.querySelector("svg");
  const whole = svg.getAttribute("viewBox").split(" ").map(Number);
  let view = [...whole];
  const show = () => {
    view[0] = Math.min(Math.max(view[0], 0), whole[2] - view[2]);
    view[1] = Math.min(Math.max(view[1], 0), whole[3] - view[3]);
    svg.setAttribute("viewBox", view.join(" "));
    zoom.classList.toggle("near", view[2] < whole[2]);
  };
  const by = (factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) => {
    const width = Math.min(Math.max(view[2] / factor, whole[2] / 32), whole[2]);
    const part = width / view[2];
    view = [x - (x - view[0]) * part, y - (y - view[1]) * part, width, view[3] * part];
    show();
  };
  const at = (event) => {
    const box = svg.getBoundingClientRect();
    return [
      view[0] + (event.clientX - box.left) / box.width * view[2],
      view[1] + (event.clientY - box.top) / box.height * view[3],
    ];
  };
  const tools = figure.querySelector(".tools");
  const tool = (sign, name, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", act);
    tools.append(button);
  };
  tool("+", "nearer", () => by(1.6));
  tool("\u2212", "farther", () => by(1 / 1.6));
  tool("1:1", "the whole picture", () => { view = [...whole]; show(); });
  svg.addEventListener("dblclick", (event) => by(1.6, ...at(event)));
  svg.addEventListener("wheel", (event) => {
    // Without Ctrl the wheel is the page's.
    if (!event.ctrlKey) return;
    event.preventDefault();
    by(event.deltaY < 0 ? 1.25 : 0.8, ...at(event));
  }, { passive: false });
  let from = null;
  svg.addEventListener("pointerdown", (event) => {
    if (view[2] === whole[2] || event.button !== 0) return;
    from = at(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    view[0] += from[0] - to[0];
    view[1] += from[1] - to[1];
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { from = null });
}
