//! A profile as it is written: the types whose shape is the language, whose comments are the schema's descriptions.
//!
//! Keys that must be there are optional here and marked `required` for the schema: a missing one is reported with
//! everything else that is wrong, instead of ending the reading.

mod flow;
mod service;

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

pub(super) use flow::{BackFile, RouteFile, StepFile, WaitFile};
pub(super) use service::{AttachmentFile, LinkBy, ServiceFile};

use super::model::Status;
use super::reader::{Many, Named, Sited};
use super::treatment::{RobotsRule, RobotsUnreadable};
use crate::domain::Verdict;
use crate::scheme::Alphabet;

/// One or several texts, tried in order.
pub(super) type Texts = Many<Sited<String>>;

/// A portal as data: how to search it, what its pages hold, what its IDs look like.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Profile")]
pub(super) struct ProfileFile {
    /// The version of the profile language: 1.
    #[schemars(required)]
    pub(super) language: Option<Sited<u32>>,
    /// The profile's name, as in `demo`.
    #[schemars(required)]
    pub(super) name: Option<Sited<String>>,
    /// Whether it was ever held against the portal: `verified` where it is not said.
    pub(super) status: Option<Status>,
    /// The address at which relative ones begin.
    #[schemars(required)]
    pub(super) base: Option<Sited<String>>,
    /// Files to lay this one over, relative to it. Their tables are merged key by key, and what this file says stands;
    /// their routes, markers and references come before this file's.
    #[expect(dead_code, reason = "taken out before the merged file is read; it stands here for the schema")]
    include: Option<Texts>,
    /// Where the page of every kind shows its own ID: `label:…` or `css:…`, or `row` for the ID of the row opened.
    pub(super) own_id: Option<Texts>,
    /// The names of the months, from January on, for dates whose format has `mmm`; twelve more are other names for the
    /// same.
    pub(super) months: Option<Sited<Texts>>,
    /// How gently the portal is treated, and how patiently.
    pub(super) pace: Option<PaceFile>,
    /// When the layout of a kind is taken for changed.
    pub(super) drift: Option<DriftFile>,
    /// What the browser is told.
    pub(super) browser: Option<BrowserFile>,
    /// The ID schemes by name.
    #[serde(default)]
    pub(super) ids: Named<SchemeFile>,
    /// The kinds of documents by the key that their IDs hold.
    #[serde(default)]
    pub(super) kinds: Named<KindFile>,
    /// Markers watched in every wait, before the wait's own.
    #[serde(default)]
    pub(super) marker: Vec<Sited<MarkerFile>>,
    /// Ways to a document; those that lead to its kind are tried in this order.
    #[serde(default)]
    pub(super) route: Vec<Sited<RouteFile>>,
    /// The fields of a document by name.
    #[serde(default)]
    pub(super) field: Named<FieldFile>,
    /// Rows that repeat, by name.
    #[serde(default)]
    pub(super) group: Named<GroupFile>,
    /// Where references to other documents stand.
    #[serde(default)]
    pub(super) reference: Vec<Sited<ReferenceFile>>,
}

/// How gently a portal is treated, and how patiently.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Pace")]
pub(super) struct PaceFile {
    /// The least time between two steps that make the portal work: `1s` by default.
    pub(super) delay: Option<Sited<String>>,
    /// The longest to which slow answers and failures of the portal lengthen that time: `30s` by default.
    pub(super) delay_max: Option<Sited<String>>,
    /// How many steps may make the portal work on one day (UTC): as many as come by default.
    pub(super) requests_per_day: Option<Sited<u32>>,
    /// Whether the portal's robots.txt counts: `honour`, the default, or `ignore`.
    pub(super) robots: Option<RobotsRule>,
    /// What happens where something else stands in its place, as a login page: `stop`, the default, or `go_on`.
    pub(super) robots_unreadable: Option<RobotsUnreadable>,
    /// How long a browser session may take to begin: `60s` by default.
    pub(super) start_deadline: Option<Sited<String>>,
    /// How long one step may take: `20s` by default.
    pub(super) step_deadline: Option<Sited<String>>,
    /// How long one look-up may take: `90s` by default.
    pub(super) lookup_deadline: Option<Sited<String>>,
    /// How long the portal may be unavailable before a crawl stops: `2m` by default.
    pub(super) unavailable_max: Option<Sited<String>>,
    /// How often an ID is tried before it is a dead letter: 4 by default.
    pub(super) attempts: Option<Sited<u32>>,
    /// How often a lost session is begun anew inside one attempt: 3 by default.
    pub(super) lost_sessions_max: Option<Sited<u32>>,
    /// Look-ups after which a browser session is replaced: 200 by default.
    pub(super) session_lookups_max: Option<Sited<u32>>,
    /// The largest page that is read: `16MiB` by default.
    pub(super) page_bytes_max: Option<Sited<ByteCount>>,
}

