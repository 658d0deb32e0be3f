//! The hand-written part of the demo registry: one procurement with everything that goes wrong with IDs.
//!
//! The trail in short: the payment [`SEED_ID`] names its contract, that names its award, notice and corrected version,
//! the notice its requests; a second award hangs on the third version of the notice. Texts shown are misspelt on
//! purpose; the truth beside them never is.

use super::document::DemoDocument;

/// The payment from which everything else is reached.
pub const SEED_ID: &str = "14PAY000100001";

/// The award that many payments and contracts name.
pub(super) const HUB_ID: &str = "14AWRD000100005";

const MUNICIPALITY: (&str, &str) = ("ΔΗΜΟΣ ΠΑΡΑΔΕΙΓΜΑΤΟΣ", "000000012");
const HOSPITAL: (&str, &str) = ("ΓΕΝΙΚΟ ΝΟΣΟΚΟΜΕΙΟ «ΤΟ ΠΑΡΑΔΕΙΓΜΑ»", "000000024");
const BUILDER: &str = "ΔΕΙΓΜΑ ΤΕΧΝΙΚΗ & ΣΙΑ Ο.Ε.";
const SUPPLIER: &str = "ΥΠΟΘΕΤΙΚΕΣ ΠΡΟΜΗΘΕΙΕΣ Α.Ε.";

const ROAD_WORKS: (&str, &str) = ("45233120-6", "Έργα οδοποιίας");
const LIGHTING: (&str, &str) = ("34928500-3", "Εξοπλισμός οδικού φωτισμού");
const GLOVES: (&str, &str) = ("18424300-0", "Γάντια μιας χρήσης");

/// The documents that are reached from the seed.
pub(super) fn reachable() -> Vec<DemoDocument> {
    [payments(), contracts(), awards(), notices(), requests(), decisions()].concat()
}

fn municipal(id: &str, title: &str) -> DemoDocument {
    DemoDocument::new(id, title).organisation(MUNICIPALITY.0, MUNICIPALITY.1)
}

fn clinical(id: &str, title: &str) -> DemoDocument {
    DemoDocument::new(id, title).organisation(HOSPITAL.0, HOSPITAL.1)
}

fn payments() -> Vec<DemoDocument> {
    vec![
        municipal(SEED_ID, "Εξόφληση 1ου λογαριασμού οδοποιίας")
            .contractor(BUILDER, ("000000036", "000000036"))
            .signed(("12/03/2014", "2014-03-12"))
            .published(("14/03/2014", "2014-03-14"))
            .value(("1.234.567,89 €", "1234567.89"), ("1.518.518,50 €", "1518518.50"))
            // An en dash where the hyphen should be.
            .commitment(("ΒΛ9Ω46907Τ–0ΝΚ", "ΒΛ9Ω46907Τ-0ΝΚ"))
            .line(ROAD_WORKS, ("1", 1), ("1.234.567,89 €", "1234567.89"))
            .names("contract", ("14SYMV000100002", "14SYMV000100002"))
            // Its own stamp with the mark for "this document", and Greek Ρ, Α and Υ in the type of the other payment.
            .remarks(
                "14PAY000100001* Τμηματική πληρωμή. Προηγήθηκε η εντολή 14ΡΑΥ000100003, που ακυρώθηκε.",
                &["14PAY000100003"],
            ),
        municipal("14PAY000100003", "Προκαταβολή οδοποιίας")
            .contractor(BUILDER, ("  000000036   ", "000000036"))
            .signed(("03/02/2014", "2014-02-03"))
            .published(("03/02/2014", "2014-02-03"))
            .value(("50.000,00 €", "50000.00"), ("61.500,00 €", "61500.00"))
            .no_commitment("-")
            .line(ROAD_WORKS, ("1", 1), ("50.000,00 €", "50000.00"))
            .names("contract", ("14SYMV000100002", "14SYMV000100002"))
            .names_none("decision", "0")
            .cancelled(),
        clinical("14PAY000100014", "Προμήθεια γαντιών, τιμολόγιο 17")
            .contractor(SUPPLIER, ("000000048", "000000048"))
            .signed(("30/06/2014", "2014-06-30"))
            .published(("01/07/2014", "2014-07-01"))
            .value(("999,99 €", "999.99"), ("1.229,99 €", "1229.99"))
            // The registry of decisions never had this one.
            .commitment(("ΩΨΧ94690ΒΓ-ΑΒΓ", "ΩΨΧ94690ΒΓ-ΑΒΓ"))
            .line(GLOVES, ("12.500", 12_500), ("999,99 €", "999.99"))
            .names("contract", ("14SYMV000100012", "14SYMV000100012")),
        clinical("14PAY000100015", "Προμήθεια γαντιών, τιμολόγιο 18")
            .contractor(SUPPLIER, ("000000048", "000000048"))
            .signed(("31/12/2014", "2014-12-31"))
            .published(("31/12/2014", "2014-12-31"))
            .value(("0,05 €", "0.05"), ("0,06 €", "0.06"))
            .no_commitment("Δ/Α")
            .line(GLOVES, ("1", 1), ("0,05 €", "0.05"))
            .names("contract", ("14symv000100012", "14SYMV000100012")),
    ]
}

