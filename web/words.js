// SPDX-License-Identifier: Apache-2.0
// What is said, and how: ages, times, numbers, names. Pure: text in, text out.

/**
 * @typedef {object} Evidence
 * @property {string} name
 * @property {number | string | boolean | null} value
 * @property {number | string | null} limit
 * @property {string} [unit]
 * @property {string | null} [observed_at]
 *
 * @typedef {object} Verdict
 * @property {string} status
 * @property {string} reason
 * @property {string} [rule]
 * @property {string | null} since
 * @property {string | null} [observed_at]
 * @property {Evidence[]} [evidence]
 * @property {string | null} [cause]
 * @property {string[]} [teams_hit]
 * @property {string} [watched_by]
 * @property {string | null} [runbook]
 *
 * @typedef {object} Incident
 * @property {string} cause
 * @property {string} status
 * @property {string} reason
 * @property {string} opened_at
 * @property {string[]} teams_hit
 * @property {string[]} [affected]
 * @property {string | null} [runbook]
 *
 * @typedef {object} Report
 * @property {string} [topology]
 * @property {string} taken_at
 * @property {Verdict} overall
 * @property {Record<string, Verdict>} sources
 * @property {Record<string, Verdict>} nodes
 * @property {Record<string, Verdict>} edges
 * @property {Incident[]} incidents
 */

/** Every status and the relation "affected", worst first. */
export const ORDER = [
  "CRITICAL",
  "affected",
  "WARNING",
  "UNKNOWN",
  "MAINTENANCE",
  "EXPECTED",
  "OK",
];

/** What calls for nobody. */
export const NEUTRAL = ["OK", "EXPECTED", "MAINTENANCE"];

const COUNTS = [
  "No",
  "One",
  "Two",
  "Three",
  "Four",
  "Five",
  "Six",
  "Seven",
  "Eight",
  "Nine",
  "Ten",
];
const SERVERS = { flink: "Flink", kafka: "Kafka", postgres: "PostgreSQL" };

/** "14 s", "2 min 4 s", "12 min", "9 h 4 min", "6 d 23 h". @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 600) return twoUnits(whole, 60, "min", 1, "s");
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86400) return twoUnits(whole, 3600, "h", 60, "min");
  return twoUnits(whole, 86400, "d", 3600, "h");
}

/** @param {number} whole @param {number} big @param {string} bigUnit @param {number} small @param {string} smallUnit */
function twoUnits(whole, big, bigUnit, small, smallUnit) {
  const rest = Math.floor((whole % big) / small);
  return `${Math.floor(whole / big)} ${bigUnit}${rest ? ` ${rest} ${smallUnit}` : ""}`;
}

/**
 * "03:02 Berlin (02:02 UTC)": the reader's clock first, with the day where it is not today's.
 * @param {string} at @param {number} now in ms
 * @param {boolean} [seconds]
 */
export function clock(at, now, seconds = false) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const city = /** @type {string} */ (zone.split("/").pop()).replaceAll("_", " ");
  const utc = `${wallClock(at, "UTC", seconds)} UTC`;
  const day = wallDay(at, zone) === wallDay(now, zone) ? "" : `${wallDay(at, zone)} `;
  const mine = wallClock(at, zone, seconds);
  return day + (wallClock(at, "UTC", seconds) === mine ? utc : `${mine} ${city} (${utc})`);
}