/// When the layout of a kind is taken for changed: the kind is then paused until a person has looked.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Drift")]
pub(super) struct DriftFile {
    /// In so many of the last documents of a kind something that every page must have is missing: 3 by default.
    pub(super) missing: Option<Sited<u32>>,
    /// So many of the last documents are looked at, 20 at most: 10 by default.
    pub(super) of: Option<Sited<u32>>,
}

/// A size in bytes, or a text such as `16MiB`.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a size was expected: bytes, or a text such as `16MiB`")]
pub(super) enum ByteCount {
    Number(u64),
    Text(String),
}

/// What the browser is told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Browser")]
pub(super) struct BrowserFile {
    /// Whether images and fonts are loaded: not by default.
    pub(super) load_images: Option<bool>,
}

/// What the IDs of one scheme look like.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Scheme")]
pub(super) struct SchemeFile {
    /// A regular expression for the canonical ID; its named groups are variables.
    #[schemars(required)]
    pub(super) pattern: Option<Sited<String>>,
    /// The alphabet to which look-alike letters are folded: `latin` by default.
    pub(super) letters: Option<Alphabet>,
    /// Further letters to fold, beside the look-alikes known.
    #[serde(default)]
    pub(super) pairs: Named<String>,
    /// Patterns of which each must be found in the ID.
    pub(super) must: Option<Texts>,
    /// The key of the ID's kind, as in `{type}`.
    #[schemars(required)]
    pub(super) kind: Option<Sited<String>>,
    /// Spellings that must be accepted: checked when the profile is loaded.
    #[serde(default)]
    pub(super) examples: Vec<String>,
    /// Texts that stand for "none".
    #[serde(default)]
    pub(super) placeholders: Vec<String>,
    /// The years that an ID can hold.
    pub(super) year: Option<Sited<YearFile>>,
    /// How the running number tells the year.
    pub(super) counter: Option<Sited<CounterFile>>,
}

/// The years that an ID can hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Year")]
pub(super) struct YearFile {
    /// The group of the pattern that holds the year.
    #[schemars(required)]
    pub(super) group: Option<String>,
    /// The first year, as written in IDs.
    #[schemars(required)]
    pub(super) min: Option<u32>,
    /// The last year, as written in IDs.
    #[schemars(required)]
    pub(super) max: Option<u32>,
}

/// A counter that runs over the years.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Counter")]
pub(super) struct CounterFile {
    /// The group of the pattern that holds the number.
    #[schemars(required)]
    pub(super) group: Option<String>,
    /// A known reading of the counter.
    #[schemars(required)]
    pub(super) at: Option<u64>,
    /// When it was read, in years as IDs write them, with a fraction.
    #[schemars(required)]
    pub(super) year: Option<f64>,
    /// By how much it grows in a year.
    #[schemars(required)]
    pub(super) per_year: Option<u64>,
    /// Smaller numbers tell nothing: 0 by default.
    pub(super) from: Option<u64>,
}

/// One kind of document: `name`, `own_id`, and variables of its own.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct KindFile(pub(super) Named<Texts>);

/// Something on a page that decides how a look-up goes on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Marker")]
pub(super) struct MarkerFile {
    /// What it means.
    #[schemars(required)]
    pub(super) verdict: Option<Sited<Verdict>>,
    /// Selectors: any of them on the page is the marker.
    #[schemars(required)]
    pub(super) any: Option<Texts>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "FieldType")]
pub(super) enum FieldType {
    /// Running text.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// An amount of money.
    Amount,
    /// A day.
    Date,
    /// The ID of a document.
    Id,
    /// Whether the place is on the page at all.
    Present,
}

/// One field of a document or of a group's row.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Field")]
pub(super) struct FieldFile {
    /// The label beside which it stands; tried before `css`. Where different values belong to it, the first is taken
    /// with a warning.
    pub(super) label: Option<Texts>,
    /// A CSS selector for it, without prefix. Where it matches different values, the first is taken, with a warning
    /// unless the selector has alternatives of its own.
    pub(super) css: Option<Texts>,
    /// In a group: the heading of its column. Where there are several rows of headings it is the lowest above the
    /// column, or all of them from the top, as in `Planned / Net`.
    pub(super) column: Option<Texts>,
    /// A JSON pointer to it in a service's answer; in a group, from its row on. `*` stands for every element of a list;
    /// where these differ, the first is taken with a warning: a group takes all.
    pub(super) pointer: Option<Texts>,
    /// What it holds: `text` by default.
    #[serde(rename = "type")]
    pub(super) value_type: Option<FieldType>,
    /// Whether a page without it is a changed layout: not by default.
    pub(super) required: Option<bool>,
    /// The kinds that have it: every kind by default.
    pub(super) kinds: Option<Texts>,
    /// The captured part in which it stands: every part by default.
    pub(super) part: Option<Sited<String>>,
    /// A regular expression whose group `value` is the field.
    pub(super) pattern: Option<Sited<String>>,
    /// Whether it names or identifies a person: not by default.
    pub(super) personal: Option<bool>,
    /// For `date`: how it is written, as in `dd/mm/yyyy`, the default; `mmm` is the name of a month,
    /// `yy` a year from 1969 to 2068.
    pub(super) format: Option<Texts>,
    /// For `amount`: its currency, where the sign or ISO 4217 code that stands with it does not say it. An amount of
    /// which nothing says the currency cannot be read.
    pub(super) currency: Option<Sited<CurrencyFile>>,
    /// For `integer` and `amount`: the mark before the fraction, `,` by default.
    pub(super) decimal: Option<Sited<String>>,
    /// For `integer` and `amount`: the mark between thousands, `.` by default.
    pub(super) thousands: Option<Sited<String>>,
    /// For `id`: the schemes it can be of; any by default.
    pub(super) ids: Option<Texts>,
}

