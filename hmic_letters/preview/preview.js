// Shows one letter's pages beside its problems, and shows them again after each change of a file.
"use strict";

const at = (id) => document.getElementById(id);
const chosen = () => decodeURIComponent(location.hash.slice(1));
let asked = 0;

function element(name, text, more = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  return Object.assign(made, more);
}

async function ask(path) {
  const answer = await fetch(path);
  return answer.ok ? answer.json() : null;
}

function showProblems(problems) {
  at("problems").replaceChildren(
    ...problems.map((problem) => {
      const place = problem.line ? `${problem.path}:${problem.line}:${problem.column}` : problem.path;
      const item = element("li", "", { className: problem.severity });
      item.append(
        element("code", place),
        element("strong", ` ${problem.severity}[${problem.code}] `),
        element("span", `${problem.message}. `),
        element("em", problem.remedy),
      );
      return item;
    }),
  );
  if (!problems.length) at("problems").append(element("li", "None."));
}

async function showPages(letter) {
  const pictures = Array.from({ length: letter.pages }, (_, number) =>
    element("img", "", {
      src: `letters/${letter.slug}/${letter.version}/${number}`,
      alt: `Page ${number + 1} of ${letter.pages}`,
    }),
  );
  // Loaded first, so that the page does not jump.
  await Promise.allSettled(pictures.map((picture) => picture.decode()));
  return pictures;
}

function showBoard(board) {
  const stale = board.forces.filter((row) => row.letter !== "up to date");
  at("stale").textContent = !board.forces.length
    ? ""
    : stale.length
      ? `${stale.length} of ${board.forces.length} letters are not up to date.`
      : "All letters are up to date.";
  at("forces").replaceChildren(
    ...board.forces.map((row) => {
      const item = element("li", "");
      const link = element("a", row.force ?? row.slug, { href: `#${row.slug}` });
      if (row.slug === chosen()) link.setAttribute("aria-current", "page");
      item.append(link, element("span", ` ${row.letter}`, { className: row.letter.replaceAll(" ", "-") }));
      if (row.errors) item.append(element("span", `, ${row.errors} errors`, { className: "error" }));
      return item;
    }),
  );
}

async function show() {
  const turn = ++asked;
  const slug = chosen();
  const letter = slug ? await ask(`letters/${encodeURIComponent(slug)}`) : null;
  if (turn !== asked) return;
  if (letter) {
    const pictures = await showPages(letter);
    if (turn !== asked) return;
    at("pages").replaceChildren(...pictures);
    at("pages").classList.toggle("old", !letter.current);
    showProblems(letter.problems);
    const now = letter.current ? "as it would print now" : "as it last could be made: see the problems";
    at("said").textContent = letter.pages ? `${slug}, ${now}` : `${slug} cannot be made: see the problems`;
    at("said").dataset.version = letter.current ? letter.version : "";
  }
  const board = await ask("board");
  if (turn !== asked || !board) return;
  showBoard(board);
  if (!letter) {
    at("pages").replaceChildren();
    showProblems(board.problems);
    at("said").textContent = slug ? `There is no force ${slug}.` : "Choose a force.";
  }
}

addEventListener("hashchange", show);
const changes = new EventSource("changes");
changes.onmessage = show;
changes.onerror = () => {
  at("said").textContent = "hmic-letters preview has ended: start it again.";
};
