//! Writes texts as TOML reads them back, whatever they hold.

/// A text as a TOML string: a literal one where that spares backslashes.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = !text.contains('\'') && !text.chars().any(is_control);
    if is_plain && text.contains(['"', '\\']) {
        return format!("'{text}'");
    }
    basic(text)
}

/// A text as a key: bare where it can be.
pub(super) fn key(text: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if !text.is_empty() && text.chars().all(is_bare) { text.to_owned() } else { basic(text) }
}

/// One text, or a list of several.
pub(super) fn texts(texts: &[String]) -> String {
    match texts {
        [only] => quoted(only),
        several => format!("[{}]", several.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
    }
}

/// A text inside a comment: on one line, and nothing in it that commands a terminal.
pub(super) fn remark(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut said, letter| {
        if is_control(letter) || is_unseen(letter) {
            said.extend(letter.escape_unicode());
        } else {
            said.push(letter);
        }
        said
    })
}

fn basic(text: &str) -> String {
    let mut written = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            letter if is_control(letter) || is_unseen(letter) => {
                written.extend(format!("\\U{:08X}", u32::from(letter)).chars());
            }
            letter => written.push(letter),
        }
    }
    written.push('"');
    written
}

fn is_control(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Marks that turn the direction of what is shown, so that a reader would see something else than what is written.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(toml: &str) -> String {
        let table: toml::Table = toml.parse().unwrap();
        table.values().next().unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn a_text_is_written_the_way_that_needs_the_fewest_marks() {
        for (text, written) in [
            ("css:a", r#""css:a""#),
            (r#"css:[id="a:b"]"#, r#"'css:[id="a:b"]'"#),
            (r"\d'", r#""\\d'""#),
            ("a\nb", r#""a\nb""#),
            ("a\u{202e}b", r#""a\U0000202Eb""#),
        ] {
            assert_eq!(quoted(text), written);
        }
        assert_eq!(remark("a\n\u{202e}b"), "a\\u{a}\\u{202e}b");
        assert_eq!((key("PAY"), key("ΑΔΑ"), key("")), ("PAY".into(), "\"ΑΔΑ\"".into(), "\"\"".into()));
    }

    proptest! {
        #[test]
        fn toml_reads_back_what_was_written(text in any::<String>()) {
            prop_assert_eq!(read(&format!("x = {}", quoted(&text))), text.clone());
            let table: toml::Table = format!("{} = 1", key(&text)).parse().unwrap();
            prop_assert_eq!(table.keys().next().unwrap(), &text);
            let commented = format!("# {}\nx = \"y\"", remark(&text));
            prop_assert_eq!(read(&commented), "y");
        }
    }
}
