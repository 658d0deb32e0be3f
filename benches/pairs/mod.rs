//! Two ways of doing the same work, timed in turn, so that the ratio holds where absolute times do not.

use std::time::Duration;

/// The ratios `first / second` of the pairs: median, smallest, largest.
pub(crate) fn ratios(pairs: &[(Duration, Duration)]) -> (f64, f64, f64) {
    let mut ratios: Vec<f64> =
        pairs.iter().map(|(first, second)| first.as_secs_f64() / second.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    let at = |place: usize| ratios.get(place).copied().unwrap_or(f64::NAN);
    let last = ratios.len().saturating_sub(1);
    (f64::midpoint(at(last / 2), at(ratios.len() / 2)), at(0), at(last))
}
