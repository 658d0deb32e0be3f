//! The small notations inside a profile's texts: selectors, templates, durations, sizes, patterns, formats.

use std::time::Duration;

use regex::Regex;

use super::fault::did_you_mean;
use super::flow::{KEY_NAMES, Selector, Template};
use super::meant;
use super::model::{DateFormat, Place};
use super::reader::Mistake;
use crate::domain::Coverage;
use crate::json::Pointer;

type Read<T> = Result<T, Mistake>;

/// What selectors can begin with.
pub(super) const PREFIXES: [&str; 5] = ["css", "text", "label", "title", "xpath"];
/// Between an element and what is inside its shadow root or frame.
pub(super) const ENTERS: &str = ">>>";

/// A selector with its prefix, for something that is acted on or read.
pub(super) fn element(text: &str) -> Read<Selector> {
    match selector(text)? {
        Selector::Title(_) => Err(Mistake::new(
            "`title:` names no element of the page",
            "use `css:`, `text:` or `label:` here; `title:` is for waits and markers",
        )),
        element => Ok(element),
    }
}

/// A selector with its prefix, for something that is looked for.
///
/// ` >>> ` enters the shadow root or the frame of the element before it; what stands behind the last one may have a
/// prefix of its own.
pub(super) fn selector(text: &str) -> Read<Selector> {
    let mut pieces: Vec<&str> = text.split(ENTERS).map(str::trim).collect();
    let (Some(target), false) = (pieces.pop(), pieces.is_empty()) else { return plain(text) };
    let has_prefix =
        |piece: &str| piece.split_once(':').is_some_and(|(prefix, _)| PREFIXES.contains(&prefix));
    let piece = |piece: &str| if has_prefix(piece) { element(piece) } else { css(piece).map(Selector::Css) };
    let mut hosts = Vec::new();
    for (index, host) in pieces.into_iter().enumerate() {
        // A hint at how to begin keeps what follows.
        let first = || if host.contains(':') { plain(host) } else { Err(without_prefix(text)) };
        match if index == 0 { first() } else { piece(host) }? {
            Selector::Css(host) => hosts.push(host),
            other => {
                let message = format!("`{other}` cannot be entered by `{ENTERS}`");
                return Err(Mistake::new(message, "what holds a shadow root or a frame is named by `css:`"));
            }
        }
    }
    let target = piece(target)?;
    Ok(Selector::Inside(hosts, Box::new(target)))
}

fn plain(text: &str) -> Read<Selector> {
    let Some((prefix, rest)) = text.split_once(':') else {
        return Err(without_prefix(text));
    };
    let rest = rest.trim();
    if PREFIXES.contains(&prefix) && rest.is_empty() {
        return Err(Mistake::new(format!("`{prefix}:` is empty"), "say what to look for after the colon"));
    }
    match prefix {
        "css" => css(rest).map(Selector::Css),
        "text" => Ok(Selector::Text(rest.to_owned())),
        "label" => Ok(Selector::Label(rest.to_owned())),
        "title" => Ok(Selector::Title(rest.to_owned())),
        "xpath" => Ok(Selector::Xpath(rest.to_owned())),
        other => {
            let hint = match did_you_mean(other, PREFIXES) {
                near if near.starts_with("did") => near,
                _ => meant::with_prefix(text),
            };
            Err(Mistake::new(format!("`{other}:` is no prefix of a selector"), hint))
        }
    }
}

fn without_prefix(text: &str) -> Mistake {
    Mistake::new(format!("the selector `{text}` has no prefix"), meant::with_prefix(text))
}

/// A CSS selector without prefix.
pub(super) fn css(text: &str) -> Read<String> {
    if let Some(rest) = text.strip_prefix("css:") {
        return Err(Mistake::new(
            "the key says `css` already",
            format!("leave the prefix out: `{}`", rest.trim()),
        ));
    }
    scraper::Selector::parse(text).map(|_| text.to_owned()).map_err(|error| {
        let reason = error.to_string().to_lowercase();
        // The parser's word for what it has no word for.
        let reason = if reason.contains("report this") { "it cannot be read".to_owned() } else { reason };
        Mistake::new(format!("`{text}` is no CSS selector: {reason}"), meant::of_css(text))
    })
}

/// A CSS selector without prefix, which may enter shadow roots by ` >>> `.
pub(super) fn css_path(text: &str) -> Read<String> {
    // Said of the whole path: a hint at its first segment alone would drop the others.
    if text.contains("css:") {
        return css(&format!("css:{}", text.replace("css:", "").trim()));
    }
    let segments: Read<Vec<_>> = text.split(ENTERS).map(|segment| css(segment.trim())).collect();
    Ok(segments?.join(" >>> "))
}

