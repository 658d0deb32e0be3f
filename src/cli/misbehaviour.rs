//! What `anafora demo serve` is told to do wrong: flags that become the portal's switches.

use clap::{Args, ValueEnum};

use crate::demo::{Rate, Redesign, RegistryKind, RobotsTxt, Switch, Template};

use super::assemble::span;
use super::exit::{Exit, Failure};

/// The rates strike requests that name a document, and each document a few times at most, so that every crawl ends.
#[derive(Debug, Args)]
#[command(next_help_heading = "Misbehaviour")]
pub(super) struct Misbehaviour {
    /// Answer this share of the requests about a document with 503, as in 0.05
    #[arg(long, value_name = "SHARE")]
    unavailable_rate: Option<Rate>,
    /// Let each 503 and 429 say when to come back, as in 5s
    #[arg(long, value_name = "TIME")]
    retry_after: Option<String>,
    /// Never answer this share of the requests about a document
    #[arg(long, value_name = "SHARE")]
    hang_rate: Option<Rate>,
    /// Let this share of the steps find their session expired
    #[arg(long, value_name = "SHARE")]
    expiry_rate: Option<Rate>,
    /// Let this share of the rows open another document's page
    #[arg(long, value_name = "SHARE")]
    wrong_page_rate: Option<Rate>,
    /// Take at least this long for every answer, as in 50ms
    #[arg(long, value_name = "TIME")]
    latency: Option<String>,
    /// Take up to this much longer, now more, now less
    #[arg(long, value_name = "TIME")]
    jitter: Option<String>,
    /// Change the layout of documents after so many were opened
    #[arg(long, value_name = "N")]
    template_change_after: Option<u64>,
    /// What the new layout is
    #[arg(long, value_name = "LAYOUT", default_value = "redesigned", requires = "template_change_after")]
    template: Layout,
    /// Change only documents of these kinds, as in payment,contract
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', requires = "template_change_after")]
    template_kinds: Vec<String>,
    /// Ask for a captcha after so many requests, until somebody answers it
    #[arg(long, value_name = "N", conflicts_with = "login_after")]
    captcha_after: Option<u64>,
    /// Ask for a login after so many requests, until somebody logs in; any name will do
    #[arg(long, value_name = "N")]
    login_after: Option<u64>,
    /// Answer 403 for this document
    #[arg(long, value_name = "ID")]
    forbid: Option<String>,
    /// Answer 503 to every N-th search of the open data service
    #[arg(long, value_name = "N")]
    service_unavailable_every: Option<u32>,
    /// Let every N-th search of the open data service find nothing, whatever there is
    #[arg(long, value_name = "N")]
    service_no_data_every: Option<u32>,
    /// Answer 429 to every N-th search of the open data service
    #[arg(long, value_name = "N")]
    service_throttled_every: Option<u32>,
    /// Let every N-th search of the open data service bring another document
    #[arg(long, value_name = "N")]
    service_wrong_answer_every: Option<u32>,
    /// Give JSON for every N-th file of the open data service
    #[arg(long, value_name = "N")]
    attachment_throttled_every: Option<u32>,
    /// What robots.txt says: none, allow, disallow-all, disallow-form, crawl-delay:SECONDS, login-page or error
    #[arg(long, value_name = "RULES")]
    robots: Option<RobotsTxt>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Layout {
    /// The ID, the title and the organisation stand under other labels
    Redesigned,
    /// The tax number of the organisation is gone, which no profile requires
    WithoutTaxNumber,
}

impl Misbehaviour {
    /// The switches to set, in no particular order.
    pub(super) fn switches(self) -> Result<Vec<Switch>, Failure> {
        let redesign = match self.template_change_after {
            Some(after) => Some(Redesign {
                template: match self.template {
                    Layout::Redesigned => Template::Second,
                    Layout::WithoutTaxNumber => Template::WithoutTaxNumber,
                },
                after,
                kinds: self.template_kinds.iter().map(|name| kind(name)).collect::<Result<_, _>>()?,
            }),
            None => None,
        };
        let time = |text: Option<String>| text.as_deref().map(span).transpose();
        let switches = [
            self.unavailable_rate.map(Switch::UnavailableRate),
            time(self.retry_after)?.map(Switch::RetryAfter),
            self.hang_rate.map(Switch::HangRate),
            self.expiry_rate.map(Switch::ExpiryRate),
            self.wrong_page_rate.map(Switch::WrongPageRate),
            time(self.latency)?.map(Switch::Latency),
            time(self.jitter)?.map(Switch::Jitter),
            redesign.map(Switch::Redesign),
            self.captcha_after.map(|after| Switch::Captcha { after }),
            self.login_after.map(|after| Switch::Login { after }),
            self.forbid.map(|id| Switch::Forbid(Some(id))),
            self.service_unavailable_every.map(Switch::ServiceUnavailableEvery),
            self.service_no_data_every.map(Switch::ServiceNoDataEvery),
            self.service_throttled_every.map(Switch::ServiceThrottledEvery),
            self.service_wrong_answer_every.map(Switch::ServiceWrongAnswerEvery),
            self.attachment_throttled_every.map(Switch::AttachmentThrottledEvery),
            self.robots.map(Switch::RobotsTxt),
        ];
        Ok(switches.into_iter().flatten().collect())
    }
}

fn kind(name: &str) -> Result<RegistryKind, Failure> {
    RegistryKind::named(name).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("`{name}` is no kind of the demo portal"),
            format!("its kinds are {}", RegistryKind::names().join(", ")),
        )
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Serve {
        #[command(flatten)]
        misbehaviour: Misbehaviour,
    }

