// SPDX-License-Identifier: Apache-2.0
// Fills the marks of a page (data-sa-*) with what is known. Texts are set as text, never as HTML.

import { age, element, glyph, link, rank, renew, setStatusClass } from "./elements.js";
import { readAt, verdictBox } from "./verdict.js";
import * as words from "./words.js";

/**
 * What the page knows: `phase` is "loading" before the first answer, "none" where there is no
 * live status, else how old the report is: "fresh", "late" or "old".
 * @typedef {object} Known
 * @property {"loading" | "none" | "fresh" | "late" | "old"} phase
 * @property {import("./words.js").Report | null} report
 * @property {number} now in ms, by the server's clock
 * @property {string} root where the site begins, relative to the page
 *
 * What is said of one thing: its word of ORDER, and why.
 * @typedef {object} Seen
 * @property {string} ref
 * @property {string} word
 * @property {string} reason
 * @property {import("./words.js").Verdict | null} verdict null where nothing may be claimed
 */

/** What is said where there is no report. */
export const WITHOUT = {
  loading: "Live status is loading.",
  none: "No live status here: these pages are served without the portal's collector.",
};
const NOT_KNOWN = "not known";

/** Fills every mark of the page. @param {Known} known */
export function paint(known) {
  const verdicts = known.report ? words.verdicts(known.report) : {};
  const causes = new Set(
    known.phase === "old" ? [] : known.report?.incidents.map((incident) => incident.cause),
  );
  for (const target of document.querySelectorAll("[data-sa-node], [data-sa-edge]")) {
    const ref = target.getAttribute("data-sa-node") ?? target.getAttribute("data-sa-edge") ?? "";
    paintOne(target, see(known, ref, verdicts[ref]), known);
    target.classList.toggle("sa-is-cause", causes.has(ref));
  }
  for (const target of document.querySelectorAll("[data-sa-team]"))
    paintOne(target, seeTeam(known, target, verdicts), known);
  for (const target of document.querySelectorAll("[data-sa-overall]")) {
    paintOne(target, see(known, "overall", known.report?.overall), known);
  }
  for (const target of document.querySelectorAll("[data-sa-triage]"))
    pointToRunbook(/** @type {HTMLElement} */ (target), known, verdicts);
  document.querySelectorAll("table[data-sa-sort]").forEach(sortWorstFirst);
}

/**
 * A button leads to the runbook that fits now; in a list of runbooks that one is marked.
 * @param {HTMLElement} target @param {Known} known @param {Record<string, import("./words.js").Verdict>} verdicts
 */
function pointToRunbook(target, known, verdicts) {
  const ref = target.dataset.saTriage ?? "";
  const runbook = see(known, ref, verdicts[ref]).verdict?.runbook;
  if (target instanceof HTMLAnchorElement) {
    target.dataset.saUsual ??= target.getAttribute("href") ?? "";
    const fitting = `${known.root}${runbook}?node=${ref}`;
    target.setAttribute("href", runbook ? fitting : target.dataset.saUsual);
  }
  for (const each of target.querySelectorAll("a"))
    each.classList.toggle("sa-fits", Boolean(runbook) && each.pathname.endsWith(`/${runbook}`));
}

/** @param {Known} known @param {string} ref @param {import("./words.js").Verdict | undefined} verdict @returns {Seen} */
function see(known, ref, verdict) {
  if (known.phase === "loading" || known.phase === "none" || !known.report) {
    return {
      ref,
      word: "UNKNOWN",
      reason: WITHOUT[known.phase === "none" ? "none" : "loading"],
      verdict: null,
    };
  }
  if (!verdict)
    return { ref, word: "UNKNOWN", reason: "The portal's report does not name it.", verdict: null };
  if (known.phase === "old") {
    const reason = `No data since ${words.clock(known.report.taken_at, known.now)}. Before: ${words.word(verdict)}, ${verdict.reason}`;
    return { ref, word: "UNKNOWN", reason, verdict: null };
  }
  return { ref, word: words.word(verdict), reason: verdict.reason, verdict };
}

/**
 * The worst of what a team owns; the mark lists it in data-sa-owns.
 * @param {Known} known @param {Element} target @param {Record<string, import("./words.js").Verdict>} verdicts
 */
