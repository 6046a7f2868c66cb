"""How each kind of value is written: in words, as a pattern, by examples.

The parsers in `units` and `calendar` decide; a pattern lets through all that they take, and
stops most of what they refuse. Patterns are read by JavaScript and by Python alike.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of value.

    `pattern` is what a text must be, whole. `plain` are the JSON types that a YAML reader makes
    of a plain scalar of this form, besides a string, with `least`, `most` and `whole` for numbers.
    """

    name: str
    doc: str
    examples: tuple[str, ...] = ()
    pattern: str = ""
    plain: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = False


# -- parts of patterns ---------------------------------------------------------------------------

_ID = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,248}"
_SECRET = r"\$[A-Za-z_][A-Za-z0-9_]*"
_NUMBER = r"([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,15}(\.[0-9]{1,6})?)[kMG]?"
_RANGE = rf"(up to {_NUMBER}|at least {_NUMBER}|{_NUMBER}-{_NUMBER})"
_DURATION = r"[0-9]{1,9}(s|min|h|d)( ?[0-9]{1,9}(s|min|h|d))*"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}"
_DAY = r"(mon|tue|wed|thu|fri|sat|sun)"
_DAYS = rf"(daily|weekdays|weekend|1st|last|{_DAY}(-{_DAY})?( {_DAY}(-{_DAY})?)*)"
_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_SIMPLE = r"(string|boolean|int|bigint|double|date|timestamp|bytes)"
_PLAIN = ("number", "boolean")


def _whole(pattern: str) -> str:
    return f"^({pattern})$"


def _ref(*kinds: str) -> str:
    """An id, or a reference of one of the kinds."""
    return _whole(rf"(({'|'.join(kinds)})/)?{_ID}")


# -- values that have a parser --------------------------------------------------------------------

DURATION = Form(
    "duration",
    "A number and `s`, `min`, `h` or `d`; or several of them.",
    ("90s", "15min", "26h", "7d", "23h 55min"),
    _whole(_DURATION),
)
WHOLE = Form(
    "number",
    "A whole number from 1; `k`, `M` and `G` stand for thousands, millions, thousand millions.",
    ("1", "12", "24", "1k"),
    _whole(_NUMBER),
    ("number",),
    least=1,
    whole=True,
)
FRACTION = Form(
    "factor",
    "A number above 0.",
    ("1", "0.01"),
    _whole(r"[0-9]{1,6}(\.[0-9]{1,9})?"),
    ("number",),
    least=0,
)
SIZE = Form(
    "size",
    "A number and `B`, `KiB`, `MiB`, `GiB` or `TiB`.",
    ("512KiB", "8GiB", "2TiB"),
    _whole(r"[0-9]{1,9}(\.[0-9]{1,3})?(B|KiB|MiB|GiB|TiB)"),
)
RATE = Form(
    "rate",
    "A range of records in a second, minute, hour or day: `/s`, `/min`, `/h`, `/d`.",
    ("200-900/s", "300-1.2k/s", "up to 5/s", "at least 1/min"),
    _whole(rf"{_RANGE}/(s|min|h|d)"),
)
LIMIT = Form(
    "limit",
    "One number, in a second, minute, hour or day: `/s`, `/min`, `/h`, `/d`.",
    ("25k/s", "500/s", "20/h"),
    _whole(rf"{_NUMBER}/(s|min|h|d)"),
)
AMOUNTS = Form(
    "records",
    "A range of numbers.",
    ("2.5M-5M", "up to 5M", "at least 1k"),
    _whole(_RANGE),
)
YES_NO = Form(
    "yes/no",
    "`true` or `yes`, `false` or `no`.",
    ("true", "false"),
    _whole("true|false|yes|no"),
    ("boolean",),
)
DATE = Form("date", "Year, month and day.", ("2026-12-05",), _whole(_DATE))
ZONE = Form(
    "time zone",
    "An IANA name; abbreviations such as `EST` know no daylight saving.",
    ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"),
    r"^(?!([ECMP][SD]T|HST|BST|CEST|IST|JST|AEST)$)"
    r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}$",
)
WINDOW = Form(
    "window",
    "`09:10-09:15 DAYS`, start in, end out, or `every 15min for 2min DAYS`."
    " DAYS are `daily` (which may be left out), `weekdays`, `weekend`, `tue`, `mon-thu`,"
    " `mon wed fri`, `1st` or `last`. In the owner's clock: an hour that is repeated counts"
    " twice, one that is skipped never."
    " `22:00-02:00` belongs to the day it begins on. Above 12h it says how long it is:"
    " `08:00-22:00 for 14h`. `every` counts from midnight, or `from 00:05`, by a period that"
    " divides a day.",
    (
        "09:10-09:15",
        "22:00-02:00 weekdays",
        "08:00-22:00 for 14h mon-thu",
        "every 15min for 2min",
        "every 1h for 5min from 00:05 mon wed fri",
    ),
    _whole(
        rf"{_CLOCK}-{_CLOCK}( for {_DURATION})?( {_DAYS})?"
        rf"|every {_DURATION} for {_DURATION}( from {_CLOCK})?( {_DAYS})?"
    ),
)
SECRET = Form(
    "secret",
    "`$NAME` and nothing else; it is filled in from the environment at the moment of use.",
    ("$KAFKA_PASSWORD",),
    _whole(_SECRET),
)
RESTART = Form(
    "delays",
    "The shortest and the longest duration.",
    ("1s-2min",),
    _whole(rf"{_DURATION}-{_DURATION}"),
)
KEEP = Form(
    "what to keep",
    "A number, an age, or both.",
    ("5", "30d", "5 or 30d"),
    _whole(rf"[0-9]+|{_DURATION}|{_NUMBER} or {_DURATION}"),
    ("number",),
    least=1,
    whole=True,
)
DEPTH = Form(
    "depth",
    "A number of edges, or `all`.",
    ("1", "2", "all"),
    _whole(rf"all|{_NUMBER}"),
    ("number",),
    least=1,
    whole=True,
)
AGREED = Form(
    "agreement",
    "A date, and with whom.",
    ("2026-11-02 with vault's lead",),
    rf"^{_DATE} with .*\S",
)
FIELD_TYPE = Form(
    "type",
    "`string`, `boolean`, `int`, `bigint`, `double`, `decimal(p,s)`, `date`, `timestamp`,"
    " `bytes`, `array<T>` or `map<K,V>`. Inside `{ }` quote what holds a comma.",
    ("string", "timestamp", "decimal(18,6)", "array<string>", "map<string,int>"),
    rf"^\s*({_SIMPLE}|decimal\s*\(\s*[0-9]{{1,2}}\s*,\s*[0-9]{{1,2}}\s*\)"
    r"|array\s*<.+>|map\s*<.+>)\s*$",
)
FORMAT = Form("1", "The number 1.", ("1",), _whole("1"), ("number",), least=1, most=1)

