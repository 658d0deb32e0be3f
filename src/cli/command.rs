//! Writes paths as a shell reads them, so that a command in a hint works when it is pasted.

use std::path::Path;

/// A path as one word of a command line.
pub(super) fn word(path: &Path) -> String {
    let path = path.display().to_string();
    // A word that begins with a dash is a flag.
    let path = if path.starts_with('-') { format!("./{path}") } else { path };
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+:@%=,".contains(letter);
    if !path.is_empty() && path.chars().all(is_plain) {
        return path;
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// The command `anafora VERB --data DIR`, as it is typed.
pub(super) fn on_store(verb: &str, store: &Path) -> String {
    format!("`anafora {verb} --data {}`", word(store))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_however_it_is_written() {
        for (path, expected) in [
            ("store", "store"),
            ("/var/lib/anafora/2026-11", "/var/lib/anafora/2026-11"),
            ("αρχείο", "αρχείο"),
            ("my store", "'my store'"),
            ("~store", "'~store'"),
            ("$(reboot)", "'$(reboot)'"),
            ("the portal's", r"'the portal'\''s'"),
            ("-store", "./-store"),
            ("", "''"),
        ] {
            assert_eq!(word(Path::new(path)), expected);
        }
    }

    #[test]
    fn a_shell_reads_every_word_back() {
        for path in ["my store", "a'b", "*", "`true`", "new\nline", "back\\slash", "!1", "a\"b", "#x"] {
            let script = format!("printf %s {}", word(Path::new(path)));
            let read = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap();
            assert_eq!(String::from_utf8(read.stdout).unwrap(), path);
        }
    }
}
