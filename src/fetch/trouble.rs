//! Sorts what drivers say when a command fails into what it means for a look-up.

use fantoccini::error::{CmdError, ErrorStatus, NewSessionError};

/// What a failed command means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A deadline passed, ours or the driver's.
    Late,
    /// The page's script did not answer in its time. A document that was being left when the script began never does.
    Silent,
    /// The document went away under the command: the same may be asked of the next one.
    CutOff(String),
    /// The browser or its driver ended, or stopped making sense.
    Died(String),
    /// The browser could not reach the portal.
    Unreachable(String),
    /// The browser will not do this to this page.
    Refused(String),
}

/// How drivers say that a navigation took the document away. ChromeDriver first, then geckodriver.
const CUT_OFF: &[&str] = &[
    "aborted by navigation",
    "document unloaded",
    "execution context",
    "context with specified id",
    "navigated or closed",
    "loading status",
    "Document was unloaded",
    "AbortError",
    "Browsing context has been discarded",
    "browsing context is no longer open",
];

/// How browsers say that they could not reach an address.
const UNREACHABLE: &[&str] = &["net::ERR_", "about:neterror", "about:certerror", "NS_ERROR_"];

impl Trouble {
    /// The only place where a driver's words are read.
    pub(super) fn of(error: &CmdError) -> Self {
        match error {
            CmdError::Standard(told) => Self::told(&told.error, first_line(&told.message)),
            CmdError::BadUrl(_) | CmdError::InvalidArgument(..) => Self::Refused(error.to_string()),
            // ChromeDriver has an error of its own for this, which no standard knows.
            CmdError::NotW3C(answer) if says(&answer.to_string(), CUT_OFF) => {
                Self::CutOff(answer.to_string())
            }
            // A lost connection, or an answer that is none: a crashed tab shows itself so, too.
            _ => Self::Died(first_line(&error.to_string())),
        }
    }

    /// The same for a frame, or a window that the portal opened: that one goes away does not end the browser.
    pub(super) fn of_place(error: &CmdError) -> Self {
        match error {
            CmdError::Standard(told) if told.error == ErrorStatus::NoSuchWindow => {
                Self::CutOff(first_line(&told.message))
            }
            _ => Self::of(error),
        }
    }

    /// Why a session did not begin.
    pub(super) fn of_start(error: &NewSessionError) -> String {
        match error {
            NewSessionError::SessionNotCreated(told) => first_line(&told.message),
            _ => first_line(&error.to_string()),
        }
    }

    fn told(status: &ErrorStatus, message: String) -> Self {
        match status {
            ErrorStatus::Timeout => Self::Late,
            ErrorStatus::ScriptTimeout => Self::Silent,
            ErrorStatus::InsecureCertificate => Self::Unreachable(format!("insecure certificate: {message}")),
            ErrorStatus::JavascriptError
            | ErrorStatus::UnknownError
            | ErrorStatus::NoSuchWindow
            | ErrorStatus::NoSuchFrame
                if says(&message, CUT_OFF) =>
            {
                Self::CutOff(message)
            }
            ErrorStatus::StaleElementReference
            | ErrorStatus::NoSuchElement
            | ErrorStatus::NoSuchFrame
            | ErrorStatus::DetachedShadowRoot
            | ErrorStatus::UnexpectedAlertOpen => Self::CutOff(message),
            ErrorStatus::UnknownError if says(&message, UNREACHABLE) => Self::Unreachable(message),
            ErrorStatus::UnknownError
            | ErrorStatus::InvalidSessionId
            | ErrorStatus::NoSuchWindow
            | ErrorStatus::SessionNotCreated => Self::Died(message),
            _ => Self::Refused(message),
        }
    }
}

fn says(message: &str, words: &[&str]) -> bool {
    words.iter().any(|word| message.contains(word))
}

/// Drivers add a stack trace or their version on further lines.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use fantoccini::error::WebDriver;

    use super::*;

    #[test]
    fn what_drivers_say_is_sorted_by_what_it_means() {
        let check = |status, message: &'static str, expected: fn(String) -> Trouble| {
            let sorted = Trouble::of(&CmdError::Standard(WebDriver::new(status, message)));
            assert_eq!(sorted, expected(first_line(message)));
        };
        check(ErrorStatus::Timeout, "timeout: Timed out receiving message from renderer", |_| Trouble::Late);
        check(ErrorStatus::ScriptTimeout, "script timeout", |_| Trouble::Silent);
        check(
            ErrorStatus::JavascriptError,
            "javascript error: document unloaded while waiting for result",
            Trouble::CutOff,
        );
        check(ErrorStatus::JavascriptError, "Document was unloaded", Trouble::CutOff);
        check(
            ErrorStatus::UnknownError,
            "AbortError: Actor 'MarionetteCommands' destroyed before query 'X' was resolved",
            Trouble::CutOff,
        );
        check(ErrorStatus::StaleElementReference, "stale element not found", Trouble::CutOff);
        check(ErrorStatus::JavascriptError, "javascript error: x is not defined", Trouble::Refused);
        check(
            ErrorStatus::UnknownError,
            "unknown error: net::ERR_CONNECTION_REFUSED\n  (Session info: chrome=156.0)",
            Trouble::Unreachable,
        );
        check(
            ErrorStatus::UnknownError,
            "Reached error page: about:neterror?e=dnsNotFound",
            Trouble::Unreachable,
        );
        check(ErrorStatus::UnknownError, "tab crashed", Trouble::Died);
        check(ErrorStatus::InvalidSessionId, "invalid session id", Trouble::Died);
        check(ErrorStatus::NoSuchWindow, "no such window: target window already closed", Trouble::Died);
        check(ErrorStatus::ElementClickIntercepted, "element click intercepted", Trouble::Refused);
    }

    #[test]
    fn an_answer_that_makes_no_sense_means_that_the_browser_died() {
        let check = |error: &CmdError| assert!(matches!(Trouble::of(error), Trouble::Died(_)), "{error}");
        check(&CmdError::NotJson("<html>".into()));
        check(&CmdError::NotW3C("tab crashed".into()));
    }

    #[test]
    fn chromedrivers_own_error_for_a_navigation_is_known() {
        let error = CmdError::NotW3C("aborted by navigation".into());
        assert!(matches!(Trouble::of(&error), Trouble::CutOff(_)));
    }
}
