//! The kinds of documents in the demo registry: their search pages and the Greek words around them.

/// A kind of document. Named by the type inside an ΑΔΑΜ; decisions have an ΑΔΑ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegistryKind {
    /// REQ: an approved request.
    Request,
    /// PROC: a call for tenders.
    Notice,
    /// AWRD: an award decision.
    Award,
    /// SYMV: a contract.
    Contract,
    /// PAY: a payment order.
    Payment,
    /// DIAB: a consultation. Known by name; the registry has no search page for it.
    Consultation,
    /// A decision with an ΑΔΑ.
    Decision,
}

impl RegistryKind {
    /// Every kind that has a search page, in the order of the menu.
    pub(super) const SEARCHABLE: [Self; 6] =
        [Self::Request, Self::Notice, Self::Award, Self::Contract, Self::Payment, Self::Decision];

    /// The kind of this name, of those that have a search page.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::SEARCHABLE.into_iter().find(|kind| kind.name() == name)
    }

    /// The names of the kinds that have a search page, in the order of the menu.
    #[must_use]
    pub fn names() -> [&'static str; 6] {
        Self::SEARCHABLE.map(Self::name)
    }

    /// The kind that a canonical ID names.
    #[must_use]
    pub fn of(id: &str) -> Self {
        match id.trim_start_matches(|digit: char| digit.is_ascii_digit()) {
            rest if rest.starts_with("REQ") => Self::Request,
            rest if rest.starts_with("PROC") => Self::Notice,
            rest if rest.starts_with("AWRD") => Self::Award,
            rest if rest.starts_with("SYMV") => Self::Contract,
            rest if rest.starts_with("PAY") => Self::Payment,
            rest if rest.starts_with("DIAB") => Self::Consultation,
            _ => Self::Decision,
        }
    }

    /// The kind's name in a profile's output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Notice => "notice",
            Self::Award => "award",
            Self::Contract => "contract",
            Self::Payment => "payment",
            Self::Consultation => "consultation",
            Self::Decision => "decision",
        }
    }

    /// The file name of its search page; `None` where there is none.
    pub(super) const fn page(self) -> Option<&'static str> {
        match self {
            Self::Request => Some("searchRequests.htm"),
            Self::Notice => Some("searchNotices.htm"),
            Self::Award => Some("searchAwards.htm"),
            Self::Contract => Some("searchContracts.htm"),
            Self::Payment => Some("searchPayments.htm"),
            Self::Decision => Some("searchDecisions.htm"),
            Self::Consultation => None,
        }
    }

    /// The kind that is searched on a page.
    pub(super) fn searched_on(page: &str) -> Option<Self> {
        Self::SEARCHABLE.into_iter().find(|kind| kind.page() == Some(page))
    }

    /// What stands above a document's particulars, in a result row and on its own page.
    pub(super) const fn heading(self) -> &'static str {
        match self {
            Self::Request => "Στοιχεία Αιτήματος",
            Self::Notice => "Στοιχεία Προκήρυξης",
            Self::Award => "Στοιχεία Ανάθεσης",
            Self::Contract => "Στοιχεία Σύμβασης",
            Self::Payment => "Στοιχεία Εντολής",
            Self::Consultation => "Στοιχεία Διαβούλευσης",
            Self::Decision => "Στοιχεία Απόφασης",
        }
    }

    /// What the menu calls the kind.
    pub(super) const fn menu(self) -> &'static str {
        match self {
            Self::Request => "Αιτήματα",
            Self::Notice => "Προκηρύξεις",
            Self::Award => "Αναθέσεις",
            Self::Contract => "Συμβάσεις",
            Self::Payment => "Εντολές πληρωμής",
            Self::Consultation => "Διαβουλεύσεις",
            Self::Decision => "Αποφάσεις",
        }
    }

    /// The label beside the ID, in the search form and on a document's page.
    pub(super) const fn id_label(self) -> &'static str {
        match self {
            Self::Decision => "ΑΔΑ",
            _ => "ΑΔΑΜ",
        }
    }

    /// The label of a title.
    pub(super) const fn title_label(self) -> &'static str {
        match self {
            Self::Decision => "Θέμα",
            _ => "Τίτλος",
        }
    }

    /// The label of the party that is paid.
    pub(super) const fn contractor_label(self) -> &'static str {
        match self {
            Self::Payment => "Δικαιούχος",
            _ => "Ανάδοχος",
        }
    }

    /// The label of the tax number of the party that is paid.
    pub(super) const fn contractor_tax_number_label(self) -> &'static str {
        match self {
            Self::Payment => "ΑΦΜ Δικαιούχου",
            _ => "ΑΦΜ Αναδόχου",
        }
    }
}
