//! Puts made-up texts in the place of those that name or identify people, in captured pages that become fixtures.
//!
//! A profile marks the fields. Their texts are replaced wherever a part writes them, and nothing is given back that was not
//! checked: the pages read as before but for those fields, and none of the texts is left. What no marked field holds
//! stays, a name in a remark for instance.

mod letters;
mod mask;
mod same;
mod written;

use crate::domain::{Capture, Part};
use crate::extract::{ExtractError, extract, personal_texts};
use crate::profile::Profile;

use mask::Mask;

/// So many made-up texts are tried where one does not read like the real one, as a day that no month has.
const TRIES_MAX: u32 = 64;

/// A capture without personal texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disguised {
    /// The capture.
    pub capture: Capture,
    /// Each text that was replaced, by its field, with the number of places.
    pub replaced: Vec<(String, usize)>,
    /// The names of parts that were left out: names in a file such as a PDF cannot be replaced.
    pub left_out: Vec<String>,
}

/// Why a capture cannot be disguised.
#[derive(Debug, thiserror::Error)]
pub enum DisguiseError {
    /// The capture is no document as it is.
    #[error(transparent)]
    Unread(#[from] ExtractError),
    /// A part is in an encoding in which nothing can be searched.
    #[error("part `{part}` is not UTF-8")]
    NotUtf8 {
        /// The part's name.
        part: String,
    },
    /// The disguised pages do not read like the real ones.
    #[error("with its personal texts replaced the page reads otherwise: {what}")]
    ReadsOtherwise {
        /// What is not the same.
        what: String,
    },
    /// A text is still there.
    #[error("the text of `{field}` is still in part `{part}`")]
    Left {
        /// The field.
        field: String,
        /// The part's name.
        part: String,
    },
}

/// Replaces the personal texts of a document's pages. Pure: the same capture and profile give the same pages.
///
/// # Errors
/// Where that cannot be done so that everything else reads as before and none of the texts is left.
pub fn disguise(profile: &Profile, capture: &Capture) -> Result<Disguised, DisguiseError> {
    extract(profile, capture)?;
    let texts = personal_texts(profile, capture);
    let kind = capture.id.kind();
    let fields = profile.fields.iter().chain(profile.groups.iter().flat_map(|group| &group.fields));
    if !fields.clone().any(|rule| rule.personal && rule.kinds.allows(kind)) {
        return Ok(Disguised { capture: capture.clone(), replaced: Vec::new(), left_out: Vec::new() });
    }
    let (parts, others): (Vec<&Part>, Vec<&Part>) = capture.parts.iter().partition(|part| is_text(part));
    // A file that is left out is missing from both.
    let kept = Capture { parts: parts.iter().copied().cloned().collect(), ..capture.clone() };
    let original =
        extract(profile, &kept).map_err(|error| DisguiseError::ReadsOtherwise { what: error.to_string() })?;
    let sources: Vec<(&Part, &str)> = parts
        .into_iter()
        .map(|part| {
            let source = std::str::from_utf8(&part.bytes);
            source
                .map(|source| (part, source))
                .map_err(|_| DisguiseError::NotUtf8 { part: part.name.clone() })
        })
        .collect::<Result<_, _>>()?;
    let mut last = None;
    for number in 0..TRIES_MAX {
        let mask = Mask::of(&texts, &format!("{} {number}", capture.id));
        let (disguised, counts) = cover(capture, &sources, &mask);
        let checked = mask.check(&disguised).and_then(|()| {
            let found = extract(profile, &disguised)
                .map_err(|error| DisguiseError::ReadsOtherwise { what: error.to_string() })?;
            same::check(profile, &mask, &original, &found)
        });
        match checked {
            Ok(()) => {
                let replaced = texts.iter().map(|text| text.field.clone()).zip(counts);
                let replaced = replaced.filter(|(_, count)| *count > 0).collect();
                let left_out = others.iter().map(|part| part.name.clone()).collect();
                return Ok(Disguised { capture: disguised, replaced, left_out });
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or(DisguiseError::ReadsOtherwise { what: "nothing was tried".to_owned() }))
}

/// The capture with every text covered, and how often each was.
fn cover(capture: &Capture, sources: &[(&Part, &str)], mask: &Mask) -> (Capture, Vec<usize>) {
    let mut counts = mask.counts();
    let parts = sources.iter().map(|(part, source)| Part {
        bytes: mask.apply(source, &mut counts).into_bytes().into(),
        url: mask.apply(&part.url, &mut mask.counts()),
        ..(*part).clone()
    });
    let parts = parts.collect();
    (Capture { parts, trace: Vec::new(), ..capture.clone() }, counts)
}

fn is_text(part: &Part) -> bool {
    let essence = part.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.starts_with("text/") || essence.ends_with("json") || essence.ends_with("xml")
}

#[cfg(test)]
mod tests;