/// The CSS path that a selector is; `None` where it, or the last of its segments, is of another kind.
pub(super) fn path_of(selector: &Selector) -> Option<String> {
    match selector {
        Selector::Css(css) => Some(css.clone()),
        Selector::Inside(hosts, inner) => match &**inner {
            Selector::Css(css) => Some(format!("{} >>> {css}", hosts.join(" >>> "))),
            _ => None,
        },
        _ => None,
    }
}

/// A CSS selector where a prefixed one is written, but no other kind can be used.
pub(super) fn prefixed_css(text: &str) -> Read<String> {
    let selector = selector(text)?;
    match (path_of(&selector), selector) {
        (Some(css), _) => Ok(css),
        (None, other) => {
            Err(Mistake::new(format!("`{other}` cannot be used here"), "only a `css:` selector can"))
        }
    }
}

/// A JSON pointer without prefix.
pub(super) fn pointer(text: &str) -> Read<Pointer> {
    if let Some(rest) = text.strip_prefix("pointer:") {
        let hint = format!("leave the prefix out: `{}`", rest.trim());
        return Err(Mistake::new("the key says `pointer` already", hint));
    }
    Pointer::parse(text).map_err(|error| {
        let hint = "write it as in `/content/0/title`, with `*` for every element of a list";
        Mistake::new(format!("`{text}` is no JSON pointer: {error}"), hint)
    })
}

/// The rows of a group.
pub(super) fn rows(text: &str) -> Read<Place> {
    match text.strip_prefix("pointer:") {
        Some(rest) => pointer(rest.trim()).map(Place::Pointer),
        None => prefixed_css(text).map(Place::Css),
    }
}

/// A text that stands on a page, without prefix.
pub(super) fn heading(text: &str) -> Read<String> {
    match text.trim() {
        "" => Err(Mistake::new("the text is empty", "write it as it stands on the page")),
        text if text.starts_with("label:") => {
            Err(Mistake::new("the key says `label` already", "leave the prefix `label:` out"))
        }
        text => Ok(text.to_owned()),
    }
}

/// A name that is shown or referred to.
pub(super) fn name(text: &str) -> Read<String> {
    if text.trim().is_empty() {
        return Err(Mistake::new("the name is empty", "give it a name"));
    }
    Ok(text.to_owned())
}

/// A text with `{variables}`, and which ones.
pub(super) fn template(text: &str) -> Read<(Template, Vec<String>)> {
    let mut variables = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((variable, beyond)) = after.split_once('}') else {
            return Err(Mistake::new(format!("`{{{after}` is not closed"), "write a variable as `{id}`"));
        };
        if before.contains('}') || variable.contains('{') {
            break;
        }
        variables.push(variable.to_owned());
        rest = beyond;
    }
    if rest.contains(['{', '}']) {
        return Err(Mistake::new(
            format!("the braces in `{text}` do not match"),
            "write a variable as `{id}`",
        ));
    }
    Ok((Template(text.to_owned()), variables))
}

/// A duration, as in `250ms`, `20s`, `2m` or `1h`.
pub(super) fn duration(text: &str) -> Read<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit_ms = match unit.trim() {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    unit_ms
        .zip(number.parse::<u64>().ok())
        .and_then(|(unit_ms, number)| number.checked_mul(unit_ms))
        .map(Duration::from_millis)
        .ok_or_else(|| {
            Mistake::new(
                format!("`{text}` is no duration"),
                "write a whole number and `ms`, `s`, `m` or `h`, as in `250ms` or `20s`",
            )
        })
}

/// A duration that is not zero.
pub(super) fn deadline(text: &str) -> Read<Duration> {
    match duration(text)? {
        Duration::ZERO => {
            Err(Mistake::new("a deadline of zero is always missed", "give it some time, as in `20s`"))
        }
        deadline => Ok(deadline),
    }
}

/// A size in bytes, as in `16MiB`.
pub(super) fn byte_count(text: &str) -> Read<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit_bytes = match unit.trim() {
        "B" => Some(1),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    unit_bytes
        .zip(number.parse::<u64>().ok())
        .and_then(|(unit_bytes, number)| number.checked_mul(unit_bytes))
        .ok_or_else(|| {
            let hint = "write a whole number and `B`, `KiB`, `MiB` or `GiB`, as in `16MiB`";
            Mistake::new(format!("`{text}` is no size"), hint)
        })
}

