//! A writer whose reader may stop reading: a thread of its own hands the texts over, and nobody waits for it.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// Texts that wait for the reader. Later ones are lost until it goes on.
const WAITING_MAX: usize = 10_000;

/// The time that the last texts have when the program ends.
const END: Duration = Duration::from_secs(1);

/// The near side of such a writer.
pub(super) struct Handed {
    texts: SyncSender<Vec<u8>>,
    waiting: Arc<AtomicUsize>,
}

impl Handed {
    pub(super) fn to(mut writer: Box<dyn Write + Send>) -> Self {
        let (texts, taken) = sync_channel::<Vec<u8>>(WAITING_MAX);
        let waiting = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&waiting);
        std::thread::spawn(move || {
            for text in taken {
                let _lost = writer.write_all(&text).and_then(|()| writer.flush());
                left.fetch_sub(1, Ordering::Relaxed);
            }
        });
        Self { texts, waiting }
    }
}

impl Write for Handed {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if self.texts.try_send(text.to_vec()).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        let began = Instant::now();
        while self.waiting.load(Ordering::Relaxed) > 0 && began.elapsed() < END {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
