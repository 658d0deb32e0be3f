//! The windows and frames of a session: where its commands go.

use fantoccini::wd::WindowHandle;
use tokio::time::Instant;

use super::{Session, held};
use crate::fetch::trouble::Trouble;

impl Session {
    /// Whether commands go elsewhere than to the first window's document: that can go away without the browser.
    pub(in crate::fetch) fn is_away(&self) -> bool {
        self.in_frame || self.windows.len() > 1
    }

    /// How many windows the look-up has gone through, the first one included.
    pub(in crate::fetch) fn depth(&self) -> usize {
        self.windows.len()
    }

    /// Whether a window is one of those.
    pub(in crate::fetch) fn has_gone_through(&self, window: &WindowHandle) -> bool {
        self.windows.contains(window)
    }

    /// Goes back to the first window and closes the others.
    pub(in crate::fetch) async fn keep_one_window(&mut self, until: Instant) -> Result<(), Trouble> {
        let (kept, in_frame) = (self.windows.first().cloned(), self.in_frame);
        self.windows.truncate(1);
        let window = self
            .command(until, |client| async move {
                let Some(kept) = kept else { return client.window().await };
                let windows = client.windows().await?;
                for extra in windows.iter().filter(|window| **window != kept) {
                    client.switch_to_window(extra.clone()).await?;
                    client.close_window().await?;
                }
                if windows.len() > 1 || in_frame {
                    client.switch_to_window(kept.clone()).await?;
                }
                Ok(kept)
            })
            .await?;
        (self.windows, self.in_frame) = (vec![window], false);
        Ok(())
    }

    /// The windows that are open.
    pub(in crate::fetch) async fn windows(&mut self, until: Instant) -> Result<Vec<WindowHandle>, Trouble> {
        self.command(until, |client| async move { client.windows().await }).await
    }

    /// Goes on to this window.
    pub(in crate::fetch) async fn go_on_to(
        &mut self,
        window: WindowHandle,
        until: Instant,
    ) -> Result<(), Trouble> {
        self.windows.push(window);
        self.go_to_window(self.windows.len().saturating_sub(1), until).await
    }

    /// Closes a window that is none of the look-up's, and comes back.
    pub(in crate::fetch) async fn close_stray(
        &mut self,
        window: WindowHandle,
        until: Instant,
    ) -> Result<(), Trouble> {
        self.command(until, |client| async move {
            client.switch_to_window(window).await?;
            client.close_window().await
        })
        .await?;
        self.go_to_window(self.windows.len().saturating_sub(1), until).await
    }

    /// Closes the window and goes back to the one before; the first one stays.
    pub(in crate::fetch) async fn close_window(&mut self, until: Instant) -> Result<(), Trouble> {
        if self.windows.len() < 2 {
            return Ok(());
        }
        let closed = self.command(until, |client| async move { client.close_window().await }).await;
        self.windows.pop();
        self.in_frame = false;
        match closed {
            // The portal closes what it opened, at times.
            Ok(()) | Err(Trouble::CutOff(_)) => {}
            Err(trouble) => return Err(trouble),
        }
        self.go_to_window(self.windows.len().saturating_sub(1), until).await
    }

    /// Goes to the top document of the look-up's window of this number.
    pub(in crate::fetch) async fn go_to_window(
        &mut self,
        index: usize,
        until: Instant,
    ) -> Result<(), Trouble> {
        let Some(window) = self.windows.get(index).cloned() else { return Ok(()) };
        let went = self.command(until, |client| async move { client.switch_to_window(window).await }).await;
        self.in_frame = false;
        match went {
            Err(Trouble::CutOff(_)) => Err(Trouble::Refused("the window was closed by the portal".into())),
            went => went,
        }
    }

    /// Goes out of the frame that was entered last.
    pub(in crate::fetch) async fn leave_frame(&mut self, until: Instant) -> Result<(), Trouble> {
        self.command(until, |client| async move { client.enter_parent_frame().await }).await
    }

    /// Goes into the frame that the page's script holds out.
    pub(in crate::fetch) async fn enter_held(&mut self, until: Instant) -> Result<(), Trouble> {
        self.command(until, |client| async move { held(&client).await?.enter_frame().await }).await?;
        self.in_frame = true;
        Ok(())
    }
}
