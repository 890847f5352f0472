"use strict";
(() => {
  const all = (query, root = document) => Array.from(root.querySelectorAll(query));

  // Filters: every row that holds the words, and the chosen kind, stays.
  for (const tools of all("[data-for]")) {
    const table = document.getElementById(tools.dataset.for);
    const rows = Array.from(table.tBodies[0].rows);
    const words = tools.querySelector("input");
    const kind = tools.querySelector("select");
    const count = tools.querySelector("output");
    let texts = null;
    const apply = () => {
      texts = texts || new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const right = !kind || !kind.value || row.querySelector("[data-kind]").dataset.kind === kind.value;
        row.hidden = !(right && wanted.every((word) => texts.get(row).includes(word)));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = shown === rows.length ? `共 ${rows.length} 条` : `显示 ${shown} 条，共 ${rows.length} 条`;
    };
    words.addEventListener("input", apply);
    if (kind) kind.addEventListener("change", apply);
    count.textContent = `共 ${rows.length} 条`;
  }

  // Sorting: numbers by data-value, words by the order of Chinese.
  const order = new Intl.Collator("zh-CN", { numeric: true });
  for (const button of all("th button")) {
    button.addEventListener("click", () => {
      const head = button.closest("th");
      const column = head.cellIndex;
      const body = head.closest("table").tBodies[0];
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of head.parentNode.cells) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
      const rows = Array.from(body.rows, (row) => [key(row), row]);
      const number = rows.every(([value]) => value !== "" && !Number.isNaN(Number(value)));
      rows.sort(([a], [b]) => (number ? a - b : order.compare(a, b)) * (down ? -1 : 1));
      body.append(...rows.map(([, row]) => row));
    });
  }

  // A link into a folded part opens it.
  const reveal = (target) => {
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    reveal(target);
    target.scrollIntoView({ block: target.matches(".m, .finding") ? "center" : "start" });
  };
  addEventListener("hashchange", open);
  open();

  // Side by side: both panes scroll together, tied at the passages they share; a click on a passage brings its twin into view.
  let leading = null; // the pane that the reader moves; the other follows and must not answer
  const top = (element, pane) => element.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  const twinOf = (mark) => document.getElementById(decodeURIComponent(mark.hash.slice(1)));
  const follow = (pane, other) => {
    const half = pane.clientHeight / 2;
    let best = null;
    for (const mark of pane.marks) {
      const at = top(mark, pane);
      if (best === null || Math.abs(at - half) < Math.abs(best.at - half)) best = { mark, at };
      if (at > half) break;
    }
    const twin = best && twinOf(best.mark);
    if (twin && other.contains(twin)) other.scrollTop += top(twin, other) - best.at;
    else other.scrollTop = (pane.scrollTop / Math.max(1, pane.scrollHeight - pane.clientHeight)) * (other.scrollHeight - other.clientHeight);
  };
  for (const panes of all(".panes")) {
    const pair = all(".text", panes);
    const sync = panes.parentElement.querySelector(".sync input");
    pair.forEach((pane, i) => {
      const other = pair[1 - i];
      pane.marks = all("a.m[id]", pane);
      for (const event of ["pointerenter", "pointerdown", "wheel", "touchstart", "keydown", "focusin"]) {
        pane.addEventListener(event, () => { leading = pane; }, { passive: true });
      }
      let waiting = false;
      pane.addEventListener("scroll", () => {
        if (leading !== pane || !sync.checked || waiting) return;
        waiting = true;
        requestAnimationFrame(() => { waiting = false; follow(pane, other); });
      }, { passive: true });
      pane.addEventListener("click", (event) => {
        const mark = event.target.closest("a.m");
        if (!mark || !getSelection().isCollapsed) return;
        event.preventDefault();
        const twin = twinOf(mark);
        if (!twin) return;
        for (const old of all(".twin")) old.classList.remove("twin");
        mark.classList.add("twin");
        twin.classList.add("twin");
        other.scrollTop += top(twin, other) - Math.max(8, Math.min(top(mark, pane), other.clientHeight - 40));
        other.parentElement.scrollIntoView({ block: "nearest" });
        twin.focus({ preventScroll: true });
        leading = null;
      });
    });
  }

  // A tap shows what a pointer sees on hover.
  const tip = document.getElementById("tip");
  document.addEventListener("click", (event) => {
    const fact = event.target.closest(".text .fact");
    tip.hidden = !fact;
    tip.textContent = fact ? fact.title : "";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tip.hidden = true;
  });
})();
