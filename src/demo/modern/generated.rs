//! Records of the modern demo portal beyond the hand-written ones: families that a crawl reaches, and neighbours that
//! only fill the lists.
//!
//! Values begin as plain integers. Two formatters that know nothing of each other write them: one as the portal shows
//! them, one as the truth.

use sha2::{Digest as _, Sha256};

use super::handwritten::HUB_ID;
use super::record::Record;

/// A contract, its call for tenders and its decision.
const FAMILY: usize = 3;
/// How many records fill the lists beside those that can be reached: one shelf of tenders is far longer than the others.
const TENDERS_BESIDE: u64 = 230;
const OTHERS_BESIDE: u64 = 12;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const TITLES: [&str; 6] = [
    "Maintenance of footpaths",
    "Road signs",
    "Repair of quay walls",
    "Snow clearing",
    "Cleaning of gullies",
    "Benches for the promenade",
];
const AUTHORITIES: [(&str, &str); 3] = [
    ("Port of Fabelhaven", "NM 000 027"),
    ("Ostermark County Council", "NM 000 031"),
    ("Board of Lighthouses", "NM 000 044"),
];
const GOODS: [(&str, &str); 3] = [
    ("45233141-9", "Road-maintenance works"),
    ("34992200-9", "Road signs"),
    ("90620000-9", "Snow-clearing services"),
];
const SUPPLIERS: [(&str, &str); 2] =
    [("Placeholder Works Ltd", "900000034"), ("Nowhere & Daughters Ltd", "900000042")];

/// Makes `count` records; the hub gets an entry for each contract among them.
pub(super) fn families(count: usize, seed: u64, hub: &mut Record) -> Vec<Record> {
    let mut made: Vec<Record> = Vec::with_capacity(count);
    for number in 1.. {
        let room = count.saturating_sub(made.len());
        if room == 0 {
            break;
        }
        let family = family(number, seed, room);
        if let Some(contract) = family.first() {
            *hub = hub.clone().lists_contract((&contract.id, &contract.id));
        }
        made.extend(family);
    }
    made
}

/// What stands in the lists beside the records that can be reached.
pub(super) fn neighbours(seed: u64) -> Vec<Record> {
    let tenders = (0..TENDERS_BESIDE).map(|number| format!("T-2024-{:05}", 500 + 2 * number));
    let others = (0..OTHERS_BESIDE).flat_map(|number| {
        [
            format!("T-2024-{:05}", 7_900 + 7 * number),
            format!("D/{}/2024", 801 + number),
            format!("C2024-{:04}/1", 5_001 + 3 * number),
        ]
    });
    let ids = tenders.chain(others);
    ids.map(|id| Draw { seed, id: id.clone() }.record().text("There is no more to say.", &[])).collect()
}

/// A contract, its call for tenders and its decision, as far as there is room.
fn family(number: u64, seed: u64, room: usize) -> Vec<Record> {
    let ids = [
        format!("C2024-{:04}/1", 100 + number),
        format!("T-2024-{:05}", 7_000 + 11 * number),
        format!("D/{}/2024", 100 + number),
    ];
    let [contract, tender, decision] = &ids;
    let mut records = Vec::new();
    for id in ids.iter().take(room.min(FAMILY)) {
        let draw = Draw { seed, id: id.clone() };
        let record = draw.record();
        records.push(match id {
            id if id == contract => {
                let record = draw.contract(record).names("decision", (HUB_ID, HUB_ID));
                match room {
                    1 => record.text("Awarded without a call for tenders.", &[]),
                    _ => record.text(&format!("Called for by {tender}."), &[tender.as_str()]),
                }
            }
            id if id == tender => match room {
                2 => draw.tender(record).names_none("decision", "none"),
                _ => draw.tender(record).names("decision", (decision, decision)),
            }
            .text("Tenders may be handed in at the counter.", &[]),
            _ => draw
                .decision(record)
                .names("tender", (tender, tender))
                .lists_contract((contract, contract))
                .text("So decided.", &[]),
        });
    }
    records
}

/// What chance says about one record: the same in every run.
struct Draw {
    seed: u64,
    id: String,
}

impl Draw {
    fn below(&self, what: &str, limit: u64) -> u64 {
        let digest = Sha256::digest(format!("{} {} {what}", self.seed, self.id));
        let first = digest.first_chunk::<8>().copied().unwrap_or_default();
        u64::from_be_bytes(first) % limit.max(1)
    }

