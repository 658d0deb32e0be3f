//! Where a step of a recording was made: in which window, in which frame.

use super::Mapping;
use crate::draft::recording::Recorded;
use crate::draft::step::Drafted;

impl Mapping<'_> {
    /// Goes to the window and the frame in which a step was made.
    pub(super) fn go_to(&mut self, step: &Recorded) {
        if self.windows.is_empty() {
            self.windows.push(step.target.clone());
        }
        if self.windows.last() != Some(&step.target) {
            self.frames.clear();
            if let Some(at) = self.windows.iter().position(|window| *window == step.target) {
                for _ in at + 1..self.windows.len() {
                    self.blocks.push(Drafted::CloseWindow.into());
                }
                self.windows.truncate(at + 1);
            } else {
                self.windows.push(step.target.clone());
                self.open(step, "goes on in a new window; a frame of another origin is recorded alike: write `frame` then");
                self.blocks.push(Drafted::NewWindow.into());
            }
        }
        if self.frames == step.frames {
            return;
        }
        let mut entered = self.frames.len();
        if !step.frames.starts_with(&self.frames) {
            self.blocks.push(Drafted::LeaveFrames.into());
            entered = 0;
        }
        for frame in step.frames.iter().skip(entered) {
            let selector = match frame {
                0 => "css:iframe, frame".to_owned(),
                later => format!("xpath:(//iframe | //frame)[{}]", later + 1),
            };
            self.open(
                step,
                &format!(
                    "frame {frame} of its page, as recorded, is all that is known of it: name it by `css:…`"
                ),
            );
            self.blocks.push(Drafted::EnterFrame(vec![selector]).into());
        }
        self.frames.clone_from(&step.frames);
    }
}
