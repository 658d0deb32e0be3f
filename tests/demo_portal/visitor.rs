//! A visitor of the demo portal: speaks plain HTTP, keeps the cookie, follows redirects and presses buttons.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anafora::demo::Portal;
use scraper::{Html, Selector};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const REDIRECTS_MAX: usize = 5;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, 302);
        &self.headers["location"]
    }

    pub(crate) fn texts(&self, css: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        page.select(&Selector::parse(css).unwrap()).map(|element| element.text().collect()).collect()
    }

    pub(crate) fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        let elements = Selector::parse(css).unwrap();
        page.select(&elements).map(|element| element.value().attr(name).unwrap().to_owned()).collect()
    }

    pub(crate) fn is_search_form(&self) -> bool {
        !self.attributes("input[type=submit][value='Αναζήτηση']", "name").is_empty()
    }

    /// The page's own ID: the first value of the table of particulars.
    pub(crate) fn own_id(&self) -> String {
        self.texts("table.detail tr:first-child td:nth-child(2)").remove(0)
    }
}

/// Keeps the cookie, and the address of the page last seen.
pub(crate) struct Visitor {
    pub(crate) portal: SocketAddr,
    pub(crate) cookie: Option<String>,
    pub(crate) address: String,
}

impl Visitor {
    pub(crate) fn of(portal: &Portal) -> Self {
        Self::at(portal.address())
    }

    pub(crate) fn at(portal: SocketAddr) -> Self {
        Self { portal, cookie: None, address: String::new() }
    }

    /// A request as it goes over the wire.
    pub(crate) fn written(&self, method: &str, address: &str, body: &str) -> String {
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        format!(
            "{method} {address} HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n{cookie}\
             User-Agent: visitor/1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    pub(crate) async fn request(&mut self, method: &str, address: &str, body: &str) -> Answer {
        let request = self.written(method, address, body);
        let mut stream = TcpStream::connect(self.portal).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: BTreeMap<String, String> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        if let Some(cookie) = headers.get("set-cookie") {
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        Answer { status, headers, body: body.to_owned() }
    }

    pub(crate) async fn get(&mut self, address: &str) -> Answer {
        self.request("GET", address, "").await
    }

    /// Follows redirects to a page.
    pub(crate) async fn visit(&mut self, address: &str) -> Answer {
        address.clone_into(&mut self.address);
        for _ in 0..REDIRECTS_MAX {
            let answer = self.get(&self.address.clone()).await;
            if answer.status != 302 {
                return answer;
            }
            answer.location().clone_into(&mut self.address);
        }
        panic!("{address} led through more than {REDIRECTS_MAX} redirects");
    }

    pub(crate) async fn post(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let action = page.attributes("form", "action").remove(0);
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let answer = self.request("POST", &action, &body).await;
        self.visit(answer.location()).await
    }

    pub(crate) async fn search(&mut self, form: &Answer, query: &str) -> Answer {
        let input = form.attributes("td.label + td input", "name").remove(0);
        let button = form.attributes("input[value='Αναζήτηση']", "name").remove(0);
        self.post(form, &[("pageForm", "pageForm"), (&input, query), (&button, "Αναζήτηση")]).await
    }

    pub(crate) async fn open_row(&mut self, results: &Answer, row: usize) -> Answer {
        let link = results.attributes("a[onclick*=jsfcljs]", "id").remove(row);
        self.post(results, &[("pageForm", "pageForm"), (&link, &link)]).await
    }

    /// A whole look-up: search, the row with exactly this ID, its page.
    pub(crate) async fn look_up(&mut self, page: &str, id: &str) -> Answer {
        let form = self.visit(page).await;
        let results = self.search(&form, id).await;
        let row = row_ids(&results).iter().position(|row| row == id).unwrap();
        self.open_row(&results, row).await
    }

    /// What the script on the page seen last would fetch.
    pub(crate) async fn later_part(&mut self) -> Answer {
        let address = format!("{}&fragments=related", self.address);
        let answer = self.get(&address).await;
        if answer.status == 302 { self.visit(answer.location()).await } else { answer }
    }
}

pub(crate) fn row_ids(results: &Answer) -> Vec<String> {
    results.texts("td.rich-table-cell > b + span")
}
