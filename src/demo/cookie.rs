//! The session cookie of the portals.

use axum::http::{HeaderMap, header};
use axum::response::Response;

/// Its name.
const COOKIE: &str = "JSESSIONID";

/// A token that nobody has yet.
pub(super) fn new_token() -> String {
    uuid::Uuid::new_v4().simple().to_string().to_uppercase()
}

/// The token that a visitor shows.
pub(super) fn token_in(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, token)| token.to_owned())
}

/// Gives a visitor a token for the addresses under a path.
pub(super) fn set(response: &mut Response, token: &str, path: &str) {
    if let Ok(cookie) = format!("{COOKIE}={token}; Path={path}; HttpOnly").parse() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
}
