//! Makes a scheme of a rule, or says everything that is wrong with the rule at once.

use std::sync::Arc;

use regex::Regex;
use regex_syntax::hir::{ClassUnicode, Hir};

use super::compiled::{Asterisk, End, Scheme};
use super::fold::{Fold, holds};
use super::kind::KindRule;
use super::letters::outline;
use super::near::Near;
use super::pattern::{Side, alphabet, end, has_class_with_blanks, holds_digit, holds_letter};
use super::{Refusal, SchemeFault, SchemeRule, parse};

/// Makes a scheme.
///
/// # Errors
/// Everything that is wrong with the rule.
pub(super) fn build(rule: SchemeRule) -> Result<Scheme, Vec<SchemeFault>> {
    let mut faults = Faults { scheme: rule.name.clone(), found: Vec::new() };
    let must = faults.must(&rule.must);
    let Some((hir, strict)) = faults.pattern(&rule.pattern) else { return Err(faults.found) };
    let groups: Vec<String> = strict.capture_names().flatten().map(str::to_owned).collect();
    faults.year_and_counter(&rule, &groups);
    let kind = faults.keep("kind", KindRule::new(&rule.kind, rule.kinds, &groups), &groups_hint(&groups));
    let held = alphabet(&hir);
    let fold = Fold::new(&held, rule.letters, &rule.pairs);
    let near = Near::new(&hir, &fold).map_err(|error| compile_fault(&error));
    let near = faults.keep("pattern", near, SIZE_HINT);
    let (Some(kind), Some(near), true) = (kind, near, faults.found.is_empty()) else {
        return Err(faults.found);
    };
    let scheme = Scheme {
        name: Arc::from(rule.name.as_str()),
        near,
        fold,
        first: end_of(&end(&hir, Side::First)),
        last: end_of(&end(&hir, Side::Last)),
        asterisk: if holds(&held, '*') { Asterisk::Letter } else { Asterisk::Mark },
        placeholders: rule.placeholders.iter().map(|placeholder| outline(placeholder)).collect(),
        strict,
        must,
        kind,
        year: rule.year,
        counter: rule.counter,
    };
    faults.examples(&rule.examples, &scheme);
    if faults.found.is_empty() { Ok(scheme) } else { Err(faults.found) }
}

/// What was found wrong with one rule so far.
struct Faults {
    scheme: String,
    found: Vec<SchemeFault>,
}

impl Faults {
    fn add(&mut self, key: &'static str, index: Option<usize>, message: String, hint: String) {
        self.found.push(SchemeFault { scheme: self.scheme.clone(), key, index, message, hint });
    }

    /// Notes an error as a fault of this key.
    fn keep<T>(&mut self, key: &'static str, result: Result<T, String>, hint: &str) -> Option<T> {
        result.map_err(|message| self.add(key, None, message, hint.to_owned())).ok()
    }

    /// The pattern, read and compiled. What it is compiled from is written anew, so that a comment at its end cannot
    /// swallow the anchor.
    fn pattern(&mut self, pattern: &str) -> Option<(Hir, Regex)> {
        let hir = regex_syntax::parse(pattern).map_err(|error| syntax_fault(&error));
        let hir = self.keep("pattern", hir, REGEX_HINT)?;
        if hir.properties().minimum_len().is_none_or(|bytes| bytes == 0) {
            let hint = "an ID has at least one character: use `+` or `{1,…}`".to_owned();
            self.add(
                "pattern",
                None,
                "the pattern matches an empty text, or nothing at all".to_owned(),
                hint,
            );
            return None;
        }
        if has_class_with_blanks(&hir) {
            let message = "the pattern lets blanks stand among the characters of an ID, so that it does not end before the next word";
            self.add("pattern", None, message.to_owned(), BLANKS_HINT.to_owned());
            return None;
        }
        let strict = Regex::new(&format!(r"\A(?:{hir})\z")).map_err(|error| compile_fault(&error));
        Some((hir, self.keep("pattern", strict, SIZE_HINT)?))
    }

    fn must(&mut self, patterns: &[String]) -> Vec<Regex> {
        let mut compiled = Vec::new();
        for (index, must) in patterns.iter().enumerate() {
            match regex_syntax::parse(must)
                .map_err(|error| syntax_fault(&error))
                .and_then(|_| Regex::new(must).map_err(|error| compile_fault(&error)))
            {
                Ok(must) => compiled.push(must),
                Err(message) => self.add("must", Some(index), message, REGEX_HINT.to_owned()),
            }
        }
        compiled
    }

    fn year_and_counter(&mut self, rule: &SchemeRule, groups: &[String]) {
        if let Some(year) = &rule.year {
            self.group("year", &year.group, groups);
            if year.min > year.max {
                let message = format!("the first year, {}, is after the last one, {}", year.min, year.max);
                self.add("year", None, message, "swap `min` and `max`".to_owned());
            }
        }
        if let Some(counter) = &rule.counter {
            self.group("counter", &counter.group, groups);
            if rule.year.is_none() {
                let hint = "say which group holds the year".to_owned();
                self.add("counter", None, "a counter tells nothing without a `year`".to_owned(), hint);
            }
            if counter.per_year == 0 {
                let hint = "give the number of IDs of one year".to_owned();
                self.add("counter", None, "a counter that does not grow tells no year".to_owned(), hint);
            }
        }
    }

    fn group(&mut self, key: &'static str, group: &str, groups: &[String]) {
        if !groups.iter().any(|known| known == group) {
            self.add(key, None, format!("the pattern has no group `{group}`"), groups_hint(groups));
        }
    }

    fn examples(&mut self, examples: &[String], scheme: &Scheme) {
        for (index, example) in examples.iter().enumerate() {
            let Err(refusal) = parse::parse(&[scheme], example) else { continue };
            let reason = match refusal {
                Refusal::Placeholder => "it is a placeholder".to_owned(),
                Refusal::Malformed { reason, .. } => reason,
                Refusal::UnknownScheme { .. } => "it does not resemble the pattern".to_owned(),
            };
            let message = format!("example `{example}` is not accepted: {reason}");
            self.add("examples", Some(index), message, "correct the example or the pattern".to_owned());
        }
    }
}

const BLANKS_HINT: &str = "say which characters a part has, as in `[0-9]+` or `[^\\s/]+`, in the place of `.` or `[^/]`; a dot is `\\.`";
const SIZE_HINT: &str = "make the pattern smaller";
const REGEX_HINT: &str =
    "write it in the syntax of the `regex` crate: no look-around, no back-references, `[0-9]` for a digit";

fn groups_hint(groups: &[String]) -> String {
    if groups.is_empty() {
        "name a group of the pattern with `(?<name>…)`".to_owned()
    } else {
        format!("the groups are `{}`", groups.join("`, `"))
    }
}

fn syntax_fault(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => {
            format!("does not compile: {} at character {}", error.kind(), error.span().start.column)
        }
        regex_syntax::Error::Translate(error) => {
            format!("does not compile: {} at character {}", error.kind(), error.span().start.column)
        }
        other => format!("does not compile: {other}"),
    }
}

fn compile_fault(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(bytes) => format!("does not compile: it takes more than {bytes} bytes"),
        other => format!("does not compile: {other}"),
    }
}

fn end_of(class: &ClassUnicode) -> End {
    End { digits: holds_digit(class), letters: holds_letter(class) }
}
