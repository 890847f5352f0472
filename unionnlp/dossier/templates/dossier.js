"use strict";
(() => {
  const all = (query, root = document) => Array.from(root.querySelectorAll(query));
  const byHash = (hash) => (hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null);
  const made = (tag, ...inside) => {
    const element = document.createElement(tag);
    element.append(...inside);
    return element;
  };

  // Filters: every row that holds the words, and the chosen kind, stays. A long table is short until one asks for all of it or filters.
  for (const tools of all("[data-for]")) {
    const table = document.getElementById(tools.dataset.for);
    const rows = Array.from(table.tBodies[0].rows);
    const words = tools.querySelector("input");
    const kind = tools.querySelector("select");
    const count = tools.querySelector("output");
    const more = tools.querySelector(".all");
    let texts = null;
    let whole = !more;
    const apply = () => {
      texts = texts || new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const right = !kind || !kind.value || row.querySelector("[data-kind]").dataset.kind === kind.value;
        const hidden = !(right && wanted.every((word) => texts.get(row).includes(word)));
        if (row.hidden !== hidden) row.hidden = hidden;
        shown += hidden ? 0 : 1;
      }
      const short = !whole && shown === rows.length;
      table.classList.toggle("short", short);
      if (more) more.hidden = !short;
      count.textContent = shown === rows.length ? `共 ${rows.length} 条` : `显示 ${shown} 条，共 ${rows.length} 条`;
    };
    words.addEventListener("input", apply);
    if (kind) kind.addEventListener("change", apply);
    if (more) more.addEventListener("click", () => { whole = true; apply(); });
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

  // What a figure says is shown on a tap, and where a link or the keyboard leads to it, as it is on hover.
  const tip = document.getElementById("tip");
  const tell = (fact) => {
    tip.hidden = !fact;
    tip.textContent = fact ? fact.title : "";
  };
  document.addEventListener("click", (event) => tell(event.target.closest(".text .fact")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tell(null);
  });

  // A link into a folded part opens it; one to the place where one already is does so again.
  const reveal = (target) => {
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };
  const open = () => {
    const target = byHash(location.hash);
    if (!target) return;
    reveal(target);
    target.scrollIntoView({ block: target.matches(".m, .fact, .finding") ? "center" : "start" });
    if (target.matches(".fact")) tell(target);
  };
  addEventListener("hashchange", open);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && !event.defaultPrevented && link.hash === location.hash) open();
  });
  open();

  // The list of figures of a report is made of its marked text when one opens it: 40 rows in each of 100 reports would slow the page.
  for (const folded of all("details.facts")) {
    folded.addEventListener("toggle", () => {
      if (folded.querySelector("table")) return;
      const names = ["指标", "数值", "对象", "期间", "范围", "口径", "状态", "注意"];
      const body = made("tbody");
      for (const fact of all(".whole .fact[id]", folded.closest(".report"))) {
        const said = new Map(fact.title.split("；").map((part) => [part.slice(0, part.indexOf("：")), part.slice(part.indexOf("：") + 1)]));
        const link = made("a", fact.textContent);
        link.href = `#${fact.id}`;
        body.append(made("tr", made("td", link), ...names.map((name) => made("td", said.get(name) || ""))));
      }
      const box = made("div", made("table", made("thead", made("tr", ...["原文", ...names].map((name) => made("th", name)))), body));
      box.className = "scroll";
      box.tabIndex = 0;
      folded.append(box);
    });
  }

  // Side by side: both panes scroll together, tied at the passages they share; a click on a passage brings its twin into view.
  let leading = null; // the pane that the reader moves; the other follows and must not answer
  const top = (element, pane) => element.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  const follow = (pane, other) => {
    const half = pane.clientHeight / 2;
    let low = 0;
    let high = pane.marks.length; // marks stand in the order of the text: halve until the first one below the middle
    while (low < high) {
      const middle = (low + high) >> 1;
      if (top(pane.marks[middle], pane) < half) low = middle + 1;
      else high = middle;
    }
    let best = null;
    for (const mark of pane.marks.slice(Math.max(0, low - 1), low + 1)) {
      const at = top(mark, pane);
      if (best === null || Math.abs(at - half) < Math.abs(best.at - half)) best = { mark, at };
    }
    const twin = best && byHash(best.mark.hash);
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
        const twin = byHash(mark.hash);
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
})();