fn contracts() -> Vec<DemoDocument> {
    vec![
        municipal("14SYMV000100002", "Σύμβαση έργου οδοποιίας")
            .contractor(BUILDER, ("000000036", "000000036"))
            .signed(("20/01/2014", "2014-01-20"))
            .published(("22/01/2014", "2014-01-22"))
            .value(("1.500.000,00 €", "1500000.00"), ("1.845.000,00 €", "1845000.00"))
            .duration_days("540", 540)
            .line(ROAD_WORKS, ("1", 1), ("1.450.000,00 €", "1450000.00"))
            .line(LIGHTING, ("1.200", 1_200), ("50.000,00 €", "50000.00"))
            .names("award", (HUB_ID, HUB_ID))
            .names("notice", ("14PROC000100006", "14PROC000100006"))
            .names("next_version", ("14SYMV000100004", "14SYMV000100004"))
            .lists("payment", (SEED_ID, SEED_ID))
            .lists("payment", ("14PAY000100003", "14PAY000100003"))
            // Announced, but never posted.
            .lists("payment", ("14PAY000100017", "14PAY000100017"))
            .remarks("Το έγγραφο 14SYMV000100002* αντικαταστάθηκε.", &[]),
        municipal("14SYMV000100004", "Σύμβαση έργου οδοποιίας (ορθή επανάληψη)")
            .contractor(BUILDER, ("000000036", "000000036"))
            .signed(("27/01/2014", "2014-01-27"))
            .published(("29/02/2016", "2016-02-29"))
            .value(("1.500.000,00 €", "1500000.00"), ("1.845.000,00 €", "1845000.00"))
            .duration_days("1.080", 1_080)
            .line(ROAD_WORKS, ("1", 1), ("1.500.000,00 €", "1500000.00"))
            .names("award", (HUB_ID, HUB_ID))
            .names("previous_version", ("14SYMV000100002", "14SYMV000100002"))
            // A decision's ID that the line's end cuts in two.
            .decisions_text("Εγκρίθηκε με την απόφαση ΒΙΦΓ4690\nΩΣ-ΞΘ1 του Συμβουλίου.", &["ΒΙΦΓ4690ΩΣ-ΞΘ1"])
            .remarks("Ορθή επανάληψη της 14SYMV000100002 ως προς τη διάρκεια.", &["14SYMV000100002"]),
        clinical("14SYMV000100012", "Σύμβαση προμήθειας γαντιών")
            .contractor(SUPPLIER, ("000000048", "000000048"))
            .signed(("02/05/2014", "2014-05-02"))
            .published(("05/05/2014", "2014-05-05"))
            .value(("12.345,60 €", "12345.60"), ("15.185,09 €", "15185.09"))
            .duration_days("365", 365)
            .line(GLOVES, ("150.000", 150_000), ("12.345,60 €", "12345.60"))
            .names("award", ("14AWRD000100011", "14AWRD000100011"))
            .lists("payment", ("14PAY000100014", "14PAY000100014"))
            .lists("payment", ("14PAY000100015", "14PAY000100015"))
            .remarks("Βλ. και 14PROC000100021 (δεν αναρτήθηκε).", &["14PROC000100021"]),
        clinical("14SYMV000100018", "Σύμβαση προμήθειας γαντιών, τμήμα Β")
            .contractor(SUPPLIER, ("000000048 ", "000000048"))
            .signed(("15/09/2014", "2014-09-15"))
            .published(("16/09/2014", "2014-09-16"))
            .value(("4.000,00 €", "4000.00"), ("4.920,00 €", "4920.00"))
            .duration_days("90", 90)
            .line(GLOVES, ("40.000", 40_000), ("4.000,00 €", "4000.00"))
            .names("award", ("14AWRD 000100016", "14AWRD000100016"))
            // The next word is glued on: nine digits and then a letter are an ID.
            .remarks("Κατά την 14PROC000100010και τα παραρτήματά της.", &["14PROC000100010"]),
    ]
}