# -- texts ----------------------------------------------------------------------------------------

TEXT = Form("text", "Any text; quote what holds `: ` or ` #`.", plain=_PLAIN)
WORD = Form("text", "Any text.", plain=_PLAIN)
NAME = Form("name", "As an id.", pattern=_whole(_ID), plain=_PLAIN)
ID = Form(
    "id",
    "Letters, digits, `.`, `_` and `-`, up to 249; not `.` or `-` first, not `index`.",
    ("usage.hourly", "web-shop"),
    rf"^(?![Ii][Nn][Dd][Ee][Xx]$){_ID}$",
    _PLAIN,
)
SQL_NAME = Form(
    "name in SQL",
    "Letters, digits and `_`, no digit first.",
    ("orders",),
    _whole("[A-Za-z_][A-Za-z0-9_]{0,126}"),
)
FIELD = Form(
    "field",
    "The name of a field: letters, digits and `_`, no digit first.",
    ("order_id",),
    SQL_NAME.pattern,
    _PLAIN,
)
STEP = Form("step", "The name of a step: letters, digits and `_`.", ("paid",), SQL_NAME.pattern)
LABEL = Form("name", "Any word.", ("repository", "dashboard"), plain=_PLAIN)
TERM = Form("term", "A word or a few.", ("minute usage",), plain=_PLAIN)
PLATFORM = Form("text", "A name.", plain=_PLAIN)
CHANNEL = Form("channel", "A channel, without `#`.", ("shop-eng",), r"^[^#]", _PLAIN)
PHONE = Form("text", "An address, a number, a name.", plain=_PLAIN)
URL = Form("address", "A URL, or `$NAME`.")
BROKERS = Form(
    "addresses",
    "`HOST:PORT`, several with commas, or `$NAME`. Inside `{ }` quote it.",
    ("kafka.example.com:9093", "$KAFKA_ADDRESS"),
)
USER = Form("user", "A name, or `$NAME`.", ("$KAFKA_USER", "portal"), plain=_PLAIN)
PATH = Form("path", "The path of a file, or `$NAME`.")
FOLDER = Form("folder", "The address of a folder, or `$NAME`.")
COMMAND = Form("command", "A command with its arguments.")
FILES = Form("files", "A pattern of files.", ("teams/*.yaml",), r"^(?!/|~|.*\.\.)")
EDIT = Form("address", "A URL with `{file}` and `{line}`.")
EXPRESSION = Form("SQL", "An expression in SQL.", plain=_PLAIN)
QUERY = Form("SQL", "One SELECT.", ("SELECT order_id, amount FROM orders",))

# -- references -----------------------------------------------------------------------------------

TEAM_REF = Form("team", "The id of a team, or `team/ID`.", ("shop",), _ref("team"), _PLAIN)
SCHEMA_REF = Form("schema", "The id of a schema.", ("order",), _whole(_ID), _PLAIN)
DATA_REF = Form(
    "topic or store",
    "The id of a topic, or `topic/ID` or `store/ID`.",
    ("orders", "store/orders"),
    _ref("topic", "store"),
    _PLAIN,
)
INPUT = Form(
    "topic, store or step",
    "The id of a topic or of an earlier step, or `topic/ID` or `store/ID`.",
    ("orders", "paid"),
    DATA_REF.pattern,
    _PLAIN,
)
ANY_REF = Form(
    "reference",
    "`KIND/ID`, where KIND is `service`, `topic`, `job`, `store` or `team`.",
    ("service/billing", "topic/orders", "team/shop"),
    _whole(rf"(service|topic|job|store|team)/{_ID}"),
)
SUCCESSOR = Form(
    "reference",
    "`KIND/ID`, or the id of a thing of the same kind.",
    ("topic/orders.v2", "orders.v2"),
    _ref("service", "topic", "job", "store"),
    _PLAIN,
)
SEE = Form("word or reference", "A word of the glossary, or `KIND/ID`.", ("topic/orders",))
