//! `anafora ids`: what a text names, what was repaired, what was refused and why.

use std::io::{Read as _, Write as _};
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::scheme::Mention;

use super::Exit;
use super::arguments::{Ids, IdsFormat};
use super::exit::Failure;
use super::output::Output;
use super::{plan, settings};

/// Scans the text and prints a line for every ID in it.
pub(super) fn run(verb: &Ids, config: Option<&Path>) -> Result<Exit, Failure> {
    let profile = plan::choose_profile(verb.profile.as_deref(), &settings::load(config)?, None)?;
    let text = read(verb.file.as_deref())?;
    let mut lines = Lines::new(&text);
    let mut output = Output::open(None)?;
    for mention in profile.schemes.scan(&text, &[]) {
        let (line, column) = lines.position(mention.offset);
        let shown = match verb.format {
            IdsFormat::Text => text_line(&mention, line, column),
            IdsFormat::Jsonl => json_line(&mention, line, column).to_string(),
        };
        writeln!(output, "{shown}")?;
    }
    output.finish()?;
    Ok(Exit::Closed)
}

fn read(file: Option<&Path>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let name = match file {
        None => {
            std::io::stdin().lock().read_to_end(&mut bytes)?;
            "standard input".to_owned()
        }
        Some(file) => {
            bytes = std::fs::read(file).map_err(|error| {
                let text = format!("`{}` cannot be read: {error}", file.display());
                Failure::new(Exit::Usage, text, "name a text file, or give the text on standard input")
            })?;
            file.display().to_string()
        }
    };
    String::from_utf8(bytes).map_err(|error| {
        let text = format!("{name} is not UTF-8 text: byte {} is wrong", error.utf8_error().valid_up_to());
        Failure::new(Exit::Usage, text, "convert it first, as with `iconv -f ISO-8859-7 -t UTF-8`")
    })
}

fn text_line(mention: &Mention, line: usize, column: usize) -> String {
    let written = mention.written.escape_debug();
    match &mention.found {
        Err(refusal) => format!("{line}:{column}\trefused\t{written}\t{refusal}"),
        Ok(parsed) => {
            let mut notes = Vec::new();
            if !parsed.repairs.is_empty() {
                let repairs: Vec<String> = parsed.repairs.iter().map(ToString::to_string).collect();
                notes.push(format!("repaired {} in `{written}`", repairs.join(", ")));
            }
            if let Some(doubt) = &parsed.doubt {
                notes.push(doubt.reason.clone());
                notes.extend(doubt.suggestion.iter().map(|meant| format!("perhaps {meant} is meant")));
            }
            format!("{line}:{column}\t{}\t{}\t{}", parsed.id.kind(), parsed.id, notes.join("; "))
        }
    }
}

fn json_line(mention: &Mention, line: usize, column: usize) -> Json {
    let place = json!({ "v": 1, "line": line, "column": column, "offset": mention.offset, "written": mention.written });
    let found = match &mention.found {
        Ok(parsed) => json!({
            "id": parsed.id.as_str(), "scheme": parsed.id.scheme(), "kind": parsed.id.kind(),
            "repaired": parsed.repairs, "doubt": parsed.doubt,
        }),
        Err(refusal) => json!({ "refused": refusal.to_string() }),
    };
    match (place, found) {
        (Json::Object(mut place), Json::Object(found)) => {
            place.extend(found);
            Json::Object(place)
        }
        (place, _) => place,
    }
}

/// Turns byte offsets, asked for in rising order, into lines and columns (in characters, from 1).
struct Lines<'text> {
    text: &'text str,
    offset: usize,
    line: usize,
    column: usize,
}

impl<'text> Lines<'text> {
    const fn new(text: &'text str) -> Self {
        Self { text, offset: 0, line: 1, column: 1 }
    }

    fn position(&mut self, offset: usize) -> (usize, usize) {
        for character in self.text.get(self.offset..offset).unwrap_or_default().chars() {
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset = self.offset.max(offset);
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_lines_and_characters() {
        let text = "αβγ\nδ 14PAY";
        let mut lines = Lines::new(text);
        assert_eq!(lines.position(0), (1, 1));
        assert_eq!(lines.position(text.find('1').unwrap()), (2, 3));
    }
}