fn awards() -> Vec<DemoDocument> {
    vec![
        municipal(HUB_ID, "Ανάθεση έργων οδοποιίας και φωτισμού")
            .contractor(BUILDER, ("000000036", "000000036"))
            .signed(("10/01/2014", "2014-01-10"))
            .published(("13/01/2014", "2014-01-13"))
            .value(("2.000.000,00 €", "2000000.00"), ("2.460.000,00 €", "2460000.00"))
            .line(ROAD_WORKS, ("1", 1), ("1.900.000,00 €", "1900000.00"))
            .line(LIGHTING, ("2.400", 2_400), ("100.000,00 €", "100000.00"))
            .names("notice", ("14PROC000100006", "14PROC000100006"))
            // Latin B and E in a Greek code.
            .names("decision", ("B4ΣE46Ω907-7ΛΨ", "Β4ΣΕ46Ω907-7ΛΨ"))
            .lists("contract", ("14SYMV000100002", "14SYMV000100002"))
            .lists("contract", ("14SYMV000100004", "14SYMV000100004")),
        clinical("14AWRD000100011", "Ανάθεση προμήθειας γαντιών, τμήμα Α")
            .contractor(SUPPLIER, ("000000048", "000000048"))
            .signed(("22/04/2014", "2014-04-22"))
            .published(("23/04/2014", "2014-04-23"))
            .value(("12.345,60 €", "12345.60"), ("15.185,09 €", "15185.09"))
            .line(GLOVES, ("150.000", 150_000), ("12.345,60 €", "12345.60"))
            .names_none("decision", "ΧΩΡΙΣ ΑΔΑ")
            // Lower case, a blank inside, and Greek Υ and Μ in the type.
            .remarks(
                "Ακολούθησαν οι 14symv000100012 και 14SΥΜV000100018. Συναφής η ακυρωθείσα 14AWRD 000100013.",
                &["14SYMV000100012", "14SYMV000100018", "14AWRD000100013"],
            ),
        // Cancelled and posted again as 14AWRD000100016: nothing on either page says so.
        clinical("14AWRD000100013", "Ανάθεση προμήθειας γαντιών, τμήμα Β")
            .contractor(SUPPLIER, ("000000048", "000000048"))
            .signed(("25/04/2014", "2014-04-25"))
            .published(("25/04/2014", "2014-04-25"))
            .value(("4.000,00 €", "4000.00"), ("4.920,00 €", "4920.00"))
            .line(GLOVES, ("40.000", 40_000), ("4.000,00 €", "4000.00"))
            .cancelled(),
        clinical("14AWRD000100016", "Ανάθεση προμήθειας γαντιών, τμήμα Β")
            .contractor(SUPPLIER, ("000000048", "000000048"))
            .signed(("25/04/2014", "2014-04-25"))
            .published(("19/05/2014", "2014-05-19"))
            .value(("4.000,00 €", "4000.00"), ("4.920,00 €", "4920.00"))
            .line(GLOVES, ("40.000", 40_000), ("4.000,00 €", "4000.00"))
            .names("notice", ("14PROC000100010", "14PROC000100010"))
            .names("decision", ("4ΑΘΧΨ‑Ω2Κ", "4ΑΘΧΨ-Ω2Κ")),
    ]
}

