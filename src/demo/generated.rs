//! Seeded documents beyond the hand-written ones: payments on the hub, then contracts with their payments.
//!
//! Values begin as plain integers. Two formatters that know nothing of each other write them: one as the portal shows
//! them, one as the truth.

use super::document::DemoDocument;
use super::handwritten::HUB_ID;

/// Payments that name the hub directly, before contracts are made.
const HUB_PAYMENTS: usize = 24;
/// Contracts that the hub lists; each later one is named by the contract that many places before it.
const HUB_CONTRACTS: usize = 24;
/// A contract, its payments and its decision.
const FAMILY: usize = 6;

const TITLES: [&str; 5] = [
    "Συντήρηση οδοστρωμάτων",
    "Προμήθεια φωτιστικών σωμάτων",
    "Αποκατάσταση πεζοδρομίων",
    "Διαγράμμιση οδών",
    "Καθαρισμός φρεατίων",
];
const ORGANISATIONS: [(&str, &str); 3] = [
    ("ΔΗΜΟΣ ΥΠΟΔΕΙΓΜΑΤΟΣ", "000000050"),
    ("ΠΕΡΙΦΕΡΕΙΑ ΔΟΚΙΜΗΣ", "000000061"),
    ("ΔΗΜΟΤΙΚΗ ΕΠΙΧΕΙΡΗΣΗ ΔΟΚΙΜΗΣ", "000000073"),
];
const GOODS: [(&str, &str); 3] = [
    ("45233141-9", "Εργασίες συντήρησης οδών"),
    ("34928500-3", "Εξοπλισμός οδικού φωτισμού"),
    ("90470000-2", "Υπηρεσίες καθαρισμού αποχετεύσεων"),
];
const CONTRACTOR: (&str, &str) = ("ΔΟΚΙΜΑΣΤΙΚΑ ΕΡΓΑ Ε.Π.Ε.", "000000085");
const GREEK_CAPITALS: [char; 24] = [
    'Α', 'Β', 'Γ', 'Δ', 'Ε', 'Ζ', 'Η', 'Θ', 'Ι', 'Κ', 'Λ', 'Μ', 'Ν', 'Ξ', 'Ο', 'Π', 'Ρ', 'Σ', 'Τ', 'Υ', 'Φ',
    'Χ', 'Ψ', 'Ω',
];

/// Makes `count` documents; the hub gets a row for each that it lists.
pub(super) fn documents(count: usize, seed: u64, hub: &mut DemoDocument) -> Vec<DemoDocument> {
    let mut generator = Generator { dice: Dice(seed), number: 200_000, made: Vec::with_capacity(count) };
    for _ in 0..count.min(HUB_PAYMENTS) {
        let id = generator.next_id("PAY");
        *hub = hub.clone().lists("payment", (&id, &id));
        let payment = generator.payment(&id).names("award", (HUB_ID, HUB_ID));
        generator.made.push(payment);
    }
    let mut contracts: Vec<usize> = Vec::new();
    while generator.made.len() < count {
        let room = count - generator.made.len();
        let contract = generator.made.len();
        generator.family(room.min(FAMILY));
        let Some(id) = generator.made.get(contract).map(|made| made.id.clone()) else { break };
        let earlier = contracts.len().checked_sub(HUB_CONTRACTS).and_then(|place| contracts.get(place));
        match earlier.and_then(|place| generator.made.get_mut(*place)) {
            Some(earlier) => {
                let remark = format!("Συμπληρωματική σύμβαση: {id}.");
                *earlier = earlier.clone().remarks(&remark, &[&id]);
            }
            None => *hub = hub.clone().lists("contract", (&id, &id)),
        }
        contracts.push(contract);
    }
    generator.made
}

struct Generator {
    dice: Dice,
    number: u64,
    made: Vec<DemoDocument>,
}

impl Generator {
    /// Makes a contract and its payments and decision, as far as there is room.
    fn family(&mut self, room: usize) {
        let contract_id = self.next_id("SYMV");
        let mut contract = self.document(&contract_id);
        let days = 10 + self.dice.below(900);
        contract = contract
            .duration_days(&grouped(days), i64::try_from(days).unwrap_or(i64::MAX))
            .names("award", (HUB_ID, HUB_ID));
        let mut members = Vec::new();
        for _ in 2..room {
            let id = self.next_id("PAY");
            contract = contract.lists("payment", (&id, &id));
            members.push(self.payment(&id).names("contract", (&contract_id, &contract_id)));
        }
        if room > 1 {
            let id = self.next_decision_id();
            contract = contract.names("decision", (&id, &id));
            members.push(self.decision(&id));
        }
        self.made.push(contract);
        self.made.append(&mut members);
    }

