//! Shows words of a portal in one line of a terminal: whatever would break the line, hide in it or command the terminal is
//! written out.

/// A text in one line.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\'' | '"' | '\\' => shown.push(letter),
            _ => shown.extend(letter.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portals_text_stays_in_its_line() {
        let check = |text, expected| assert_eq!(one_line(text), expected);
        check("none of `css:a[b='c']`", "none of `css:a[b='c']`");
        check("ΑΔΑ\n\tά\u{202e}\u{1b}[31m\u{9b}2J", "ΑΔΑ\\n\\tά\\u{202e}\\u{1b}[31m\\u{9b}2J");
    }
}
