//! How long the pause between two steps has to be, from how the portal answers. Pure: no clock.
//!
//! The pause is the profile's, and longer where the portal is slow, so that it never owes us more than a few answers at a
//! time, or where it fails. Only good answers shorten what failures have lengthened, a little each, and nothing ever
//! shortens it below the least that was asked for.

use std::time::Duration;

/// How many answers a slow portal may owe us at a time, over all sessions, on average. With a pause of an answer's time
/// divided by it there are so many under way.
const ANSWERS_OWED_MAX: u32 = 4;
/// What the first failure makes of no pause at all.
const FAILURE_MIN: Duration = Duration::from_millis(100);

/// The pause between two steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tempo {
    /// The least, whatever happens.
    minimum: Duration,
    /// The longest to which answers and failures lengthen it; where it is below the least, nothing does.
    maximum: Duration,
    /// How long answers take, newer ones counting for more.
    answer: Option<Duration>,
    /// What failures have made of the pause; shrinks with good answers.
    lengthened: Duration,
}

impl Tempo {
    /// The profile's pause, and how far it may be lengthened.
    pub(super) fn new(minimum: Duration, maximum: Duration) -> Self {
        Self { minimum, maximum, answer: None, lengthened: Duration::ZERO }
    }

    /// The pause now.
    pub(super) fn delay(&self) -> Duration {
        let wished = self.by_answers().max(self.lengthened);
        wished.min(self.maximum).max(self.minimum)
    }

    /// Raises the least pause; whether that changed it.
    pub(super) fn at_least(&mut self, minimum: Duration) -> bool {
        let raises = minimum > self.minimum;
        self.minimum = self.minimum.max(minimum);
        raises
    }

    /// The portal answered, after so long. Slower answers count at once, faster ones are believed by and by.
    pub(super) fn answered(&mut self, elapsed: Duration) {
        let known = self.answer.unwrap_or(elapsed);
        let weight = if elapsed > known { 2 } else { 8 };
        self.answer = Some(known / weight * (weight - 1) + elapsed / weight);
        self.lengthened = self.lengthened / 8 * 7;
    }

    /// The portal failed. How fast it did says nothing.
    pub(super) fn failed(&mut self) {
        self.lengthened = self.delay().saturating_mul(2).max(FAILURE_MIN).min(self.maximum);
    }

    fn by_answers(&self) -> Duration {
        self.answer.unwrap_or_default() / ANSWERS_OWED_MAX
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop_oneof};
    use proptest::{collection, prop_assert, prop_assert_eq, proptest};

    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_fast_portal_is_visited_at_the_profiles_pace_and_a_slow_one_more_slowly() {
        let delay_after = |answer| {
            let mut tempo = Tempo::new(ms(1_000), ms(30_000));
            tempo.answered(answer);
            tempo.delay()
        };
        assert_eq!(delay_after(ms(150)), ms(1_000));
        assert_eq!(delay_after(ms(4_000)), ms(1_000));
        assert_eq!(delay_after(ms(8_000)), ms(2_000));
        assert_eq!(delay_after(ms(400_000)), ms(30_000));
    }

    #[test]
    fn failures_double_the_pause_and_good_answers_bring_it_back_slowly() {
        let mut tempo = Tempo::new(ms(1_000), ms(7_000));
        let delays: Vec<Duration> = (0..4)
            .map(|_| {
                tempo.failed();
                tempo.delay()
            })
            .collect();
        assert_eq!(delays, [2_000, 4_000, 7_000, 7_000].map(ms));
        let mut answers = 0;
        while tempo.delay() > ms(1_000) {
            tempo.answered(ms(10));
            answers += 1;
        }
        assert_eq!(answers, 15);
    }

    #[test]
    fn where_there_is_no_pause_the_first_failure_makes_one() {
        let mut tempo = Tempo::new(ms(0), ms(30_000));
        assert_eq!(tempo.delay(), ms(0));
        tempo.failed();
        assert_eq!(tempo.delay(), FAILURE_MIN);
    }

    #[test]
    fn a_longer_least_pause_stays() {
        let mut tempo = Tempo::new(ms(1_000), ms(30_000));
        assert!(!tempo.at_least(ms(500)));
        assert!(tempo.at_least(ms(60_000)), "a wish of the portal is stronger than our maximum");
        tempo.answered(ms(1));
        tempo.failed();
        assert_eq!(tempo.delay(), ms(60_000));
    }

    #[derive(Clone, Debug)]
    enum News {
        Answered(Duration),
        Failed,
        AtLeast(Duration),
    }

    fn news() -> impl Strategy<Value = News> {
        let span = || (0_u64..100_000).prop_map(ms);
        prop_oneof![
            span().prop_map(News::Answered),
            any::<u64>().prop_map(ms).prop_map(News::Answered),
            proptest::strategy::Just(News::Failed),
            (0_u64..2_000).prop_map(ms).prop_map(News::AtLeast),
        ]
    }

    fn tell(tempo: &mut Tempo, news: &News) {
        match news {
            News::Answered(elapsed) => tempo.answered(*elapsed),
            News::Failed => tempo.failed(),
            News::AtLeast(minimum) => drop(tempo.at_least(*minimum)),
        }
    }

    proptest! {
        #[test]
        fn whatever_happens_the_pause_is_bounded_and_a_failure_never_shortens_it(
            minimum in 0_u64..5_000,
            maximum in 0_u64..50_000,
            all in collection::vec(news(), 0..60),
        ) {
            let mut tempo = Tempo::new(ms(minimum), ms(maximum));
            let mut least = ms(minimum);
            for news in &all {
                let before = tempo.delay();
                tell(&mut tempo, news);
                let after = tempo.delay();
                if let News::AtLeast(asked) = news {
                    least = least.max(*asked);
                }
                prop_assert!(after >= least, "{after:?} < {least:?} after {news:?}");
                prop_assert!(after <= least.max(ms(maximum)), "{after:?} after {news:?}");
                if !matches!(news, News::Answered(_)) {
                    prop_assert!(after >= before, "{after:?} < {before:?} after {news:?}");
                }
            }
        }

        #[test]
        fn a_slower_answer_never_means_a_shorter_pause(
            all in collection::vec(news(), 0..30),
            fast in 0_u64..50_000,
            more in 0_u64..50_000,
        ) {
            let mut tempo = Tempo::new(ms(500), ms(20_000));
            for news in &all {
                tell(&mut tempo, news);
            }
            let mut slower = tempo.clone();
            tempo.answered(ms(fast));
            slower.answered(ms(fast + more));
            prop_assert!(slower.delay() >= tempo.delay());
        }

        #[test]
        fn a_failure_in_between_never_makes_the_pause_shorter_than_without_it(
            before in collection::vec(news(), 0..20),
            after in collection::vec(news(), 0..20),
        ) {
            let mut spared = Tempo::new(ms(200), ms(20_000));
            for news in &before {
                tell(&mut spared, news);
            }
            let mut struck = spared.clone();
            struck.failed();
            for news in &after {
                tell(&mut spared, news);
                tell(&mut struck, news);
                prop_assert!(struck.delay() >= spared.delay());
            }
        }

        #[test]
        fn good_answers_bring_back_the_profiles_pause(all in collection::vec(news(), 0..40)) {
            let mut tempo = Tempo::new(ms(2_000), ms(60_000));
            for news in &all {
                tell(&mut tempo, news);
            }
            for _ in 0..400 {
                tempo.answered(ms(20));
            }
            prop_assert_eq!(tempo.delay(), tempo.minimum);
        }
    }
}