    /// A payment or contract without references.
    fn document(&mut self, id: &str) -> DemoDocument {
        let organisation = self.dice.pick(&ORGANISATIONS, ("", ""));
        let (signed, published) = (self.day(), self.day());
        let cents = 100 + self.dice.below(90_000_000);
        let with_vat = cents + cents * 23 / 100;
        let quantity = 1 + self.dice.below(5_000);
        let title = format!("{} ({})", self.dice.pick(&TITLES, ""), self.number);
        DemoDocument::new(id, &title)
            .organisation(organisation.0, organisation.1)
            .contractor(CONTRACTOR.0, (CONTRACTOR.1, CONTRACTOR.1))
            .signed((&day_shown(signed), &day_true(signed)))
            .published((&day_shown(published), &day_true(published)))
            .value((&euros_shown(cents), &euros_true(cents)), (&euros_shown(with_vat), &euros_true(with_vat)))
            .line(
                self.dice.pick(&GOODS, ("", "")),
                (&grouped(quantity), i64::try_from(quantity).unwrap_or(i64::MAX)),
                (&euros_shown(cents), &euros_true(cents)),
            )
    }

    fn payment(&mut self, id: &str) -> DemoDocument {
        let payment = self.document(id).no_commitment("-");
        if self.dice.below(20) == 0 { payment.cancelled() } else { payment }
    }

    fn decision(&mut self, id: &str) -> DemoDocument {
        let organisation = self.dice.pick(&ORGANISATIONS, ("", ""));
        let day = self.day();
        DemoDocument::new(id, &format!("Έγκριση δαπάνης ({})", self.number))
            .organisation(organisation.0, organisation.1)
            .signed((&day_shown(day), &day_true(day)))
            .published((&day_shown(day), &day_true(day)))
    }

    /// One counter runs over all types, and never by the same step.
    fn next_id(&mut self, kind: &str) -> String {
        self.number += 1 + self.dice.below(7);
        format!("15{kind}{:09}", self.number)
    }

    /// The running number in the middle keeps decisions apart whatever the dice say.
    fn next_decision_id(&mut self) -> String {
        self.number += 1;
        let mut letter = || self.dice.pick(&GREEK_CAPITALS, 'Α');
        let (first, second, third, fourth) = (letter(), letter(), letter(), letter());
        format!("{first}{second}{:06}{third}-{fourth}Ω1", self.number)
    }

    fn day(&mut self) -> (u64, u64, u64) {
        (2015 + self.dice.below(3), 1 + self.dice.below(12), 1 + self.dice.below(28))
    }
}

/// Steele, Lea and Flood's `SplitMix64`: the same seed gives the same documents on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll().checked_rem(end).unwrap_or_default()
    }

    fn pick<T: Copy>(&mut self, choices: &[T], fallback: T) -> T {
        let place = usize::try_from(self.below(choices.len() as u64)).unwrap_or_default();
        choices.get(place).copied().unwrap_or(fallback)
    }
}

fn day_shown((year, month, day): (u64, u64, u64)) -> String {
    format!("{day:02}/{month:02}/{year}")
}

fn day_true((year, month, day): (u64, u64, u64)) -> String {
    format!("{year}-{month:02}-{day:02}")
}

fn euros_shown(cents: u64) -> String {
    format!("{},{:02} €", grouped(cents / 100), cents % 100)
}

fn euros_true(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Writes a point between thousands.
fn grouped(number: u64) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        thousands => format!("{}.{:03}", grouped(thousands), number % 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_formatters_write_the_same_value_in_their_own_way() {
        for (cents, shown, truth) in [
            (5, "0,05 €", "0.05"),
            (99_999, "999,99 €", "999.99"),
            (100_000, "1.000,00 €", "1000.00"),
            (123_456_789, "1.234.567,89 €", "1234567.89"),
        ] {
            assert_eq!((euros_shown(cents).as_str(), euros_true(cents).as_str()), (shown, truth));
        }
        assert_eq!(day_shown((2016, 2, 9)), "09/02/2016");
        assert_eq!(day_true((2016, 2, 9)), "2016-02-09");
    }
}