function seeTeam(known, target, verdicts) {
  const owned = (target.getAttribute("data-sa-owns") ?? "").split(" ").filter(Boolean);
  const seen = owned.map((ref) => see(known, ref, verdicts[ref]));
  seen.sort((a, b) => words.ORDER.indexOf(a.word) - words.ORDER.indexOf(b.word));
  if (!seen.length)
    return { ref: "", word: "OK", reason: "Owns nothing that is watched.", verdict: null };
  const [first] = seen;
  const reason =
    first.word === "OK"
      ? `${words.counted(seen.length, "thing")}, all OK`
      : `${words.name(first.ref)}: ${first.reason}`;
  return first.verdict ? { ...first, reason } : first;
}

/** @param {Element} target @param {Seen} seen @param {Known} known */
function paintOne(target, seen, known) {
  setStatusClass(target, seen.word);
  for (const part of target.querySelectorAll("[data-sa]")) {
    if (
      part.closest("[data-sa-node], [data-sa-edge], [data-sa-team], [data-sa-overall]") !== target
    )
      continue;
    FILL[part.getAttribute("data-sa") ?? ""]?.(/** @type {HTMLElement} */ (part), seen, known);
  }
  if (target.classList.contains("sa-node")) tellMapNode(target, seen);
}

/** @type {Record<string, (part: HTMLElement, seen: Seen, known: Known) => void>} */
const FILL = {
  chip: fillChip,
  glyph: (part, seen) => part.setAttribute("href", `#sa-g-${seen.word.toLowerCase()}`),
  word: (part, seen) => put(part, seen.word),
  name: (part, seen) => put(part, words.name(seen.ref)),
  reason: (part, seen, known) =>
    put(part, seen.ref === "overall" ? overallReason(seen, known) : seen.reason),
  since: (part, seen, known) =>
    put(part, seen.verdict?.since ? `since ${words.clock(seen.verdict.since, known.now)}` : ""),
  age: fillAge,
  reading: (part, seen) => put(part, reading(seen)),
  verdict: (part, seen, known) => renew(part, verdictBox(seen, known)),
  "teams-hit": (part, seen, known) =>
    fillLinks(part, seen, (seen.verdict?.teams_hit ?? []).map(words.team), known, "nobody"),
  tally: fillTally,
  answer: fillAnswer,
  headline: (part, seen, known) =>
    put(part, seen.verdict && known.report ? words.headline(known.report) : "Nobody can say."),
  cause: fillCauses,
  affected: (part, seen, known) =>
    fillLinks(part, seen, known.report ? words.affected(known.report) : [], known),
  actions: fillActions,
};

