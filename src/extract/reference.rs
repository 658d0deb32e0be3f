//! References to other documents: from places that hold IDs and from running text, each with its evidence.

use std::collections::HashSet;
use std::ops::Range;

use super::field::implausible;
use super::page::{Area, Page, Row, Spot};
use super::rules::Rules;
use super::sentence::{sentence_around, shorten};
use super::text::fold;
use crate::domain::{DocumentId, Reference, Warning};
use crate::profile::{Profile, ReferenceMode, ReferenceRule};
use crate::scheme::{Mention, Parsed, Refusal};

/// Finds every reference of a document, sorted by target, relation, part and offset, and what looks like one and is none.
pub(super) fn find(
    profile: &Profile,
    rules: &Rules<'_>,
    pages: &[Page<'_>],
    kind: &str,
    own_id: &DocumentId,
) -> (Vec<Reference>, Vec<Warning>) {
    let mut finder =
        Finder { profile, own_id, named: Vec::new(), in_passing: Vec::new(), warnings: Vec::new() };
    for rule in profile.references.iter().filter(|rule| rule.kinds.allows(kind)) {
        let wanted = |page: &&Page<'_>| rule.part.as_deref().is_none_or(|part| part == page.name);
        for page in pages.iter().filter(wanted) {
            finder.read_page(rule, page, rules);
        }
    }
    finder.finish()
}

struct Finder<'a> {
    profile: &'a Profile,
    own_id: &'a DocumentId,
    /// Found in places that a rule names.
    named: Vec<Reference>,
    /// Found by scans of whole parts.
    in_passing: Vec<Reference>,
    warnings: Vec<Warning>,
}

impl Finder<'_> {
    fn read_page(&mut self, rule: &ReferenceRule, page: &Page<'_>, rules: &Rules<'_>) {
        let area = Area { page, row: None };
        if rule.places.is_empty() {
            self.read_spot(rule, page, &area.whole(), rules);
        }
        for place in &rule.places {
            for spot in area.spots(place, rules) {
                self.read_spot(rule, page, &spot, rules);
            }
        }
    }

    fn read_spot(&mut self, rule: &ReferenceRule, page: &Page<'_>, spot: &Spot<'_>, rules: &Rules<'_>) {
        match &rule.mode {
            ReferenceMode::Scan => self.scan(rule, page, spot),
            ReferenceMode::Each(None) => self.read_one(rule, page, spot),
            ReferenceMode::Each(Some(css)) if spot.element.is_some() => {
                for one in (Area { page, row: spot.element.map(Row::Element) }).select(css, rules) {
                    self.read_one(rule, page, &Spot { label: spot.label, ..one });
                }
            }
            // The value is text between elements: nothing in it matches a selector.
            ReferenceMode::Each(Some(_)) => {}
        }
    }

    /// Reads a spot that should be one ID. Where more stands there, the IDs in it are taken.
    fn read_one(&mut self, rule: &ReferenceRule, page: &Page<'_>, spot: &Spot<'_>) {
        let written = page.written_at(spot);
        if written.is_empty() {
            return;
        }
        match self.profile.schemes.parse(written, &rule.schemes) {
            Ok(parsed) => {
                let evidence = evidence(rule, page, spot, &spot.range);
                self.add(rule, page, parsed, spot.range.start, written, evidence);
            }
            Err(Refusal::Placeholder) => {}
            Err(refusal) => {
                let mentions = self.profile.schemes.scan(written, &rule.schemes);
                if mentions.is_empty() {
                    let text = shorten(&fold(written));
                    self.warnings.push(Warning::IdRefused { text, reason: refusal.to_string() });
                }
                self.add_mentions(rule, page, spot, mentions);
            }
        }
    }

    fn scan(&mut self, rule: &ReferenceRule, page: &Page<'_>, spot: &Spot<'_>) {
        let mentions = self.profile.schemes.scan(page.written_at(spot), &rule.schemes);
        self.add_mentions(rule, page, spot, mentions);
    }

    fn add_mentions(
        &mut self,
        rule: &ReferenceRule,
        page: &Page<'_>,
        spot: &Spot<'_>,
        mentions: Vec<Mention>,
    ) {
        for mention in mentions {
            let offset = spot.range.start + mention.offset;
            match mention.found {
                Ok(parsed) => {
                    let range = offset..offset + mention.written.len();
                    let evidence = evidence(rule, page, spot, &range);
                    self.add(rule, page, parsed, offset, &mention.written, evidence);
                }
                Err(refusal) => {
                    let text = shorten(&fold(&mention.written));
                    self.warnings.push(Warning::IdRefused { text, reason: refusal.to_string() });
                }
            }
        }
    }

    fn add(
        &mut self,
        rule: &ReferenceRule,
        page: &Page<'_>,
        parsed: Parsed,
        offset: usize,
        written: &str,
        evidence: String,
    ) {
        if parsed.id == *self.own_id {
            return;
        }
        if let Some(doubt) = parsed.doubt {
            self.warnings.push(implausible(parsed.id.as_str(), doubt));
        }
        let found = if rule.places.is_empty() { &mut self.in_passing } else { &mut self.named };
        found.push(Reference {
            target: parsed.id,
            relation: rule.relation.clone(),
            part: page.name.to_owned(),
            offset: offset as u64,
            evidence,
            written: written.to_owned(),
            intent: rule.intent,
        });
    }

    /// Drops what a scan found where a rule with a name for the relation found it too, and what was found twice.
    fn finish(self) -> (Vec<Reference>, Vec<Warning>) {
        let Self { named, mut in_passing, warnings, .. } = self;
        let spots: HashSet<_> =
            named.iter().map(|found| (&found.target, &found.part, found.offset)).collect();
        in_passing.retain(|found| !spots.contains(&(&found.target, &found.part, found.offset)));
        let mut references = named;
        references.append(&mut in_passing);
        // The sort is stable: of two equal ones the rule that stands first in the profile is kept.
        references.sort_by(|one, other| identity(one).cmp(&identity(other)));
        references.dedup_by(|later, first| identity(later) == identity(first));
        (references, warnings)
    }
}

fn identity(reference: &Reference) -> (&DocumentId, &str, &str, u64) {
    (&reference.target, &reference.relation, &reference.part, reference.offset)
}

/// The sentence that names a document, or the field that does: its label and text.
fn evidence(rule: &ReferenceRule, page: &Page<'_>, spot: &Spot<'_>, mention: &Range<usize>) -> String {
    let Some(label) = spot.label else {
        return sentence_around(&page.text, mention, &(0..page.text.as_str().len()));
    };
    let sentence = sentence_around(&page.text, mention, &spot.range);
    let is_running_text =
        matches!(rule.mode, ReferenceMode::Scan) && sentence != fold(page.text.slice(mention));
    if is_running_text { sentence } else { format!("{}: {sentence}", label.trim().trim_end_matches(':')) }
}