/** @param {string} at @param {string} timeZone @param {boolean} seconds */
function wallClock(at, timeZone, seconds) {
  const second = seconds ? /** @type {const} */ ("2-digit") : undefined;
  const options = { timeZone, second, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Date(at).toLocaleTimeString("en-GB", /** @type {any} */ (options));
}

/** @param {string | number} at @param {string} timeZone */
function wallDay(at, timeZone) {
  return new Date(at).toLocaleDateString("en-GB", { timeZone, day: "numeric", month: "short" });
}

/** "842", "4.1k", "1.62M". @param {number} value */
function compact(value) {
  const [scaled, suffix] =
    Math.abs(value) >= 1e6
      ? [value / 1e6, "M"]
      : Math.abs(value) >= 1e3
        ? [value / 1e3, "k"]
        : [value, ""];
  return Number(scaled.toPrecision(Math.abs(value) < 10 ? 2 : 3)).toString() + suffix;
}

/**
 * A reading or a limit as people write it; durations come in seconds, rates in records a second.
 * @param {Evidence["value"] | undefined} value
 * @param {string} [unit]
 */
export function quantity(value, unit = "") {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") return value ?? "no reading";
  if (unit === "s") return duration(value);
  if (unit.endsWith("/s")) return `${compact(value)}/s`;
  const text =
    Math.abs(value) >= 1e6
      ? compact(value)
      : value.toLocaleString("en-GB", { maximumFractionDigits: 2 });
  return unit ? `${text} ${unit}` : text;
}

/** Evidence in as few letters as a box on the map has: "842/s", "7 restarts/10 min", "12 min old". @param {Evidence} evidence */
export function short(evidence) {
  const { name, value, unit = "" } = evidence;
  if (unit.startsWith("in ")) return `${quantity(value)} ${name}/${unit.slice(3)}`;
  if (unit === "s" && name.endsWith(" for")) return `${name.slice(0, -4)} ${quantity(value, unit)}`;
  return quantity(value, unit) + (unit === "s" && name.endsWith("age") ? " old" : "");
}

/** What people call a node, source or edge. @param {string} ref @returns {string} */
export function name(ref) {
  if (ref.includes(" -> ")) return ref.split(" -> ").map(name).join(" to ");
  const [kind, ...rest] = ref.split("/");
  const id = rest.join("/");
  if (kind !== "source") return id;
  const [server, ...cluster] = id.split(".");
  return [SERVERS[/** @type {keyof typeof SERVERS} */ (server)] ?? server, ...cluster].join(" ");
}

/** @param {string} id */
export const team = (id) => `team/${id}`;

/** Where its page stands below the site's root. @param {string} ref */
export function page(ref) {
  const node = /** @type {string} */ (ref.split(" -> ").pop());
  return `catalog/${node.split("/").map(encodeURIComponent).join("/")}/`;
}

/** "affected" for what only follows from another's trouble, else the status. @param {Verdict} verdict */
export function word(verdict) {
  return verdict.cause ? "affected" : verdict.status;
}

/** "1 cause", "2 causes". @param {number} count @param {string} noun */
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * How many things each word of ORDER stands at: every node, and what failed first if it is none.
 * @param {Report} report
 */
export function tally(report) {
  const all = verdicts(report);
  const causes = report.incidents.map((incident) => incident.cause);
  const refs = new Set([...Object.keys(report.nodes), ...causes.filter((ref) => ref in all)]);
  const said = [...refs].map((ref) => word(all[ref]));
  return ORDER.map((each) => said.filter((found) => found === each).length);
}

/** Everything judged, by reference; servers first, for they explain the rest. @param {Report} report @returns {Record<string, Verdict>} */
export function verdicts(report) {
  const sources = Object.entries(report.sources).map(([kind, verdict]) => [
    `source/${kind}`,
    verdict,
  ]);
  return { ...Object.fromEntries(sources), ...report.nodes, ...report.edges };
}

/** What is named first: the worst first cause, else the worst thing. @param {Report} report */
export function worst(report) {
  if (report.incidents.length) return report.incidents[0].cause;
  const all = Object.entries(verdicts(report)).filter(([, verdict]) => !verdict.cause);
  all.sort(([, a], [, b]) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return all.length && all[0][1].status !== "OK" ? all[0][0] : null;
}

/** References that are affected by a first cause. @param {Report} report */
export function affected(report) {
  return Object.keys(report.nodes).filter((ref) => report.nodes[ref].cause);
}

/** The answer to "Is it fine?" in one or two sentences. @param {Report} report */
export function headline(report) {
  const ok = Object.values(report.nodes).filter(
    (verdict) => verdict.status === "OK" && !verdict.cause,
  ).length;
  const all = Object.keys(report.nodes).length;
  if (report.overall.status === "OK") return `Yes. ${ok} of ${all} are OK`;
  const causes = report.incidents.map((incident) => incident.cause);
  if (!causes.length) return troubleWithoutIncident(report);
  if (causes.every((ref) => NEUTRAL.includes(verdicts(report)[ref]?.status)))
    return recovering(report, causes);
  const what =
    causes.length === 1
      ? oneFails(causes[0], report.incidents[0].status)
      : `${several(causes.length)} things fail.`;
  return `${what} ${whatFollows(report, causes.length === 1 ? "it" : "them")}`;
}

/**
 * What waits for the causes, apart from what cannot be seen because of them.
 * @param {Report} report @param {string} them
 */
function whatFollows(report, them) {
  const refs = affected(report);
  const unseen = refs.filter((ref) => report.nodes[ref].status === "UNKNOWN").length;
  const waiting = refs.length - unseen;
  const waits = `${several(waiting)} ${waiting === 1 ? "thing waits" : "things wait"} for ${them}.`;
  const dark = `${several(unseen)} ${unseen === 1 ? "thing" : "things"} cannot be seen.`;
  return [waiting ? waits : "", unseen ? dark : ""].filter(Boolean).join(" ") || "Nothing else is hit.";
}

/** What failed is well again; what it hit is not yet. @param {Report} report @param {string[]} causes */
function recovering(report, causes) {
  const hit = affected(report).length;
  const rest = hit ? ` ${several(hit)} ${hit === 1 ? "thing recovers" : "things recover"}.` : "";
  return `${causes.map(name).join(", ")} ${causes.length === 1 ? "is" : "are"} well again.${rest}`;
}

/** @param {string} cause @param {string} status */
function oneFails(cause, status) {
  const verb = status === "CRITICAL" ? "fails" : "is not normal";
  const kind = cause.includes(" -> ") ? "flow" : cause.split("/")[0];
  return kind === "source" ? `${name(cause)} ${verb}.` : `One ${kind} ${verb}.`;
}

/** @param {Report} report */
function troubleWithoutIncident(report) {
  if (report.overall.status !== "UNKNOWN") return report.overall.reason;
  const unknown = Object.values(report.nodes).filter(
    (verdict) => verdict.status === "UNKNOWN",
  ).length;
  return `Nobody can say. ${several(unknown)} ${unknown === 1 ? "thing" : "things"} cannot be judged.`;
}

/** @param {number} count */
function several(count) {
  return COUNTS[count] ?? String(count);
}