    fn switches(line: &str) -> Result<Vec<Switch>, String> {
        let words = std::iter::once("serve").chain(line.split_whitespace());
        let serve = Serve::try_parse_from(words).map_err(|error| error.to_string())?;
        serve.misbehaviour.switches().map_err(|failure| failure.text)
    }

    #[test]
    fn every_flag_is_a_switch() {
        let rate = |share| Rate::of(share).unwrap();
        let milliseconds = std::time::Duration::from_millis;
        for (line, expected) in [
            ("--unavailable-rate 0.05", Switch::UnavailableRate(rate(0.05))),
            ("--retry-after 5s", Switch::RetryAfter(milliseconds(5_000))),
            ("--hang-rate 0.01", Switch::HangRate(rate(0.01))),
            ("--expiry-rate 1", Switch::ExpiryRate(rate(1.0))),
            ("--wrong-page-rate 0.5", Switch::WrongPageRate(rate(0.5))),
            ("--latency 50ms", Switch::Latency(milliseconds(50))),
            ("--jitter 30ms", Switch::Jitter(milliseconds(30))),
            ("--captcha-after 9", Switch::Captcha { after: 9 }),
            ("--login-after 9", Switch::Login { after: 9 }),
            ("--forbid 14PAY000100001", Switch::Forbid(Some("14PAY000100001".to_owned()))),
            ("--service-unavailable-every 1", Switch::ServiceUnavailableEvery(1)),
            ("--service-no-data-every 2", Switch::ServiceNoDataEvery(2)),
            ("--service-throttled-every 3", Switch::ServiceThrottledEvery(3)),
            ("--service-wrong-answer-every 4", Switch::ServiceWrongAnswerEvery(4)),
            ("--attachment-throttled-every 5", Switch::AttachmentThrottledEvery(5)),
            ("--robots crawl-delay:3", Switch::RobotsTxt(RobotsTxt::CrawlDelay(3))),
            (
                "--template-change-after 7 --template without-tax-number --template-kinds payment,award",
                Switch::Redesign(Redesign {
                    template: Template::WithoutTaxNumber,
                    after: 7,
                    kinds: vec![RegistryKind::Payment, RegistryKind::Award],
                }),
            ),
            (
                "--template-change-after 7",
                Switch::Redesign(Redesign { template: Template::Second, after: 7, kinds: Vec::new() }),
            ),
        ] {
            assert_eq!(switches(line), Ok(vec![expected]), "{line}");
        }
        assert_eq!(switches(""), Ok(Vec::new()));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (line, expected) in [
            ("--hang-rate 5", "`5` is no rate: a number from 0 to 1, as in `0.05`"),
            ("--latency soon", "`soon` is not a span of time"),
            ("--robots maybe", "`maybe` is no robots.txt of the demo portal"),
            ("--robots crawl-delay:x", "`crawl-delay:x` is no robots.txt of the demo portal"),
            ("--template-change-after 1 --template-kinds paiment", "`paiment` is no kind of the demo portal"),
            ("--captcha-after 1 --login-after 1", "cannot be used with"),
            ("--template-kinds payment", "--template-change-after <N>"),
        ] {
            let told = switches(line).unwrap_err();
            assert!(told.contains(expected), "{line}: {told}");
        }
    }
}
