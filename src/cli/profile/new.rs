//! `anafora profile new`: writes a starting profile from the address of a search page and an example ID.

use std::io::{BufRead, IsTerminal as _, Write};

use clap::Args;

use crate::draft::{DraftError, ExampleId, SearchAddress, starting_profile};

use super::drafted::{Naming, Place, next_command};
use crate::cli::Exit;
use crate::cli::exit::Failure;
use crate::cli::output::tell;

/// How often a question is asked before the answer is given up.
const QUESTIONS_MAX: usize = 3;

#[derive(Debug, Args)]
pub(in crate::cli) struct New {
    /// The address of the portal's search page; asked for on a terminal
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    /// The ID of a document that is there; asked for on a terminal
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    naming: Naming,
}

/// Asks for what was not given, and writes the profile.
pub(super) fn run(verb: &New) -> Result<Exit, Failure> {
    let address = given_or_asked(
        verb.address.as_deref(),
        "--address",
        "address of the search page: ",
        SearchAddress::read,
    )?;
    let example =
        given_or_asked(verb.id.as_deref(), "--id", "ID of a document that is there: ", ExampleId::read)?;
    let name = verb.naming.name.clone().unwrap_or_else(|| address.name());
    let place = Place::of(verb.naming.out.as_deref(), &name)?;
    let command = next_command(&place, example.text());
    place.write(&name, &starting_profile(&name, &address, &example, &command))?;
    tell(&format!("hint: edit what is marked EDIT in it; then `{command}`"));
    Ok(Exit::Closed)
}

fn given_or_asked<T>(
    given: Option<&str>,
    flag: &str,
    question: &str,
    read: fn(&str) -> Result<T, DraftError>,
) -> Result<T, Failure> {
    if let Some(given) = given {
        return Ok(read(given)?);
    }
    let input = std::io::stdin();
    if !input.is_terminal() {
        let hint =
            "give both: `anafora profile new --address URL --id ID`; they are asked for on a terminal alone";
        return Err(Failure::new(Exit::Usage, format!("`{flag}` is missing"), hint));
    }
    asked(&mut input.lock(), &mut std::io::stderr(), question, read)
}

/// Asks until the answer makes sense, or too often.
fn asked<T>(
    input: &mut impl BufRead,
    output: &mut impl Write,
    question: &str,
    read: fn(&str) -> Result<T, DraftError>,
) -> Result<T, Failure> {
    let mut asked = 0;
    loop {
        write!(output, "{question}")?;
        output.flush()?;
        let mut answer = String::new();
        let is_over = input.read_line(&mut answer)? == 0;
        asked += 1;
        match read(&answer) {
            Ok(answer) => return Ok(answer),
            Err(error) if is_over || asked == QUESTIONS_MAX => return Err(error.into()),
            Err(error) => writeln!(output, "{error}")?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_asked_again_until_the_answer_makes_sense() {
        let ask = |answers: &str| {
            let mut said = Vec::new();
            let answer = asked(&mut answers.as_bytes(), &mut said, "ID? ", ExampleId::read);
            (
                answer.map(|id| id.text().to_owned()).map_err(|failure| failure.exit),
                String::from_utf8(said).unwrap(),
            )
        };
        let (answer, said) = ask("\n A-1 \n");
        assert_eq!(answer, Ok("A-1".to_owned()));
        assert_eq!(said, "ID? `` cannot be an ID: there is no letter and no digit in it\nID? ");
        assert_eq!(ask("").0, Err(Exit::Id));
        assert_eq!(ask("\n\n\nA-1\n").0, Err(Exit::Id));
    }
}
