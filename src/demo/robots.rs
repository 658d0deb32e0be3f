//! What the demo portal tells robots: nothing, rules, or something that is no robots.txt at all.

use std::str::FromStr;

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::pages;

/// The answer to whoever asks for robots.txt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RobotsTxt {
    /// There is none: 404.
    #[default]
    None,
    /// Everything is allowed.
    Allow,
    /// Nothing is allowed.
    DisallowAll,
    /// The search forms are not allowed, all else is.
    DisallowForm,
    /// Everything is allowed, with so many seconds between two requests.
    CrawlDelay(u32),
    /// A login page with status 200, in the place of a robots.txt.
    LoginPage,
    /// 500.
    Error,
}

/// A text that names no robots.txt.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{text}` is no robots.txt of the demo portal: `none`, `allow`, `disallow-all`, `disallow-form`, \
     `crawl-delay:SECONDS`, `login-page` or `error`"
)]
pub struct RobotsTxtError {
    text: String,
}

impl FromStr for RobotsTxt {
    type Err = RobotsTxtError;

    fn from_str(text: &str) -> Result<Self, RobotsTxtError> {
        let named = match text {
            "none" => Some(Self::None),
            "allow" => Some(Self::Allow),
            "disallow-all" => Some(Self::DisallowAll),
            "disallow-form" => Some(Self::DisallowForm),
            "login-page" => Some(Self::LoginPage),
            "error" => Some(Self::Error),
            other => other
                .strip_prefix("crawl-delay:")
                .and_then(|seconds| seconds.parse().ok())
                .map(Self::CrawlDelay),
        };
        named.ok_or_else(|| RobotsTxtError { text: text.to_owned() })
    }
}

impl RobotsTxt {
    pub(super) fn answer(self) -> Response {
        let rules =
            |rules: String| ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], rules).into_response();
        match self {
            Self::None => (StatusCode::NOT_FOUND, Html(pages::not_found())).into_response(),
            Self::Allow => rules("User-agent: *\nDisallow:\n".to_owned()),
            Self::DisallowAll => rules("User-agent: *\nDisallow: /\n".to_owned()),
            Self::DisallowForm => {
                rules(format!("User-agent: *\nAllow: /\nDisallow: {}/search\n", pages::DIRECTORY))
            }
            Self::CrawlDelay(seconds) => rules(format!("User-agent: *\nCrawl-delay: {seconds}\nDisallow:\n")),
            Self::LoginPage => Html(pages::login()).into_response(),
            Self::Error => (StatusCode::INTERNAL_SERVER_ERROR, Html(pages::failed())).into_response(),
        }
    }
}
