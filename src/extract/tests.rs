//! Literal pages in, literal expectations out: one small profile is built and bent by each test.

mod columns;
mod fields;
mod grids;
mod hostile;
mod labels;
mod meant;
mod personal;
mod pointers;
mod references;
mod shadow;
mod surveys;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{ExtractError, Extraction, extract};
use crate::domain::{Capture, Digest, DocumentId, Intent, Part, Timestamp, Value};
use crate::profile::{
    BrowserRules, CurrencyRule, Drift, FieldRule, GroupRule, Kind, KindFilter, NumberFormat, OwnId, Pace,
    Place, Profile, ReferenceMode, ReferenceRule, Status, ValueType,
};
use crate::scheme::{Alphabet, SchemeRule, Schemes};

const OWN_ID: &str = "14PAY000123456";

/// A profile with the two Greek schemes, own IDs taken from the row, and no fields.
fn profile() -> Profile {
    let kind = Kind { name: "payment".into(), variables: BTreeMap::new(), own_id: OwnId::Row };
    Profile {
        name: "sample".into(),
        status: Status::Unverified,
        base: "http://portal.invalid/".parse().unwrap(),
        pace: Pace::default(),
        drift: Drift::default(),
        browser: BrowserRules { load_images: false },
        schemes: schemes(),
        kinds: BTreeMap::from([("payment".to_owned(), kind)]),
        markers: Vec::new(),
        routes: Vec::new(),
        fields: Vec::new(),
        groups: Vec::new(),
        references: Vec::new(),
        digest: Digest::of(b""),
        text: String::new(),
    }
}

fn schemes() -> Schemes {
    let kinds = [("REQ", "request"), ("AWRD", "award"), ("SYMV", "contract"), ("PAY", "payment")];
    let adam = SchemeRule {
        name: "adam".into(),
        pattern: "(?<year>[0-9]{2})(?<type>REQ|PROC|AWRD|SYMV|PAY|DIAB)(?<number>[0-9]{9})".into(),
        letters: Alphabet::Latin,
        kind: "{type}".into(),
        kinds: kinds.map(|(key, name)| (key.to_owned(), name.to_owned())).into(),
        placeholders: vec!["-".into(), "Δ/Α".into()],
        year: Some(crate::scheme::YearRule { group: "year".into(), min: 13, max: 26 }),
        ..SchemeRule::default()
    };
    let ada = SchemeRule {
        name: "ada".into(),
        pattern: "(?<head>[0-9Α-Ω]{5,11})-(?<tail>[0-9Α-Ω]{3})".into(),
        letters: Alphabet::Greek,
        must: vec!["[Α-Ω].*-".into()],
        kind: "decision".into(),
        ..SchemeRule::default()
    };
    Schemes::new(vec![adam, ada]).unwrap()
}

fn part(name: &str, html: &str) -> Part {
    Part {
        name: name.into(),
        url: "http://portal.invalid/".into(),
        media_type: "text/html; charset=utf-8".into(),
        bytes: html.as_bytes().into(),
    }
}

fn capture_of(parts: Vec<Part>) -> Capture {
    Capture {
        id: DocumentId::from_canonical(OWN_ID, "adam", "payment"),
        route: "form".into(),
        captured_at: Timestamp::default(),
        parts,
        marker: None,
        row_id: Some(OWN_ID.into()),
        passed_over: Vec::new(),
        trace: Vec::new(),
    }
}

fn capture(html: &str) -> Capture {
    capture_of(vec![part("detail", html)])
}

fn css(selector: &str) -> Place {
    Place::Css(selector.into())
}

fn label(text: &str) -> Place {
    Place::Label(text.into())
}

/// An optional field of running text.
fn field(name: &str, place: Place) -> FieldRule {
    FieldRule {
        name: name.into(),
        places: vec![place],
        value: ValueType::Text,
        required: false,
        kinds: KindFilter::Every,
        part: None,
        pattern: None,
        personal: false,
    }
}

fn group(rows: &str, fields: Vec<FieldRule>) -> GroupRule {
    GroupRule {
        name: "lines".into(),
        rows: vec![Place::Css(rows.into())],
        fields,
        kinds: KindFilter::Every,
        part: None,
        required: false,
    }
}

fn reference(relation: &str, places: Vec<Place>, mode: ReferenceMode) -> ReferenceRule {
    ReferenceRule {
        relation: relation.into(),
        places,
        mode,
        schemes: Vec::new(),
        kinds: KindFilter::Every,
        part: None,
        intent: Intent::Follow,
    }
}

const GREEK: NumberFormat = NumberFormat { decimal: ',', thousands: '.' };

fn amount() -> ValueType {
    ValueType::Amount { format: GREEK, currency: CurrencyRule::default() }
}

fn with_fields(fields: Vec<FieldRule>) -> Profile {
    Profile { fields, ..profile() }
}

/// The text of the one field of a page, looked for in this place.
fn text_at(place: Place, html: &str) -> Option<String> {
    let extraction = extract(&with_fields(vec![field("it", place)]), &capture(html)).unwrap();
    extraction.fields.into_iter().next().map(|field| match field.value {
        Value::Text(text) => text,
        other => panic!("{other:?} is no text"),
    })
}
