//! Pages that stand in the way of everything until a person answers them: a captcha, or a login.

use super::pages;

/// What is asked of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checkpoint {
    /// To be no machine.
    Captcha,
    /// To be known.
    Login,
}

/// A checkpoint that is, or will be, in the way. One answer opens it for everybody.
#[derive(Debug)]
pub(super) struct Standing {
    checkpoint: Checkpoint,
    /// So many requests still pass.
    passing: u64,
}

impl Checkpoint {
    pub(super) fn page(self) -> String {
        match self {
            Self::Captcha => pages::captcha(),
            Self::Login => pages::login(),
        }
    }
}

impl Standing {
    pub(super) fn after(passing: u64, checkpoint: Checkpoint) -> Self {
        Self { checkpoint, passing }
    }

    /// Whom one more request meets, if anybody.
    pub(super) fn meet(&mut self) -> Option<Checkpoint> {
        match self.passing.checked_sub(1) {
            Some(left) => {
                self.passing = left;
                None
            }
            None => Some(self.checkpoint),
        }
    }

    /// Whether this answer opens it: it must be in the way already.
    pub(super) fn opens_by(&self, answered: Checkpoint) -> bool {
        self.passing == 0 && self.checkpoint == answered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_requests_pass_and_only_the_right_answer_opens() {
        let mut standing = Standing::after(2, Checkpoint::Captcha);
        assert!(!standing.opens_by(Checkpoint::Captcha), "nobody was asked yet");
        let met = [0; 4].map(|_| standing.meet());
        assert_eq!(met, [None, None, Some(Checkpoint::Captcha), Some(Checkpoint::Captcha)]);
        assert!(!standing.opens_by(Checkpoint::Login));
        assert!(standing.opens_by(Checkpoint::Captcha));
    }
}
