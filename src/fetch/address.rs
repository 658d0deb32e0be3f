//! How a variable's text stands in an address: a profile's or a document's own text ends nothing of it.

/// Stands for what would be read as the address's own in a query.
const fn escaped(letter: char) -> Option<&'static str> {
    match letter {
        '&' => Some("%26"),
        '+' => Some("%2B"),
        '%' => Some("%25"),
        _ => None,
    }
}

/// The text as it is written behind what stands before it. An address that begins with it is all the variable's own; in a
/// path only `#` is no part of it, and in a query neither is what separates or means something else there. What is
/// escaped already stays, and so does everything that addresses are escaped for anyway.
pub(super) fn placed(text: &str, before: &str) -> String {
    if before.is_empty() {
        return text.to_owned();
    }
    let is_query = before.contains('?');
    let mut placed = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        let is_escape = || {
            let digits = text.get(at + 1..at + 3);
            letter == '%'
                && digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        };
        match escaped(letter) {
            _ if letter == '#' => placed.push_str("%23"),
            Some(escaped) if is_query && !is_escape() => placed.push_str(escaped),
            _ => placed.push(letter),
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_ends_nothing_of_the_address_around_it() {
        for (before, text, expected) in [
            ("/q?reg=", "Tenders & Co #1 50%+é", "Tenders %26 Co %231 50%25%2Bé"),
            ("/q?reg=", "already%20%C3%A9 and 100%", "already%20%C3%A9 and 100%25"),
            ("/q?reg=", "%4", "%254"),
            ("/q?reg=", "%é", "%25é"),
            ("/q?reg=", "a=b/c?d;e", "a=b/c?d;e"),
            ("/acts/", "A&B+C 50% #1", "A&B+C 50% %231"),
            ("/acts/", "2024/A/1", "2024/A/1"),
            ("/acts/x?a=1&b=", "2024/A/1", "2024/A/1"),
            ("#/search?q=", "A&B", "A%26B"),
            ("", "https://portal.invalid/act?n=1&m=2#top", "https://portal.invalid/act?n=1&m=2#top"),
        ] {
            assert_eq!(placed(text, before), expected, "{before} {text}");
        }
    }
}
