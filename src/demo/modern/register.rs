//! The registers of the modern demo portal and what an ID says about them.

/// What a record is: each register has IDs of a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Register {
    /// `T-2024-00045`: a call for tenders.
    Tenders,
    /// `D/77/2024`: a decision to award.
    Decisions,
    /// `C2024-0012/1`: a contract, in its first version.
    Contracts,
    /// `FW-2024-001`: a framework agreement. Known by name; none is published.
    Frameworks,
}

impl Register {
    /// The register that a canonical ID belongs to.
    pub(super) fn of(id: &str) -> Self {
        match id.as_bytes() {
            [b'T', ..] => Self::Tenders,
            [b'D', ..] => Self::Decisions,
            [b'C', ..] => Self::Contracts,
            _ => Self::Frameworks,
        }
    }

    /// The register that a search asks for.
    pub(super) fn searched(name: &str) -> Option<Self> {
        [Self::Tenders, Self::Decisions, Self::Contracts]
            .into_iter()
            .find(|register| register.title() == name)
    }

    /// The kind's name in a profile's output.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::Tenders => "tender",
            Self::Decisions => "decision",
            Self::Contracts => "contract",
            Self::Frameworks => "framework",
        }
    }

    /// What the portal calls it.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Tenders => "Tenders",
            Self::Decisions => "Decisions",
            Self::Contracts => "Contracts",
            Self::Frameworks => "Frameworks",
        }
    }

    /// The part of an ID by which a search finds its neighbours: the year, and the first digits of a tender's number.
    pub(super) fn shelf(self, id: &str) -> Option<&str> {
        match self {
            Self::Tenders => id.get(..9),
            Self::Contracts => id.get(..6),
            Self::Decisions => id.rfind('/').and_then(|slash| id.get(slash..)).filter(|year| year.len() == 5),
            Self::Frameworks => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_its_register_and_its_shelf() {
        for (id, kind, shelf) in [
            ("T-2024-00045", "tender", Some("T-2024-00")),
            ("T-2024-0004", "tender", Some("T-2024-00")),
            ("D/77/2024", "decision", Some("/2024")),
            ("D/7", "decision", None),
            ("C2024-0012/1", "contract", Some("C2024-")),
            ("FW-2024-001", "framework", None),
        ] {
            let register = Register::of(id);
            assert_eq!((register.kind(), register.shelf(id)), (kind, shelf), "{id}");
        }
    }
}