/// Rows that repeat.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Group")]
pub(super) struct GroupFile {
    /// The rows: a `css:` selector, or a JSON pointer as in `pointer:/lines/*`, or both, each for the parts it can read.
    #[schemars(required)]
    pub(super) rows: Option<Texts>,
    /// The kinds that have it: every kind by default.
    pub(super) kinds: Option<Texts>,
    /// The captured part in which it stands: every part by default.
    pub(super) part: Option<Sited<String>>,
    /// Whether a page without a row is a changed layout: not by default.
    pub(super) required: Option<bool>,
    /// The fields of a row by name.
    #[serde(default)]
    pub(super) field: Named<FieldFile>,
}

/// Where references stand and what they are called.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Reference")]
pub(super) struct ReferenceFile {
    /// The relation's name, as in `contract`.
    #[schemars(required)]
    pub(super) relation: Option<Sited<String>>,
    /// The label beside which it stands. The whole part is read where neither this nor `css` nor `pointer` is.
    pub(super) label: Option<Texts>,
    /// A CSS selector for the place, without prefix.
    pub(super) css: Option<Texts>,
    /// A JSON pointer to it in a service's answer; each value it leads to is one place.
    pub(super) pointer: Option<Texts>,
    /// A `css:` selector inside the place: each element is one ID. The place itself is one by default.
    pub(super) each: Option<Sited<String>>,
    /// Whether the place is running text that is scanned for IDs: not by default.
    pub(super) scan: Option<Sited<bool>>,
    /// The schemes that are looked for: every one by default.
    pub(super) ids: Option<Texts>,
    /// The kinds of documents in which it stands: every kind by default.
    pub(super) kinds: Option<Texts>,
    /// The captured part in which it stands: every part by default.
    pub(super) part: Option<Sited<String>>,
    /// Whether the targets are looked up, or only noted: looked up by default.
    pub(super) follow: Option<bool>,
}

/// The currency of amounts: a code for all of them, or a table.
#[derive(Debug)]
pub(super) enum CurrencyFile {
    Code(String),
    /// Words to codes, and the places that say it.
    Table(Named<Texts>),
}

impl<'de> Deserialize<'de> for CurrencyFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CodeOrTable;
        impl<'de> Visitor<'de> for CodeOrTable {
            type Value = CurrencyFile;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a currency")
            }

            fn visit_str<E: de::Error>(self, code: &str) -> Result<Self::Value, E> {
                Ok(CurrencyFile::Code(code.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
                Named::deserialize(MapAccessDeserializer::new(entries)).map(CurrencyFile::Table)
            }
        }
        deserializer.deserialize_any(CodeOrTable)
    }
}

impl JsonSchema for CurrencyFile {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let place = generator.subschema_for::<Texts>();
        json_schema!({ "anyOf": [
            {
                "description": "The ISO 4217 code of every amount. One with another currency cannot be read.",
                "type": "string",
                "pattern": "^[A-Z]{3}$"
            },
            {
                "description": "Words and signs to ISO 4217 codes, as in `\"$\" = \"USD\"`, beside those that \
                    everybody knows; or `label`, `css`, `column` or `pointer` of a place that says the currency, in a \
                    group inside the row.",
                "type": "object",
                "properties": { "label": place, "css": place, "column": place, "pointer": place },
                "additionalProperties": { "type": "string", "pattern": "^[A-Z]{3}$" }
            }
        ] })
    }
}

impl JsonSchema for ByteCount {
    fn schema_name() -> Cow<'static, str> {
        "ByteCount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 1 },
            { "type": "string", "pattern": "^[0-9]+ ?(B|KiB|MiB|GiB)$" }
        ] })
    }
}

impl JsonSchema for KindFile {
    fn schema_name() -> Cow<'static, str> {
        "Kind".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let own_id = generator.subschema_for::<Texts>();
        json_schema!({
            "description": "One kind of document. Every other key is a variable for templates.",
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": { "type": "string", "description": "The name shown to people, as in `payment`." },
                "own_id": own_id
            },
            "additionalProperties": { "type": "string" }
        })
    }
}