fn notices() -> Vec<DemoDocument> {
    vec![
        municipal("14PROC000100006", "Διακήρυξη δημοπρασίας οδοποιίας & φωτισμού <φάση Α>")
            .published(("01/10/2013", "2013-10-01"))
            .value(("2.100.000,00 €", "2100000.00"), ("2.583.000,00 €", "2583000.00"))
            .line(ROAD_WORKS, ("1", 1), ("2.000.000,00 €", "2000000.00"))
            .line(LIGHTING, ("2.500", 2_500), ("100.000,00 €", "100000.00"))
            .names("next_version", ("14PROC000100007", "14PROC000100007"))
            .lists("request", ("14REQ000100008", "14REQ000100008"))
            .lists("request", ("14REQ000100009", "14REQ000100009"))
            .decisions_text(
                "Οι όροι εγκρίθηκαν με την ΑΔΑ ΒΕΖΦ469ΗΙ1Ξ-ΓΚ6, όπως ισχύει.",
                &["ΒΕΖΦ469ΗΙ1Ξ-ΓΚ6"],
            ),
        municipal("14PROC000100007", "Διακήρυξη δημοπρασίας οδοποιίας, 2η έκδοση")
            .published(("15/10/2013", "2013-10-15"))
            .value(("2.100.000,00 €", "2100000.00"), ("2.583.000,00 €", "2583000.00"))
            .line(ROAD_WORKS, ("1", 1), ("2.100.000,00 €", "2100000.00"))
            .names("previous_version", ("14PROC000100006", "14PROC000100006"))
            .names("next_version", ("14PROC000100010", "14PROC000100010"))
            // Refused: three digits glued on, too few digits, ten digits. A year that cannot be is looked up as written.
            // A consultation has no search page.
            .remarks(
                "Αιτήματα: 14REQ000100090202, 14REQ0100 και 14SYMV0001000917. Το 32REQ013229327 αφορά άλλο έτος. \
                 Προηγήθηκε η διαβούλευση 14DIAB000100023.",
                &["32REQ013229327", "14DIAB000100023"],
            ),
        municipal("14PROC000100010", "Διακήρυξη δημοπρασίας οδοποιίας, 3η έκδοση")
            .published(("01/11/2013", "2013-11-01"))
            .value(("2.050.000,00 €", "2050000.00"), ("2.521.500,00 €", "2521500.00"))
            .line(ROAD_WORKS, ("1", 1), ("2.050.000,00 €", "2050000.00"))
            .names("previous_version", ("14PROC000100007", "14PROC000100007"))
            // The row for a request holds an award.
            .names("request", ("14AWRD000100011", "14AWRD000100011"))
            .remarks("Αντίγραφο τηρείται με την 14AWRD000900001.", &["14AWRD000900001"]),
    ]
}

fn requests() -> Vec<DemoDocument> {
    vec![
        municipal("14REQ000100008", "Αίτημα για έργα οδοποιίας")
            .published(("02/09/2013", "2013-09-02"))
            .value(("2.000.000,00 €", "2000000.00"), ("2.460.000,00 €", "2460000.00"))
            .commitment(("ΒΛ9Ω46907Τ - 0ΝΚ", "ΒΛ9Ω46907Τ-0ΝΚ"))
            .line(ROAD_WORKS, ("1", 1), ("2.000.000,00 €", "2000000.00"))
            .names("next_version", ("14REQ000100019", "14REQ000100019"))
            // Decisions in running text are boilerplate: they exist, and are not followed.
            .remarks(
                "Έχοντας υπόψη τον ν. 4152/2013 και τις αποφάσεις ΒΟΝΧ4690ΒΩ-ΤΥΦ και ΒΟΞΚ4690ΒΩ-ΡΣΤ.",
                &[],
            ),
        municipal("14REQ000100009", "Αίτημα για οδικό φωτισμό")
            .published(("03/09/2013", "2013-09-03"))
            .value(("100.000,00 €", "100000.00"), ("123.000,00 €", "123000.00"))
            .no_commitment("ΧΩΡΙΣ ΑΔΑ")
            .line(LIGHTING, ("2.500", 2_500), ("100.000,00 €", "100000.00"))
            .remarks("Κύκλος: 14PROC000100006.", &["14PROC000100006"])
            .cancelled(),
        municipal("14REQ000100019", "Αίτημα για έργα οδοποιίας (διόρθωση)")
            .published(("09/09/2013", "2013-09-09"))
            .value(("2.000.000,01 €", "2000000.01"), ("2.460.000,01 €", "2460000.01"))
            .commitment(("ΒΛ9Ω46907Τ-0ΝΚ", "ΒΛ9Ω46907Τ-0ΝΚ"))
            .line(ROAD_WORKS, ("1", 1), ("2.000.000,01 €", "2000000.01"))
            .names("previous_version", ("14REQ000100008", "14REQ000100008")),
    ]
}

