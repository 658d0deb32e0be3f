//! The hand-written part of the modern demo portal: one procurement with everything that goes wrong with IDs.
//!
//! The trail in short: the call for tenders [`MODERN_SEED_ID`] names the decision that awarded it and the call that it replaces;
//! the decision lists contracts, each with its versions. Texts shown are misspelt on purpose; the truth beside them
//! never is.

use super::record::Record;

/// The call for tenders from which everything else is reached.
pub const MODERN_SEED_ID: &str = "T-2024-00045";

/// The decision that lists the generated contracts.
pub(super) const HUB_ID: &str = "D/100/2024";

const COUNCIL: (&str, (&str, &str)) = ("Skerrivik Borough Council", ("NM 000 012", "NM 000 012"));
const PORT: (&str, (&str, &str)) = ("Port of Fabelhaven", ("NM 000 027", "NM 000 027"));
const PAVER: (&str, (&str, &str)) = ("Example Paving & Sons Ltd", ("900000018", "900000018"));
const FERRIES: (&str, (&str, &str)) = ("Imaginary Ferries plc", ("  900000026 ", "900000026"));

const ROAD_WORKS: (&str, &str) = ("45233120-6", "Road construction works");
const LIGHTING: (&str, &str) = ("34928500-3", "Street-lighting equipment");
const FERRY_TICKETS: (&str, &str) = ("60610000-9", "Ferry transport services");

/// The records that are reached from the seed.
pub(super) fn reachable() -> Vec<Record> {
    [tenders(), decisions(), versions(), contracts()].concat()
}

/// Records that a search finds and no page opens, and neighbours whose IDs only begin like others.
pub(super) fn unreachable() -> Vec<Record> {
    let neighbours =
        ["T-2024-00451", "T-2024-0046", "T-2024-00004", "D/770/2024", "D/707/2024", "C2024-0012/11"];
    let mut records = vec![
        council("C2024-0099/1", "Contract entered in error").published(("3 Jun 2024", "2024-06-03")).gone(),
    ];
    records.extend(
        neighbours.map(|id| council(id, "Street furniture").published(("29 Feb 2024", "2024-02-29"))),
    );
    records
}

fn council(id: &str, title: &str) -> Record {
    Record::new(id, title).authority(COUNCIL.0, COUNCIL.1)
}

fn port(id: &str, title: &str) -> Record {
    Record::new(id, title).authority(PORT.0, PORT.1)
}

