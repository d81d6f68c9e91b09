//! The buffer that threads append lines to and the thread that writes it out in large pieces.

use std::io::Write;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How much may wait to be written.
const ROOM: usize = 8 * 1024 * 1024;
/// How long the writer gathers lines before it writes them.
const GATHER: Duration = Duration::from_millis(5);
/// How long a thread with a line to log waits for room. Whoever reads the log may have stopped
/// reading; requests must be answered all the same.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long `flush` waits for such a reader.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

#[derive(Default)]
struct State {
    waiting: Vec<u8>,
    /// Whether the thread that writes has a piece in hand.
    writing: bool,
    /// Whether it sleeps until something is there.
    asleep: bool,
    /// Whether somebody waits for everything to be written.
    hurry: bool,
    /// Lines that were lost because there was no room; said in the log once there is.
    lost: u64,
}

/// Lines on their way out. Nothing is written before [`Writer::start`].
#[derive(Default)]
pub(super) struct Writer {
    state: Mutex<State>,
    something: Condvar,
    room: Condvar,
}

impl Writer {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A thread that panicked while appending leaves half a line at worst.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends what `line` writes, which has to end with a line's end.
    pub(super) fn append(&self, line: impl FnOnce(&mut Vec<u8>)) {
        thread_local!(static SCRATCH: std::cell::Cell<Vec<u8>> = const { std::cell::Cell::new(Vec::new()) });
        // Formatted before the lock is taken, in memory that the thread keeps.
        let mut text = SCRATCH.try_with(std::cell::Cell::take).unwrap_or_default();
        text.clear();
        line(&mut text);
        self.push(&text);
        if text.capacity() <= 64 * 1024 {
            // The thread may be ending, and the memory gone with it: then the line needs no keeping.
            let _ = SCRATCH.try_with(|scratch| scratch.set(text));
        }
    }

    fn push(&self, text: &[u8]) {
        let mut state = self.lock();
        if state.waiting.len() + text.len() > ROOM {
            let full = |state: &mut State| state.waiting.len() + text.len() > ROOM && state.lost == 0;
            state =
                self.room.wait_timeout_while(state, PATIENCE, full).unwrap_or_else(PoisonError::into_inner).0;
            if state.waiting.len() + text.len() > ROOM {
                state.lost += 1;
                return;
            }
        }
        state.waiting.extend_from_slice(text);
        let wake = std::mem::take(&mut state.asleep);
        drop(state);
        if wake {
            self.something.notify_one();
        }
    }

    /// Starts the thread that writes to `out`.
    pub(super) fn start(&'static self, out: impl Write + Send + 'static) -> std::io::Result<()> {
        thread::Builder::new().name("log".to_owned()).spawn(move || self.run(out)).map(drop)
    }

    fn run(&self, mut out: impl Write) {
        let mut piece = Vec::new();
        loop {
            let mut state = self.lock();
            state.writing = false;
            if state.waiting.is_empty() {
                self.room.notify_all();
                state.asleep = true;
                let idle = |state: &mut State| state.asleep && state.waiting.is_empty();
                state = self.something.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner);
            }
            state.asleep = false;
            let soon = Instant::now() + GATHER;
            while !state.hurry
                && let left = soon.saturating_duration_since(Instant::now())
                && !left.is_zero()
            {
                state = self.something.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            }
            std::mem::swap(&mut piece, &mut state.waiting);
            state.writing = true;
            state.hurry = false;
            let lost = std::mem::take(&mut state.lost);
            drop(state);
            self.room.notify_all();
            // There is nobody left to tell when standard error is gone.
            let _ = out.write_all(&piece);
            if lost > 0 {
                let _ = writeln!(out, "{lost} log lines were lost: nobody read the log fast enough");
            }
            let _ = out.flush();
            piece.clear();
            piece.shrink_to(1024 * 1024);
        }
    }

    /// Waits until what was appended so far is written, though not for ever.
    pub(super) fn flush(&self) {
        let mut state = self.lock();
        state.hurry = true;
        state.asleep = false;
        self.something.notify_one();
        let busy = |state: &mut State| state.writing || !state.waiting.is_empty();
        // A reader that stopped reading is not worth waiting for.
        drop(self.room.wait_timeout_while(state, LAST_PATIENCE, busy));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("sink").extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_of_every_thread_arrives_whole() {
        let writer: &'static Writer = Box::leak(Box::default());
        let sink = Sink::default();
        writer.start(sink.clone()).expect("a thread");
        thread::scope(|scope| {
            for t in 0..4 {
                scope.spawn(move || {
                    for i in 0..5_000 {
                        writer
                            .append(|out| out.extend_from_slice(format!("thread {t} line {i}\n").as_bytes()));
                    }
                });
            }
        });
        writer.flush();
        let bytes = sink.0.lock().expect("sink").clone();
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(text.lines().count(), 20_000);
        let of_two: Vec<&str> = text.lines().filter(|line| line.starts_with("thread 2 ")).collect();
        assert_eq!(of_two.len(), 5_000);
        assert_eq!(of_two[4_999], "thread 2 line 4999");
    }

    #[test]
    fn flush_of_an_idle_writer_returns() {
        let writer: &'static Writer = Box::leak(Box::default());
        writer.start(std::io::sink()).expect("a thread");
        let begun = Instant::now();
        for _ in 0..20 {
            writer.flush();
            writer.append(|out| out.extend_from_slice(b"x\n"));
        }
        writer.flush();
        assert!(begun.elapsed() < LAST_PATIENCE);
    }

    #[test]
    fn a_log_that_nobody_reads_stops_no_request() {
        // Never started: nothing is ever taken out.
        let writer = Writer::default();
        let line = vec![b'x'; 1024 * 1024];
        let begun = Instant::now();
        for _ in 0..20 {
            writer.append(|out| out.extend_from_slice(&line));
        }
        assert_eq!(writer.lock().lost, 12);
        assert!(begun.elapsed() < Duration::from_secs(2));
    }
}