fn decisions() -> Vec<DemoDocument> {
    vec![
        municipal("ΒΛ9Ω46907Τ-0ΝΚ", "Ανάληψη υποχρέωσης για έργα οδοποιίας")
            .signed(("28/08/2013", "2013-08-28"))
            .published(("29/08/2013", "2013-08-29")),
        municipal("Β4ΣΕ46Ω907-7ΛΨ", "Κατακύρωση αποτελέσματος δημοπρασίας")
            .signed(("08/01/2014", "2014-01-08"))
            .published(("09/01/2014", "2014-01-09"))
            .names("decision", ("7ΖΗΘ4690Β7-ΔΥ5", "7ΖΗΘ4690Β7-ΔΥ5")),
        municipal("ΒΙΦΓ4690ΩΣ-ΞΘ1", "Έγκριση ορθής επανάληψης σύμβασης")
            .signed(("24/01/2014", "2014-01-24"))
            .published(("24/01/2014", "2014-01-24"))
            .remarks("Αφορά τη σύμβαση 14SYMV000100004.", &["14SYMV000100004"]),
        municipal("ΒΕΖΦ469ΗΙ1Ξ-ΓΚ6", "Έγκριση όρων διακήρυξης")
            .signed(("27/09/2013", "2013-09-27"))
            .published(("30/09/2013", "2013-09-30")),
        municipal("7ΖΗΘ4690Β7-ΔΥ5", "Ορισμός επιτροπής διαγωνισμού")
            .signed(("02/12/2013", "2013-12-02"))
            .published(("02/12/2013", "2013-12-02"))
            .cancelled(),
        clinical("4ΑΘΧΨ-Ω2Κ", "Έγκριση πρακτικού, τμήμα Β")
            .signed(("24/04/2014", "2014-04-24"))
            .published(("24/04/2014", "2014-04-24")),
    ]
}

/// Documents that exist and that no followed reference names: whoever stores one of them has guessed.
pub(super) fn unreachable() -> Vec<DemoDocument> {
    let published = |document: DemoDocument| document.published(("07/07/2014", "2014-07-07"));
    let with_value = |id: &str, title: &str| {
        published(municipal(id, title)).value(("1,00 €", "1.00"), ("1,23 €", "1.23")).line(
            ROAD_WORKS,
            ("1", 1),
            ("1,00 €", "1.00"),
        )
    };
    vec![
        with_value("14SYMV000100001", "Ίδιος αριθμός με την εντολή 14PAY000100001"),
        with_value("14PAY000100002", "Ίδιος αριθμός με τη σύμβαση 14SYMV000100002"),
        with_value("14REQ000100090", "Οι πρώτες εννέα ψηφία ενός αριθμού με δώδεκα"),
        with_value("14SYMV000100091", "Οι πρώτες εννέα ψηφία ενός αριθμού με δέκα"),
        with_value("23REQ013229327", "Το πιθανό έτος ενός αδύνατου"),
        with_value("14DIAB000100023", "Διαβούλευση χωρίς σελίδα αναζήτησης"),
        published(municipal("ΒΟΝΧ4690ΒΩ-ΤΥΦ", "Απόφαση που αναφέρεται μόνο στο προοίμιο"))
            .signed(("01/07/2014", "2014-07-01")),
        published(municipal("ΒΟΞΚ4690ΒΩ-ΡΣΤ", "Απόφαση που αναφέρεται μόνο στο προοίμιο"))
            .signed(("01/07/2014", "2014-07-01")),
    ]
}