fn tenders() -> Vec<Record> {
    vec![
        council(MODERN_SEED_ID, "Resurfacing of the coast road <phase A> & its lighting")
            .published(("14 Mar 2024", "2024-03-14"))
            .deadline(("2024-04-30", "2024-04-30"))
            .procedure("Open")
            .value(("£1,234,567.89", "1234567.89", "GBP"), ("£1,481,481.47", "1481481.47", "GBP"))
            .line(ROAD_WORKS, ("1", 1), ("£1,184,567.89", "1184567.89", "GBP"))
            .line(LIGHTING, ("1,200", 1_200), ("£50,000.00", "50000.00", "GBP"))
            .attachment("Call for tenders.pdf", ("212 KB", 212))
            .attachment("Map of the works.pdf", ("1,048 KB", 1_048))
            .names("decision", ("D/77/2024", "D/77/2024"))
            .names("replaces", ("T-2024-0004", "T-2024-0004"))
            .text(
                "This is notice T-2024-00045. It takes the place of T-2024-0004, whose map was wrong.",
                &["T-2024-0004"],
            )
            // A Cyrillic Т, and a number that is one digit short.
            .text(
                "The works continue those of Т-2023-00311. Tenders that quote T-2024-004 are void.",
                &["T-2023-00311"],
            ),
        council("T-2024-0004", "Resurfacing of the coast road")
            .published(("5 Jan 2024", "2024-01-05"))
            .deadline(("12 Feb 2024", "2024-02-12"))
            .procedure("Open")
            .value(("£1,234,567", "1234567", "GBP"), ("£1,481,480.40", "1481480.40", "GBP"))
            .names_none("decision", "n/a")
            .names("replaced_by", (MODERN_SEED_ID, MODERN_SEED_ID))
            .text("Withdrawn before the deadline. Nothing was awarded.", &[])
            .withdrawn(),
        council("T-2023-00311", "Drainage along the coast road")
            .published(("31 Dec 2023", "2023-12-31"))
            .deadline(("1 Feb 2024", "2024-02-01"))
            .procedure("Negotiated")
            .value(("£999.99", "999.99", "GBP"), ("£1,199.99", "1199.99", "GBP"))
            .line(ROAD_WORKS, ("1", 1), ("£999.99", "999.99", "GBP"))
            .names("decision", ("D/7/2024", "D/7/2024"))
            .names_none("replaces", "none")
            .text("See the minutes of 14 Mar 2024.", &[]),
        council("T-2024-00046", "Lamps for the coast road")
            .published(("2024-03-15", "2024-03-15"))
            .deadline(("2 May 2024", "2024-05-02"))
            .procedure("Restricted")
            .value(("€1,234.50", "1234.50", "EUR"), ("€1,481.40", "1481.40", "EUR"))
            .line(LIGHTING, ("12", 12), ("€1,234.50", "1234.50", "EUR"))
            .attachment("Lamps.pdf", ("64 KB", 64))
            .names("decision", ("D/78/2024", "D/78/2024"))
            // Framework agreements are named and never published.
            .names("framework", ("FW-2024-001", "FW-2024-001"))
            .text("Lamps are those of FW-2024-001.", &["FW-2024-001"]),
        port("T-2024-0045", "Tickets for the night ferry")
            .published(("8 Mar 2024", "2024-03-08"))
            .deadline(("8 Apr 2024", "2024-04-08"))
            .procedure("Open")
            .value(("£0.05", "0.05", "GBP"), ("£0.06", "0.06", "GBP"))
            .line(FERRY_TICKETS, ("12,500", 12_500), ("£0.05", "0.05", "GBP"))
            .names_none("decision", "none")
            .text("Not to be confused with T-2024-00450.", &["T-2024-00450"]),
        port("T-2024-00450", "Tickets for the day ferry")
            .published(("9 Sep 2024", "2024-09-09"))
            .deadline(("10 Oct 2024", "2024-10-10"))
            .procedure("Open")
            .value(("£10.00", "10.00", "GBP"), ("£12.00", "12.00", "GBP"))
            .names_none("decision", "N/A")
            .text("Not to be confused with T–2024–0045.", &["T-2024-0045"]),
    ]
}

fn decisions() -> Vec<Record> {
    vec![
        council("D/77/2024", "Award of the coast road")
            .published(("21 May 2024", "2024-05-21"))
            .decided(("2024-05-20", "2024-05-20"))
            .names("tender", (MODERN_SEED_ID, MODERN_SEED_ID))
            .lists_contract(("C2024-0012/1", "C2024-0012/1"))
            .lists_contract(("C2024-0012/2", "C2024-0012/2"))
            // A Cyrillic С.
            .lists_contract(("С2024-0013/1", "C2024-0013/1"))
            .attachment("Decision.pdf", ("80 KB", 80))
            .text("Having regard to decision D/7/2024, and to no other.", &["D/7/2024"]),
        council("D/7/2024", "Award of the drainage")
            .published(("16 Jan 2024", "2024-01-16"))
            .decided(("15 Jan 2024", "2024-01-15"))
            .names("tender", ("T-2023-00311", "T-2023-00311"))
            .lists_contract(("C2024-0007/1", "C2024-0007/1"))
            .text("Passengers pay as in T-2024-0045.", &["T-2024-0045"]),
        council("D/78/2024", "Award of the lamps")
            .published(("2024-05-22", "2024-05-22"))
            .decided(("21 May 2024", "2024-05-21"))
            .names("tender", ("T-2024-00046", "T-2024-00046"))
            // Entered in error: the list of results has it, and no page opens.
            .lists_contract(("C2024-0099/1", "C2024-0099/1"))
            .lists_contract(("C2024-0014/1", "C2024-0014/1"))
            .text("Decided together with D/77/2024.", &["D/77/2024"]),
        port(HUB_ID, "Award of the year's small works")
            .published(("1 Jul 2024", "2024-07-01"))
            .decided(("30 Jun 2024", "2024-06-30"))
            .names_none("tender", "none")
            .text("For each of the contracts below see its own page.", &[]),
    ]
}

