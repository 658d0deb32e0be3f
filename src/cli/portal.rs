//! The demo portals by the names of their profiles: what a crawl of one begins with, and how it is started.

use clap::ValueEnum;

use crate::demo::{self, DemoPortal, ModernPortal, Portal, PortalSettings, Switch, TabsPortal};

use super::exit::Failure;

/// A portal, by the name of its profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PortalName {
    /// Search forms in the manner of Spring Web Flow: a conversation with no address to come back to
    Demo,
    /// Tabs, suggestions, a calendar and a spinner in the manner of `PrimeFaces`: one page rendered in parts
    DemoTabs,
    /// A single-page application: shadow roots, results in a frame, records in windows of their own
    DemoModern,
}

impl PortalName {
    /// The built-in profile that crawls it.
    pub(super) const fn profile(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::DemoTabs => "demo-tabs",
            Self::DemoModern => "demo-modern",
        }
    }

    /// The ID from which everything in it is reached.
    pub(super) const fn seed(self) -> &'static str {
        match self {
            Self::Demo | Self::DemoTabs => demo::SEED_ID,
            Self::DemoModern => demo::MODERN_SEED_ID,
        }
    }

    /// How many documents it has where nobody says.
    pub(super) const fn documents_default(self) -> usize {
        match self {
            Self::Demo => demo::DOCUMENTS_DEFAULT,
            Self::DemoTabs => demo::TABS_DOCUMENTS_DEFAULT,
            Self::DemoModern => demo::MODERN_DOCUMENTS_DEFAULT,
        }
    }

    /// Serves it, with the switches set.
    pub(super) async fn start(
        self,
        settings: PortalSettings,
        switches: Vec<Switch>,
    ) -> Result<Box<dyn DemoPortal>, Failure> {
        match self {
            Self::Demo => {
                let portal = Portal::start(settings).await?;
                for switch in switches {
                    portal.switch(switch);
                }
                Ok(Box::new(portal))
            }
            Self::DemoTabs => {
                let portal = TabsPortal::start(settings).await?;
                for switch in switches {
                    portal.switch(switch)?;
                }
                Ok(Box::new(portal))
            }
            Self::DemoModern => {
                let portal = ModernPortal::start(settings).await?;
                for switch in switches {
                    portal.switch(switch)?;
                }
                Ok(Box::new(portal))
            }
        }
    }
}