    fn one_of<'c, T>(&self, what: &str, choices: &'c [T]) -> Option<&'c T> {
        let place = usize::try_from(self.below(what, choices.len() as u64)).unwrap_or_default();
        choices.get(place)
    }

    /// What every record has.
    fn record(&self) -> Record {
        let title = self.one_of("title", &TITLES).copied().unwrap_or_default();
        let (authority, number) = self.one_of("authority", &AUTHORITIES).copied().unwrap_or_default();
        let (shown, truth) = self.day("published");
        let lot = 1 + self.below("lot", 40);
        Record::new(&self.id, &format!("{title}, lot {lot}"))
            .authority(authority, (number, number))
            .published((&shown, &truth))
    }

    fn tender(&self, record: Record) -> Record {
        let (shown, truth) = self.day("deadline");
        self.money(record.deadline((&shown, &truth)).procedure("Open"))
    }

    fn decision(&self, record: Record) -> Record {
        let (shown, truth) = self.day("decided");
        record.decided((&shown, &truth))
    }

    fn contract(&self, record: Record) -> Record {
        let (supplier, number) = self.one_of("supplier", &SUPPLIERS).copied().unwrap_or_default();
        let (shown, truth) = self.day("signed");
        let days = 1 + self.below("duration", 2_000);
        let id = self.id.clone();
        self.money(record.supplier(supplier, (number, number)).signed((&shown, &truth)))
            .duration_days(&grouped(days), i64::try_from(days).unwrap_or_default())
            .version("1", (&id, &id), &shown)
            .attachment("Contract.pdf", ("96 KB", 96))
    }

    fn money(&self, record: Record) -> Record {
        let (sign, currency) =
            *self.one_of("currency", &[("£", "GBP"), ("€", "EUR")]).unwrap_or(&("£", "GBP"));
        let cents = 1 + self.below("value", 300_000_000);
        let goods = self.one_of("goods", &GOODS).copied().unwrap_or_default();
        let quantity = 1 + self.below("quantity", 9_000);
        let shown = |cents| format!("{sign}{}", amount_shown(cents));
        let (without, with) = (shown(cents), shown(cents + cents / 5));
        let (truth, truth_with) = (amount_truth(cents), amount_truth(cents + cents / 5));
        record.value((&without, &truth, currency), (&with, &truth_with, currency)).line(
            goods,
            (&grouped(quantity), i64::try_from(quantity).unwrap_or_default()),
            (&without, &truth, currency),
        )
    }

    /// A day of 2024, in one of the two ways of the portal, and the truth.
    fn day(&self, what: &str) -> (String, String) {
        let month = 1 + self.below(&format!("{what} month"), 12);
        let day = 1 + self.below(&format!("{what} day"), 28);
        let truth = format!("2024-{month:02}-{day:02}");
        let name = usize::try_from(month - 1).ok().and_then(|place| MONTHS.get(place)).unwrap_or(&"Jan");
        let shown = match self.below(&format!("{what} way"), 3) {
            0 => ["2024", &two_digits(month), &two_digits(day)].join("-"),
            _ => format!("{day} {name} 2024"),
        };
        (shown, truth)
    }
}

fn two_digits(number: u64) -> String {
    if number < 10 { format!("0{number}") } else { number.to_string() }
}

/// Digits in threes with commas between them.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn amount_shown(cents: u64) -> String {
    format!("{}.{}", grouped(cents / 100), two_digits(cents % 100))
}

fn amount_truth(cents: u64) -> String {
    let padded = format!("{cents:03}");
    let (whole, fraction) = padded.split_at(padded.len() - 2);
    format!("{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_and_what_is_true_are_written_apart() {
        for (cents, shown, truth) in [
            (5, "0.05", "0.05"),
            (123_456_789, "1,234,567.89", "1234567.89"),
            (100_000, "1,000.00", "1000.00"),
        ] {
            assert_eq!((amount_shown(cents).as_str(), amount_truth(cents).as_str()), (shown, truth));
        }
    }

    #[test]
    fn a_record_is_the_same_in_every_run_and_another_for_another_seed() {
        let made = |seed| format!("{:?}", Draw { seed, id: "T-2024-07011".to_owned() }.record());
        assert_eq!(made(1), made(1));
        assert_ne!(made(1), made(2));
    }
}