/// A regular expression with the group `value`.
pub(super) fn value_pattern(text: &str) -> Read<Regex> {
    let pattern = regular_expression(text)?;
    if pattern.capture_names().flatten().any(|name| name == "value") {
        return Ok(pattern);
    }
    Err(Mistake::new(
        "the pattern has no group `value`",
        "mark what is the field, as in `No (?<value>[0-9]+)`",
    ))
}

/// A regular expression whose named groups are variables.
pub(super) fn take_pattern(text: &str) -> Read<Regex> {
    let pattern = regular_expression(text)?;
    if pattern.capture_names().flatten().next().is_some() {
        return Ok(pattern);
    }
    Err(Mistake::new(
        "the pattern has no named group",
        "name what later steps use, as in `show\\((?<number>[0-9]+)\\)`",
    ))
}

fn regular_expression(text: &str) -> Read<Regex> {
    Regex::new(text).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Mistake::new(
            format!("the pattern is no regular expression: {reason}"),
            "the syntax is that of the Rust crate `regex`, which has no look-around and no back-references",
        )
    })
}

/// How a day is written.
pub(super) fn date_format(text: &str) -> Read<DateFormat> {
    let mut words: Vec<&str> = text.split(|letter: char| !letter.is_alphabetic()).collect();
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    match words.as_slice() {
        ["d" | "dd", "m" | "mm" | "mmm", "yy" | "yyyy"] => Ok(DateFormat::numeric(text)),
        _ if text != text.to_lowercase() && date_format(&text.to_lowercase()).is_ok() => {
            let hint = format!("formats are written in small letters: `{}`", text.to_lowercase());
            Err(Mistake::new(format!("`{text}` is no date format"), hint))
        }
        _ => Err(Mistake::new(
            format!("`{text}` is no date format"),
            "write day, month and year once each, as in `dd/mm/yyyy`, `d.m.yyyy`, `yyyy-mm-dd` or `d mmm yyyy`",
        )),
    }
}

/// A media type without parameters, as in `application/pdf`.
pub(super) fn media_type(text: &str) -> Read<String> {
    let is_word = |word: &str| {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "!#$&^_.+-".contains(letter);
        !word.is_empty() && word.chars().all(is_plain)
    };
    match text.split_once('/') {
        Some((kind, sort)) if is_word(kind) && is_word(sort) => Ok(text.to_ascii_lowercase()),
        _ => Err(Mistake::new(format!("`{text}` is no media type"), "write it as in `application/pdf`")),
    }
}

/// One character.
pub(super) fn mark(text: &str) -> Read<char> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(mark), None) => Ok(mark),
        _ => Err(Mistake::new(format!("`{text}` is not one character"), "write exactly one, as in `,`")),
    }
}

/// The code of a currency.
pub(super) fn currency_code(text: &str) -> Read<String> {
    if text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    Err(Mistake::new(
        format!("`{text}` is no currency code"),
        "write the three letters of ISO 4217, as in `EUR`",
    ))
}

/// The name of a key, as WebDriver and the DOM call it, or one character.
pub(super) fn key_name(text: &str) -> Read<String> {
    if KEY_NAMES.contains(&text) || text.chars().count() == 1 {
        return Ok(text.to_owned());
    }
    Err(Mistake::new(format!("`{text}` is no key"), did_you_mean(text, KEY_NAMES)))
}

/// A web address.
pub(super) fn address(text: &str) -> Read<url::Url> {
    let hint = "write it whole, as in `https://portal.example`";
    let address = url::Url::parse(text)
        .map_err(|error| Mistake::new(format!("`{text}` is no address: {error}"), hint))?;
    if matches!(address.scheme(), "http" | "https") && address.has_host() {
        return Ok(address);
    }
    Err(Mistake::new(format!("`{text}` is no address of the web"), hint))
}

/// A number of documents that a drift alarm can look back at.
pub(super) fn drift_count(number: u32) -> Read<usize> {
    let documents_max = Coverage::RECENT_MAX;
    let number = at_least_one(number)? as usize;
    if number > documents_max {
        let hint = format!("write {documents_max} or less");
        return Err(Mistake::new(format!("only the last {documents_max} documents are remembered"), hint));
    }
    Ok(number)
}

/// A whole number of which zero makes no sense.
pub(super) fn at_least_one(number: u32) -> Read<u32> {
    if number == 0 { Err(Mistake::new("0 is too few", "write 1 or more")) } else { Ok(number) }
}
