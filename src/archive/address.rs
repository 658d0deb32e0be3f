//! The addresses under which an archive shows captures: navigable, ASCII, and never taken for the portal's own.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::Capture;

/// What RFC 3986 calls unreserved stands for itself.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The address of a capture, `https://<profile>.invalid/<kind>/<ID>`; its first part is shown there.
pub(super) fn of_capture(profile: &str, capture: &Capture) -> String {
    let label: String = profile
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .collect();
    let label = label.trim_matches('-');
    let host = if label.is_empty() { "portal" } else { label };
    let kind = utf8_percent_encode(capture.id.kind(), RESERVED);
    let id = utf8_percent_encode(capture.id.as_str(), RESERVED);
    format!("https://{host}.invalid/{kind}/{id}")
}

/// The address of each part: that of the capture for the first, one below it for every other.
pub(super) fn of_parts(address: &str, capture: &Capture) -> Vec<String> {
    let below = |name: &str| format!("{address}/{}", utf8_percent_encode(name, RESERVED));
    let of_part = |(index, part): (usize, &crate::domain::Part)| match index {
        0 => address.to_owned(),
        _ => below(&part.name),
    };
    capture.parts.iter().enumerate().map(of_part).collect()
}

/// Where the untouched bytes of the part shown at an address are.
pub(super) fn of_raw_part(address: &str) -> String {
    format!("urn:anafora:raw:{address}")
}

/// Where the description of the capture shown at an address is.
pub(super) fn of_description(address: &str) -> String {
    format!("urn:pageinfo:{address}")
}

/// The address of the capture whose description is at this URI.
pub(super) fn described(uri: &str) -> Option<&str> {
    uri.strip_prefix("urn:pageinfo:")
}