/// One contract in three versions: the ID of the first is where the ID of the last begins.
fn versions() -> Vec<Record> {
    let version = |id: &str| {
        council(id, "Contract for the coast road")
            .supplier(PAVER.0, PAVER.1)
            .value(("£1,234,567.89", "1234567.89", "GBP"), ("£1,481,481.47", "1481481.47", "GBP"))
            .line(ROAD_WORKS, ("1", 1), ("£1,234,567.89", "1234567.89", "GBP"))
            .names("decision", ("D/77/2024", "D/77/2024"))
            .names("tender", (MODERN_SEED_ID, MODERN_SEED_ID))
    };
    let (first, second, last) = ("C2024-0012/1", "C2024-0012/2", "C2024-0012/12");
    vec![
        version(first)
            .signed(("3 Jun 2024", "2024-06-03"))
            .published(("4 Jun 2024", "2024-06-04"))
            .duration_days("540", 540)
            .version("1", (first, first), "4 Jun 2024")
            .version("2", (second, second), "17 Jun 2024")
            .attachment("Contract.pdf", ("512 KB", 512))
            .text(
                "The parties agree on C2024-0012/1 as it stands here. Lamps are a matter for T-2024-00046.",
                &["T-2024-00046"],
            ),
        version(second)
            .signed(("2024-06-17", "2024-06-17"))
            .published(("17 Jun 2024", "2024-06-17"))
            .duration_days("1,080", 1_080)
            .version("1", (first, first), "4 Jun 2024")
            .version("2", (second, second), "17 Jun 2024")
            .version("12", (last, last), "1 Nov 2024")
            .text("Small works are a matter for decision D/100/2024.", &[HUB_ID]),
        version(last)
            .signed(("31 Oct 2024", "2024-10-31"))
            .published(("1 Nov 2024", "2024-11-01"))
            .duration_days("1,095", 1_095)
            .version("11", (second, second), "17 Jun 2024")
            .version("12", (last, last), "1 Nov 2024")
            .text("Nothing but the duration has changed.", &[]),
    ]
}

fn contracts() -> Vec<Record> {
    vec![
        council("C2024-0013/1", "Markings on the coast road")
            .supplier(PAVER.0, PAVER.1)
            .signed(("5 Jun 2024", "2024-06-05"))
            .published(("5 Jun 2024", "2024-06-05"))
            .duration_days("30", 30)
            .value(("£75,000.00", "75000.00", "GBP"), ("£90,000.00", "90000.00", "GBP"))
            .line(ROAD_WORKS, ("2", 2), ("£75,000.00", "75000.00", "GBP"))
            // In small letters.
            .names("decision", ("d/77/2024", "D/77/2024"))
            .names_none("tender", "n/a")
            .version("1", ("C2024-0013/1", "C2024-0013/1"), "5 Jun 2024")
            // The register of tenders does not reach back so far.
            .text("Markings are those of T-1999-00001.", &["T-1999-00001"]),
        council("C2024-0014/1", "Supply of lamps")
            .supplier(FERRIES.0, FERRIES.1)
            .signed(("1 Jun 2024", "2024-06-01"))
            .published(("2024-06-02", "2024-06-02"))
            .value(("€1,234.50", "1234.50", "EUR"), ("€1,481.40", "1481.40", "EUR"))
            .line(LIGHTING, ("12", 12), ("€1,234.50", "1234.50", "EUR"))
            .names("decision", ("D/78/2024", "D/78/2024"))
            .names("tender", ("T-2024-00046", "T-2024-00046"))
            .version("1", ("C2024-0014/1", "C2024-0014/1"), "2024-06-02")
            .text("An earlier decision, D/999/2019, was never taken.", &["D/999/2019"]),
        council("C2024-0007/1", "Drainage pipes")
            .supplier(PAVER.0, PAVER.1)
            .signed(("29 Feb 2024", "2024-02-29"))
            .published(("1 Mar 2024", "2024-03-01"))
            .duration_days("366", 366)
            .value(("£999.99", "999.99", "GBP"), ("£1,199.99", "1199.99", "GBP"))
            .line(ROAD_WORKS, ("3", 3), ("£999.99", "999.99", "GBP"))
            .names("decision", ("D/7/2024", "D/7/2024"))
            .names("tender", ("T-2023-00311", "T-2023-00311"))
            .version("1", ("C2024-0007/1", "C2024-0007/1"), "1 Mar 2024")
            // Announced, but never published: its register is full of others of the same year.
            .text("A further call, T-2024-00999, will follow.", &["T-2024-00999"]),
    ]
}
