"use strict";
// Without this script the page shows every sentence and error; it adds the filter and draws relations as arcs.

const form = document.getElementById("filter");
const list = document.getElementById("sentences");
const names = JSON.parse(list.dataset.names); // of labels and types
const cards = Array.from(list.children, (element) => ({
  element,
  text: element.textContent.normalize("NFC").toLowerCase(),
  errors: Array.from(element.querySelectorAll("tr[data-kind]"), (row) => ({
    row,
    kind: row.dataset.kind,
    keys: row.dataset.keys.split(" "),
  })),
}));

// --- filter: a sentence is shown when one and the same error has the label and the kind asked for

function filter() {
  const key = form.label.selectedOptions[0].dataset.key;
  const kind = form.kind.value;
  const text = form.text.value.trim().normalize("NFC").toLowerCase();
  let shown = 0;
  for (const card of cards) {
    let matches = false;
    for (const error of card.errors) {
      const fits = (!key || error.keys.includes(key)) && (!kind || error.kind === kind);
      error.row.classList.toggle("other", !fits);
      matches ||= fits;
    }
    card.element.hidden = !(matches && card.text.includes(text));
    shown += !card.element.hidden;
  }
  document.getElementById("shown").value = `${shown} of ${cards.length} sentences`;
}

// The filter is kept in the address, so that a view can be linked to and survives a reload.

function remember() {
  const set = [...new FormData(form)].filter(([name, value]) => value && value !== form[name].options?.[0].value);
  history.replaceState(null, "", set.length ? "#" + new URLSearchParams(set) : "#errors");
}

function recall() {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const name of ["label", "kind", "text", "arcs"]) {
    if (asked.has(name)) form[name].value = asked.get(name);
    if (form[name].value === "" && form[name].options) form[name].selectedIndex = 0;
  }
  return [...asked.keys()].some((name) => form[name]);
}

// --- arcs: brackets above the lines, as in brat; a relation over a line's end runs to the margin and on from there

const LEVEL = 12; // px between two arcs above each other
const LETTER = 3.3; // px, half of a letter's width in an arc's label
const GAP = 5; // px between two arcs beside each other
const SPACE = 9; // px between text and the lowest arc

function draw(sentence) {
  sentence.querySelector("svg")?.remove();
  sentence.style.lineHeight = sentence.style.paddingTop = "";
  const which = form.arcs.value;
  const arcs = JSON.parse(sentence.dataset.arcs).filter(([, , , wrong]) => which === "all" || (which === "wrong" && wrong));
  if (!arcs.length) return;
  const segments = layOut(sentence, arcs);
  const levels = Math.max(...segments.map((segment) => segment.level)) + 1;
  const plain = parseFloat(getComputedStyle(sentence).lineHeight);
  // Leading is split between above and below a line, so the first line needs the other half as padding.
  const leading = Math.max(0, levels * LEVEL + SPACE - plain * 0.42);
  sentence.style.lineHeight = `${plain + leading}px`;
  sentence.style.paddingTop = `${leading / 2 + 4}px`;
  sentence.append(paint(sentence, segments));
}

function layOut(sentence, arcs) {
  const box = sentence.getBoundingClientRect();
  const height = parseFloat(getComputedStyle(sentence).lineHeight);
  const places = Array.from(sentence.querySelectorAll("mark"), (mark) => {
    const rectangle = mark.getClientRects()[0] ?? box;
    const line = Math.floor(((rectangle.top + rectangle.bottom) / 2 - box.top) / height);
    return { mark, line, left: rectangle.left - box.left, width: rectangle.width, ends: [] };
  });
  const segments = [];
  for (const [head, tail, type, wrong] of arcs) {
    const [from, to] = [places[head], places[tail]];
    const forward = to.line - from.line || to.left - from.left;
    const arc = { head, tail, type: names[type], wrong };
    const leave = { place: from, towards: forward };
    const arrive = { place: to, towards: -forward };
    from.ends.push(leave);
    to.ends.push(arrive);
    if (from.line === to.line) {
      segments.push({ arc, place: from, leave, arrive });
    } else {
      const [right, left] = [{ x: box.width }, { x: 0 }];
      segments.push({ arc, place: from, leave, arrive: forward > 0 ? right : left, open: true });
      segments.push({ arc, place: to, leave: forward > 0 ? left : right, arrive });
    }
  }
  spread(places);
  label(segments, box.width);
  stack(segments);
  return segments;
}

/** Give the ends at a mark places side by side, ordered by where they go, so that arcs cross little. */
function spread(places) {
  for (const place of places) {
    place.ends.sort((a, b) => a.towards - b.towards);
    const width = Math.min(place.width, 90);
    place.ends.forEach((end, number) => (end.x = place.left + (width * (number + 1)) / (place.ends.length + 1)));
  }
}