/** @param {HTMLElement} part @param {string} text */
function put(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

/** @param {HTMLElement} part @param {Seen} seen */
function fillChip(part, seen) {
  if (part.dataset.saWord === seen.word) return;
  part.dataset.saWord = seen.word;
  part.classList.add("sa-chip");
  setStatusClass(part, seen.word);
  part.replaceChildren(glyph(seen.word), seen.word);
}

/** Of one thing: when it was read; of everything: when, by both clocks. @type {(part: HTMLElement, seen: Seen, known: Known) => void} */
function fillAge(part, seen, known) {
  const taken = known.report?.taken_at;
  if (seen.ref === "overall" && taken)
    part.replaceChildren(`${words.clock(taken, known.now, true)}, `, age(taken, known.now));
  else part.replaceChildren(age(seen.verdict ? readAt(seen, known) : taken, known.now));
}

/** What failed first, before the counts. @param {Seen} seen @param {Known} known */
function overallReason(seen, known) {
  if (seen.word === "OK" && !seen.reason.includes(",")) return "Nothing fails, and nobody waits.";
  const ref = seen.verdict && known.report ? words.worst(known.report) : null;
  if (!ref || !known.report || seen.word === "OK") return seen.reason;
  const first = known.report.incidents[0] ?? words.verdicts(known.report)[ref];
  return `${words.name(ref)}: ${first.reason}`;
}

/** The one reading shown on the map: a number where there is one, cut to the room in the box. @param {Seen} seen */
function reading(seen) {
  const all =
    seen.verdict?.evidence?.filter(({ name, value }) => value !== null && name !== "raw verdict") ??
    [];
  const shown = all.find((evidence) => typeof evidence.value === "number") ?? all[0];
  if (!shown) return withoutReading(seen);
  const room = seen.ref.startsWith("topic/") ? 15 : 17;
  const text = words.short(shown);
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

/** @param {Seen} seen */
function withoutReading(seen) {
  if ((seen.verdict?.status ?? "UNKNOWN") === "UNKNOWN") return "no reading";
  return seen.word === "affected" ? "waits" : seen.word.toLowerCase();
}

/** A link of the map says what it shows, then status and kind. @param {Element} target @param {Seen} seen */
function tellMapNode(target, seen) {
  const by = seen.verdict?.cause ? `affected by ${words.name(seen.verdict.cause)}` : seen.word;
  target.setAttribute(
    "aria-label",
    `${words.name(seen.ref)} ${reading(seen)}, ${by}, ${seen.ref.split("/")[0]}`,
  );
}

/** @param {HTMLElement} part @param {Seen} seen @param {Known} known */
function fillAnswer(part, seen, known) {
  const box = part.closest(".sa-answer");
  if (box) setStatusClass(box, seen.word);
  put(part, answer(seen, known));
}

/** @param {Seen} seen @param {Known} known */
function answer(seen, known) {
  if (!seen.verdict) return "Is it fine? Not known";
  if (seen.word === "OK") return "Is it fine?";
  const since = seen.verdict.since ? `, since ${words.clock(seen.verdict.since, known.now)}` : "";
  return seen.word === "UNKNOWN" ? `Is it fine? Not known${since}` : `Is it fine? No${since}`;
}

/** @param {HTMLElement} part @param {Seen} seen @param {Known} known */
function fillTally(part, seen, known) {
  const counts = seen.verdict && known.report ? words.tally(known.report) : null;
  renew(
    part,
    ...words.ORDER.map((word, index) => {
      const count = element("b", "", counts ? String(counts[index]) : "?");
      return element(
        "li",
        `sa-is-${word.toLowerCase()}`,
        count,
        " ",
        element("span", "", glyph(word), word),
      );
    }),
  );
}

/** @param {HTMLElement} part @param {Seen} seen @param {string[]} refs @param {Known} known @param {string} [none] */
function fillLinks(part, seen, refs, known, none = "none") {
  if (!seen.verdict) return put(part, NOT_KNOWN);
  renew(part, ...(refs.length ? links(refs, known) : [none]));
}

/** Links with commas between. @param {string[]} refs @param {Known} known */
function links(refs, known) {
  const made = refs.map((ref) => link(known.root + words.page(ref), "", words.name(ref)));
  return made.flatMap((each, index) => (index ? [", ", each] : [each]));
}

/** First causes of all, or of one affected thing, and whom to call. @type {(part: HTMLElement, seen: Seen, known: Known) => void} */
function fillCauses(part, seen, known) {
  const all = known.report ? known.report.incidents.map((incident) => incident.cause) : [];
  const own = seen.verdict?.cause ? [seen.verdict.cause] : [];
  const causes = seen.ref === "overall" ? all : own;
  if (!seen.verdict || !known.report || !causes.length) return fillLinks(part, seen, causes, known);
  const of = words.verdicts(known.report);
  const teams = new Set(causes.flatMap((ref) => of[ref]?.watched_by ?? []));
  const whom = links([...teams].map(words.team), known);
  renew(part, ...links(causes, known), teams.size ? element("small", "sa-whom", "call ", ...whom) : "");
}

/** At most one filled button: the most likely thing to do. @type {(part: HTMLElement, seen: Seen, known: Known) => void} */
function fillActions(part, seen, known) {
  const runbook = seen.verdict && (seen.verdict.runbook ?? known.report?.incidents[0]?.runbook);
  const triage = runbook
    ? link(known.root + runbook, "sa-button sa-button-first", "Open triage")
    : null;
  const map = link(`${known.root}catalog/map/`, "sa-button", "See it on the map");
  renew(part, ...(triage ? [triage, " ", map] : [map]));
}

/** Rows keep their written order within a status. @param {Element} table */
function sortWorstFirst(table) {
  for (const body of table.querySelectorAll("tbody")) {
    const rows = [...body.rows];
    rows.forEach((row, index) => (row.dataset.saOrder ??= String(index)));
    const sorted = rows.toSorted(
      (a, b) => rank(a) - rank(b) || Number(a.dataset.saOrder) - Number(b.dataset.saOrder),
    );
    if (sorted.every((row, index) => row === rows[index])) continue;
    const focused = document.activeElement;
    body.append(...sorted);
    if (focused instanceof HTMLElement && body.contains(focused))
      focused.focus({ preventScroll: true });
  }
}
