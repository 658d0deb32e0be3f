//! Holds the scan of running text to a multiple of one plain regex pass over the same text.
//!
//! `cargo bench --bench scan` ends with an error where the median of the ratios is above the limit. Scan and plain pass
//! take turns, so that a machine that slows down slows both.
#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use anafora::scheme::{Alphabet, SchemeRule, Schemes};
use anyhow::{anyhow, ensure};
use regex::Regex;

const TEXT_BYTES: usize = 10_000_000;
const PAIRS: usize = 10;
const RATIO_MAX: f64 = 4.0;

const REGISTRY_NUMBER: &str = "(?<year>[0-9]{2})(?<type>REQ|PROC|AWRD|SYMV|PAY|DIAB)(?<number>[0-9]{9})";
const DECISION: &str = "(?<head>[0-9Α-Ω]{5,11})-(?<tail>[0-9Α-Ω]{3})";

fn main() -> anyhow::Result<()> {
    let rule = |name: &str, pattern: &str, letters, kind: &str, must: &[&str]| SchemeRule {
        name: name.to_owned(),
        pattern: pattern.to_owned(),
        letters,
        kind: kind.to_owned(),
        must: must.iter().map(|must| (*must).to_owned()).collect(),
        ..SchemeRule::default()
    };
    let schemes = Schemes::new(vec![
        rule("adam", REGISTRY_NUMBER, Alphabet::Latin, "{type}", &[]),
        rule("ada", DECISION, Alphabet::Greek, "decision", &["[Α-Ω].*-"]),
    ])
    .map_err(|faults| anyhow!("{faults:?}"))?;
    let plain = Regex::new(&format!("{REGISTRY_NUMBER}|{DECISION}"))?;
    let text = greek_text();

    let mentions = schemes.scan(&text, &[]);
    let accepted = mentions.iter().filter(|mention| mention.found.is_ok()).count();
    let refused = mentions.len() - accepted;
    println!(
        "{:.1} MB: {accepted} IDs, {refused} refused; the plain pass finds {}",
        megabytes(&text),
        plain.find_iter(&text).count()
    );

    let mut pairs: Vec<(f64, Duration, Duration)> = (0..PAIRS)
        .map(|_| {
            let pass = timed(|| plain.find_iter(&text).count());
            let scan = timed(|| schemes.scan(&text, &[]).len());
            (scan.as_secs_f64() / pass.as_secs_f64(), pass, scan)
        })
        .collect();
    pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (ratio, pass, scan) in &pairs {
        println!("plain {pass:>10.2?}   scan {scan:>10.2?}   ratio {ratio:.2}");
    }
    let [.., below, above, _, _, _, _] = pairs.as_slice() else { return Err(anyhow!("too few pairs")) };
    let median = f64::midpoint(below.0, above.0);
    println!("median ratio {median:.2}, at most {RATIO_MAX}");
    ensure!(median <= RATIO_MAX, "the scan takes {median:.2} times the plain pass, more than {RATIO_MAX}");
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begin = Instant::now();
    black_box(work());
    begin.elapsed()
}

#[expect(clippy::cast_precision_loss, reason = "a size that is only shown")]
fn megabytes(text: &str) -> f64 {
    text.len() as f64 / 1e6
}

const WORDS: &[&str] = &[
    "και",
    "του",
    "της",
    "για",
    "την",
    "με",
    "από",
    "στο",
    "προμήθεια",
    "υπηρεσιών",
    "καθαριότητας",
    "Δήμος",
    "Αθηναίων",
    "απόφαση",
    "έγκριση",
    "ΑΠΟΦΑΣΗ",
    "ΕΛΛΗΝΙΚΗ",
    "ΔΗΜΟΚΡΑΤΙΑ",
    "δαπάνης",
    "ποσού",
    "€",
    "1.234.567,89",
    "12/03/2014",
    "ΦΠΑ",
    "24%",
    "αριθ.",
    "πρωτ.",
    "σύμβαση-πλαίσιο",
    "4412/2016",
    "άρθρο",
    "φορέας",
    "αναθέτουσα",
    "αρχή,",
    "διακήρυξη",
    "ΔΙΑΚΗΡΥΞΗ",
    "τηλ.",
    "210-1234567",
    "κοινωνικο-οικονομικής",
    "παραλαβή",
    "ΕΣΠΑ",
    "2014-2020",
    "CPV",
    "33600000-6",
    "τιμολόγιο",
    "εκκαθάριση",
    "ανάδοχος",
    "Αναρτήθηκε",
    "ΚΗΜΔΗΣ:",
    "ΑΔΑ:",
    "ημέρες.",
];

/// How IDs are written, `#` a digit and `@` a Greek capital: mostly well, sometimes not.
const SPELLINGS: &[&str] = &[
    "14PAY#########",
    "15REQ#########",
    "16SYMV#########",
    "17AWRD#########",
    "18PROC#########",
    "14ΡΑΥ#########",
    "25ΑWRD #########",
    "22REQ######",
    "23SYMV##########",
    "19pay#########*",
    "@@#@#####@-#@@",
    "@@#@#####@-@#@",
    "@@#@@@@-@@#",
    "@#@@-#@#",
    "BE#@#####T-#NK",
    "@@#@#####@–#@@",
    "@@#@#####@ - @@#",
    "@@#@\n####@-@#@",
];

/// Ten megabytes of what a registry's documents sound like; the same each time.
fn greek_text() -> String {
    let mut random = Random(0x5eed);
    let mut text = String::with_capacity(TEXT_BYTES + 1_000);
    while text.len() < TEXT_BYTES {
        for index in 0..random.below(60) + 20 {
            text.push_str(random.pick(WORDS));
            text.push(if index % 12 == 11 { '\n' } else { ' ' });
        }
        for sign in random.pick(SPELLINGS).chars() {
            text.push(match sign {
                '#' => random.letter('0', 10),
                '@' => random.letter('Α', 17),
                other => other,
            });
        }
        text.push_str(". ");
    }
    text
}

/// Numbers that look random and are the same each time (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 16) % u64::from(limit)).unwrap_or(0)
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let limit = u32::try_from(choices.len()).unwrap_or(1);
        choices.iter().copied().cycle().nth(self.below(limit) as usize).unwrap_or_default()
    }

    fn letter(&mut self, first: char, count: u32) -> char {
        char::from_u32(u32::from(first) + self.below(count)).unwrap_or(first)
    }
}