/** Name each segment that has room for it, at least the longest one of an arc, within the sentence's width. */
function label(segments, width) {
  const longest = new Map();
  for (const segment of segments) {
    segment.x = [segment.leave.x, segment.arrive.x].sort((a, b) => a - b);
    segment.length = segment.x[1] - segment.x[0];
    if (!(longest.get(segment.arc)?.length >= segment.length)) longest.set(segment.arc, segment);
  }
  for (const segment of segments) {
    const half = segment.arc.type.length * LETTER;
    const middle = Math.min(Math.max((segment.x[0] + segment.x[1]) / 2, half), width - half);
    segment.span = segment.x;
    if (longest.get(segment.arc) === segment || segment.length > 2 * half + 8) {
      segment.label = { middle, half };
      segment.span = [Math.min(segment.x[0], middle - half), Math.max(segment.x[1], middle + half)];
    }
  }
}

/** Give each segment the lowest free level above its line, short ones first. */
function stack(segments) {
  const lines = new Map();
  for (const segment of [...segments].sort((a, b) => a.length - b.length)) {
    const taken = lines.get(segment.place.line) ?? lines.set(segment.place.line, []).get(segment.place.line);
    segment.level = 0;
    while (taken[segment.level]?.some(([left, right]) => left < segment.span[1] + GAP && segment.span[0] < right + GAP)) segment.level++;
    (taken[segment.level] ??= []).push(segment.span);
  }
}

function paint(sentence, segments) {
  const box = sentence.getBoundingClientRect();
  const svg = element("svg", { class: "arcs", "aria-hidden": "true", width: box.width, height: box.height });
  for (const { arc, place, leave, arrive, open, level, label } of segments) {
    const text = place.mark.getClientRects()[0] ?? box;
    const foot = text.top - box.top - 2;
    const top = foot - SPACE - level * LEVEL;
    const group = element("g", { class: arc.wrong ? "wrong" : "", "data-ends": `${arc.head} ${arc.tail}` });
    const up = leave.place ? `M${leave.x} ${foot}V${top + 3}` : `M${leave.x} ${top}`;
    const bend = leave.place ? `Q${leave.x} ${top} ${leave.x + Math.sign(arrive.x - leave.x) * 3} ${top}` : "";
    const down = arrive.place
      ? `H${arrive.x - Math.sign(arrive.x - leave.x) * 3}Q${arrive.x} ${top} ${arrive.x} ${top + 3}V${foot - 3}`
      : `H${arrive.x}`;
    group.append(element("path", { d: up + bend + down }));
    if (!open) group.append(element("path", { class: "head", d: `M${arrive.x} ${foot}l-3 -5h6z` }));
    if (label) {
      const { middle, half } = label;
      group.append(element("rect", { x: middle - half, y: top - 4, width: 2 * half, height: 8 }));
      const name = element("text", { x: middle, y: top + 3.5, "text-anchor": "middle" });
      name.textContent = arc.type;
      group.append(name);
    }
    svg.append(group);
  }
  return svg;
}

function element(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** Under the pointer an entity keeps its own arcs only. */
function point(event) {
  const mark = event.target.closest?.("mark");
  const sentence = event.target.closest?.("p.text");
  if (!sentence) return;
  const number = mark ? Array.from(sentence.querySelectorAll("mark")).indexOf(mark) : -1;
  for (const group of sentence.querySelectorAll("svg g")) {
    group.classList.toggle("away", mark !== null && !group.dataset.ends.split(" ").includes(String(number)));
  }
}

// --- sentences are drawn when they come near the window, so that thousands of them cost nothing

const near = new Set();
const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      near[isIntersecting ? "add" : "delete"](target);
      if (isIntersecting) drawCard(target);
    }
  },
  { rootMargin: "400px" },
);

function drawCard(card) {
  card.querySelectorAll("p.text").forEach(draw);
}

function redraw() {
  near.forEach(drawCard);
}

form.addEventListener("input", () => {
  filter();
  remember();
  redraw();
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () =>
  setTimeout(() => {
    filter();
    remember();
    redraw();
  }),
);
list.addEventListener("pointerover", point);
addEventListener("resize", redraw);
addEventListener("beforeprint", () => {
  document.documentElement.classList.add("printing");
  for (const card of cards) if (!card.element.hidden) drawCard(card.element);
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("printing");
  redraw();
});

form.hidden = false;
const recalled = recall();
filter();
cards.forEach((card) => watcher.observe(card.element));
if (recalled) document.getElementById("errors").scrollIntoView();
