//! Hands the page's script the shadow roots that only the driver can get.

use fantoccini::Client;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use super::{ELEMENT_KEY, Session};
use crate::fetch::page::{SEALED, UNSEAL};
use crate::fetch::trouble::Trouble;

impl Session {
    /// Gets the roots that the page's script asked for, closed ones too; an element without one is told as such.
    pub(in crate::fetch) async fn unseal(&mut self, token: u64, until: Instant) -> Result<(), Trouble> {
        self.command(until, |client| async move {
            let hosts = client.execute(SEALED, Vec::new()).await?;
            let mut roots = Vec::new();
            for host in hosts.as_array().into_iter().flatten() {
                roots.push(root_of(&client, host).await?);
            }
            client.execute(UNSEAL, vec![hosts, Value::Array(roots), json!(token)]).await.map(drop)
        })
        .await
    }
}

async fn root_of(client: &Client, host: &Value) -> Result<Value, CmdError> {
    let Some(reference) = host.get(ELEMENT_KEY).and_then(Value::as_str) else { return Ok(Value::Null) };

    match client.issue_cmd(ShadowRootOf(reference.to_owned())).await {
        Err(CmdError::Standard(told)) if told.error == ErrorStatus::NoSuchShadowRoot => Ok(Value::Null),
        answer => answer,
    }
}

/// The command that the client has only in a form which keeps the root's reference to itself.
#[derive(Debug)]
struct ShadowRootOf(String);

impl WebDriverCompatibleCommand for ShadowRootOf {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, url::ParseError> {
        let session = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session}/element/{}/shadow", self.0))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::GET, None)
    }
}
