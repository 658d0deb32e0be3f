//! Values of fields: from the places of a rule to a typed value, or to the reason why there is none.

use std::collections::HashSet;

use super::currency::Currency;
use super::page::Area;
use super::rules::Rules;
use super::text::fold;
use super::{date, number};
use crate::domain::{Value, Warning};
use crate::json::Sort;
use crate::profile::{CurrencyRule, FieldRule, Place, ValueType};
use crate::scheme::{Refusal, Schemes};

/// What the places of a field hold.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    /// A value, and what is odd about it.
    Value(Value, Oddity),
    /// No place is there, or nothing stands in it.
    Missing,
    /// Something of another type stands there.
    Unreadable {
        /// What stands there.
        text: String,
        /// Why it cannot be read.
        reason: String,
    },
}

/// What is odd about a value.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Oddity {
    /// Why it hardly can be right.
    pub(super) warning: Option<Warning>,
    /// How many different values there are besides.
    pub(super) others: usize,
}

/// Reads a field: the first of its places that holds anything decides.
pub(super) fn read(rule: &FieldRule, areas: &[Area<'_>], rules: &Rules<'_>, schemes: &Schemes) -> Reading {
    let mut found = rule
        .places
        .iter()
        .flat_map(|place| areas.iter().filter_map(move |area| find(rule, place, *area, rules)));
    if matches!(rule.value, ValueType::Present) {
        let is_there = match rule.pattern {
            None => rule.places.iter().any(|place| areas.iter().any(|area| area.has(place, rules))),
            Some(_) => found.next().is_some(),
        };
        return Reading::Value(Value::Present(is_there), Oddity::default());
    }
    let around = Around { areas, rules, schemes };
    found
        .find_map(|Found { text, is_number, others }| {
            let value = if is_number { number(&rule.value, &text, &around) } else { None };
            match value.or_else(|| typed(&rule.value, text, &around))? {
                Reading::Value(value, oddity) => Some(Reading::Value(value, Oddity { others, ..oddity })),
                reading => Some(reading),
            }
        })
        .unwrap_or(Reading::Missing)
}

/// What stands in a place.
struct Found {
    text: String,
    is_number: bool,
    others: usize,
}

/// What else a value is read by.
struct Around<'a> {
    areas: &'a [Area<'a>],
    rules: &'a Rules<'a>,
    schemes: &'a Schemes,
}

impl Around<'_> {
    fn currency<'r>(&self, rule: &'r CurrencyRule) -> Currency<'r> {
        let mut texts = rule.places.iter().flat_map(|place| {
            self.areas.iter().filter_map(move |area| {
                let spot = area.spots(place, self.rules).next()?;
                Some(area.page.value_at(&spot)).filter(|text| !text.is_empty())
            })
        });
        Currency::new(rule, texts.next())
    }
}

/// What stands first in a place, and how many other values stand there.
fn find(rule: &FieldRule, place: &Place, area: Area<'_>, rules: &Rules<'_>) -> Option<Found> {
    let mut spots = area.spots(place, rules);
    let spot = spots.next()?;
    let text = matched(rule, area.page.value_at(&spot))?;
    let is_number = spot.value.is_some_and(|value| value.sort() == Sort::Number);
    // A selector with alternatives names several places, of which the first that is there was meant.
    let has_alternatives = matches!(place, Place::Css(css) if css.contains(','));
    let mut others = HashSet::new();
    let mut read_to = spot.range.end;
    for spot in spots.filter(|_| !has_alternatives) {
        // What stands inside another value is a part of it.
        if spot.range.start >= read_to {
            read_to = spot.range.end;
            others.extend(matched(rule, area.page.value_at(&spot)).filter(|other| *other != text));
        }
    }
    Some(Found { text, is_number, others: others.len() })
}

/// The places as a profile writes them, for people who look for the reason of a failure.
pub(super) fn names(places: &[Place]) -> String {
    places.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What the rule's pattern takes out of a text; `None` where that is nothing.
pub(super) fn matched(rule: &FieldRule, text: String) -> Option<String> {
    let text = match &rule.pattern {
        None => text,
        Some(pattern) => fold(pattern.captures(&text)?.name("value")?.as_str()),
    };
    (!text.is_empty()).then_some(text)
}

/// A number of JSON as a value of this type: it is written in one way, whatever a profile says of the portal's pages.
/// `None` for the types that are no numbers.
fn number(value: &ValueType, written: &str, around: &Around<'_>) -> Option<Reading> {
    let read = match value {
        ValueType::Integer(_) => number::exact_integer(written).map(Value::Integer),
        ValueType::Amount { currency, .. } => number::exact_amount(written, &around.currency(currency))
            .map(|(amount, currency)| Value::Amount { amount, currency }),
        _ => return None,
    };
    Some(match read {
        Ok(value) => Reading::Value(value, Oddity::default()),
        Err(reason) => Reading::Unreadable { text: written.to_owned(), reason },
    })
}

/// The text as a value of this type; `None` where it says that there is none.
fn typed(value: &ValueType, text: String, around: &Around<'_>) -> Option<Reading> {
    let mut warning = None;
    let read = match value {
        ValueType::Text => Ok(Value::Text(text.clone())),
        ValueType::Integer(format) => number::integer(&text, format).map(Value::Integer),
        ValueType::Amount { format, currency } => {
            let read = number::amount(&text, format, &around.currency(currency));
            read.map(|(amount, currency)| Value::Amount { amount, currency })
        }
        ValueType::Date(formats) => date::date(&text, formats).map(Value::Date),
        ValueType::Id(names) => match around.schemes.parse(&text, names) {
            Err(Refusal::Placeholder) => return None,
            Err(refusal) => Err(refusal.to_string()),
            Ok(parsed) => {
                warning = parsed.doubt.map(|doubt| implausible(parsed.id.as_str(), doubt));
                Ok(Value::Id(parsed.id))
            }
        },
        ValueType::Present => Ok(Value::Present(true)),
    };
    Some(match read {
        Ok(value) => Reading::Value(value, Oddity { warning, others: 0 }),
        Err(reason) => Reading::Unreadable { text, reason },
    })
}

/// The warning about an ID that hardly can be right.
pub(super) fn implausible(id: &str, doubt: crate::scheme::Doubt) -> Warning {
    Warning::IdImplausible { id: id.to_owned(), reason: doubt.reason, suggestion: doubt.suggestion }
}
