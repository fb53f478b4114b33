//! What waits for one subscriber of events.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::events::lagged;
use super::subscriptions::Event;

/// A progress event tells which request it is about, since only the newest matters: by a number,
/// which is moved and compared in no time.
pub(super) type Progress = Option<u64>;

/// A bounded queue of events that forgets the least: first progress that newer progress of the
/// same request has overtaken, then the oldest event. What is forgotten of the second kind is
/// counted, and the count stands in front of the queue, where the gap is.
///
/// A push takes the same time however full and however long the queue is, on average: the room
/// reads nothing else meanwhile, so a subscriber that is slow must not make it slow.
#[derive(Debug, Clone)]
pub(super) struct EventQueue {
    capacity: usize,
    /// None where progress was, which is no longer wanted.
    items: VecDeque<Option<(Event, Progress)>>,
    /// How many of the items are something.
    waiting: usize,
    /// Events that came before the first item.
    passed: u64,
    gap: u64,
    /// Kept only while the subscriber is behind.
    index: Option<Index>,
    /// Items that were looked at beside those pushed and taken.
    #[cfg(test)]
    searched: usize,
}

/// Where progress is, by the number of the event.
#[derive(Debug, Clone, Default)]
struct Index {
    /// The newest of each request.
    newest: FxHashMap<u64, u64>,
    /// Those that newer ones have overtaken; they may have been taken since.
    overtaken: Vec<u64>,
}

impl Index {
    fn add(&mut self, request: u64, number: u64) {
        self.overtaken.extend(self.newest.insert(request, number));
    }
}

impl EventQueue {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            items: VecDeque::new(),
            waiting: 0,
            passed: 0,
            gap: 0,
            index: None,
            #[cfg(test)]
            searched: 0,
        }
    }

    /// How many events wait.
    pub(super) fn len(&self) -> usize {
        self.waiting
    }

    /// Gives back the room that a flood has taken.
    pub(super) fn rest(&mut self) {
        self.items.shrink_to_fit();
    }

    /// Returns how many events had to go.
    #[inline]
    pub(super) fn push(&mut self, event: Event, progress: Progress) -> u64 {
        let behind = self.waiting >= self.capacity || self.index.is_some();
        let dropped = if behind { self.make_way(progress) } else { 0 };
        self.items.push_back(Some((event, progress)));
        self.waiting += 1;
        dropped
    }

    /// Makes room for one more event, which tells the progress of this request.
    fn make_way(&mut self, progress: Progress) -> u64 {
        let mut dropped = 0;
        if self.waiting >= self.capacity {
            self.forget_overtaken(progress);
            while self.waiting >= self.capacity && self.pop_item().is_some() {
                dropped += 1;
            }
        }
        self.gap += dropped;
        if let (Some(index), Some(request)) = (&mut self.index, progress) {
            index.add(request, self.passed + self.items.len() as u64);
            if index.overtaken.len() > 2 * self.capacity {
                self.look_at(2 * self.capacity);
                self.forget_what_was_taken();
            }
        }
        dropped
    }

    pub(super) fn pop(&mut self) -> Option<Event> {
        if self.gap > 0 {
            return Some(lagged(std::mem::take(&mut self.gap)));
        }
        let event = self.pop_item();
        if self.waiting <= self.capacity / 2 {
            self.index = None;
        }
        event
    }

    fn pop_item(&mut self) -> Option<Event> {
        loop {
            let item = self.items.pop_front()?;
            let number = self.passed;
            self.passed += 1;
            let Some((event, progress)) = item else {
                continue;
            };
            self.waiting -= 1;
            if let (Some(index), Some(request)) = (&mut self.index, progress)
                && index.newest.get(&request) == Some(&number)
            {
                index.newest.remove(&request);
            }
            return Some(event);
        }
    }

    /// Removes overtaken progress. `incoming` is the request that the event about to be queued
    /// tells the progress of.
    fn forget_overtaken(&mut self, incoming: Progress) {
        let mut index = self.index.take().unwrap_or_else(|| self.make_index());
        if let Some(newest) = incoming.and_then(|request| index.newest.remove(&request)) {
            index.overtaken.push(newest);
        }
        self.look_at(index.overtaken.len());
        for number in index.overtaken.drain(..) {
            let place = number.checked_sub(self.passed);
            let item = place.and_then(|place| self.items.get_mut(usize::try_from(place).ok()?));
            if item.is_some_and(|item| item.take().is_some()) {
                self.waiting -= 1;
            }
        }
        if self.items.len() > 2 * self.capacity {
            // Every event has another place now, so the index is made again when it is needed.
            self.look_at(self.items.len());
            self.items.retain(Option::is_some);
        } else {
            self.index = Some(index);
        }
    }

    fn make_index(&mut self) -> Index {
        self.look_at(self.items.len());
        let mut index = Index::default();
        for (number, item) in (self.passed..).zip(&self.items) {
            if let Some((_, Some(request))) = item {
                index.add(*request, number);
            }
        }
        index
    }

    fn forget_what_was_taken(&mut self) {
        let passed = self.passed;
        if let Some(index) = &mut self.index {
            index.overtaken.retain(|number| *number >= passed);
        }
    }

    #[cfg_attr(not(test), allow(clippy::unused_self, reason = "counts in tests"))]
    fn look_at(&mut self, items: usize) {
        #[cfg(test)]
        {
            self.searched += items;
        }
        #[cfg(not(test))]
        let _ = items;
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::super::Text;
    use super::*;

    fn event(name: &'static str, n: usize) -> Event {
        Event {
            name: Cow::Borrowed(name),
            text: Text::from(format!("{name} {n}")),
        }
    }

    fn drain(queue: &mut EventQueue) -> Vec<String> {
        std::iter::from_fn(|| queue.pop())
            .map(|event| event.text.as_str().to_owned())
            .collect()
    }

    #[test]
    fn overtaken_progress_goes_first_and_is_not_a_loss() {
        let mut queue = EventQueue::new(4);
        let (a, b) = (Some(1), Some(2));
        queue.push(event("chat", 0), None);
        queue.push(event("progress", 1), a);
        queue.push(event("progress", 2), b);
        queue.push(event("progress", 3), a);
        assert_eq!(queue.push(event("progress", 4), b), 0);
        assert_eq!(queue.push(event("chat", 5), None), 0);
        assert_eq!(
            drain(&mut queue),
            ["chat 0", "progress 3", "progress 4", "chat 5"]
        );
    }

    #[test]
    fn a_loss_is_counted_where_it_happened() {
        let mut queue = EventQueue::new(3);
        let dropped: u64 = (0..10).map(|n| queue.push(event("chat", n), None)).sum();
        assert_eq!(dropped, 7);
        let items = drain(&mut queue);
        assert!(
            items[0].contains("\"lagged\"") && items[0].contains("\"dropped\":7"),
            "{items:?}"
        );
        assert_eq!(items[1..], ["chat 7", "chat 8", "chat 9"]);
    }

    #[test]
    fn a_flood_of_progress_keeps_the_newest_of_each_request() {
        let mut queue = EventQueue::new(8);
        for n in 0..10_000 {
            let request = Some(n as u64 % 5);
            assert_eq!(queue.push(event("progress", n), request), 0);
        }
        assert!(queue.len() <= 8);
        let newest: Vec<String> = (9995..10_000).map(|n| format!("progress {n}")).collect();
        assert!(drain(&mut queue).ends_with(&newest));
    }

    /// What a queue does that is searched from end to end for each event that it has no place for.
    #[derive(Default)]
    struct Plain {
        items: Vec<(String, Progress)>,
        dropped: u64,
    }

    impl Plain {
        fn push(&mut self, capacity: usize, text: String, progress: Progress) {
            if self.items.len() >= capacity {
                let mut newer: Vec<_> = progress.iter().copied().collect();
                let mut kept = Vec::new();
                for (text, progress) in self.items.drain(..).rev() {
                    match &progress {
                        Some(request) if newer.contains(request) => continue,
                        Some(request) => newer.push(*request),
                        None => {}
                    }
                    kept.push((text, progress));
                }
                self.items.extend(kept.into_iter().rev());
            }
            while self.items.len() >= capacity {
                self.items.remove(0);
                self.dropped += 1;
            }
            self.items.push((text, progress));
        }
    }

    #[test]
    fn it_keeps_and_drops_what_a_plain_one_does() {
        for seed in 0..300 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let capacity = rng.usize(1..12);
            let (mut queue, mut plain, mut dropped) =
                (EventQueue::new(capacity), Plain::default(), 0);
            for n in 0..400 {
                if rng.usize(0..100) < 40 {
                    let taken = queue.pop_item().map(|event| event.text.as_str().to_owned());
                    if queue.waiting <= capacity / 2 {
                        queue.index = None;
                    }
                    let first = (!plain.items.is_empty()).then(|| plain.items.remove(0).0);
                    assert_eq!(taken, first, "seed {seed}");
                } else {
                    let progress: Progress = rng.bool().then(|| rng.u64(0..4));
                    dropped += queue.push(event("event", n), progress);
                    plain.push(capacity, format!("event {n}"), progress);
                }
                assert_eq!(
                    (queue.len(), dropped),
                    (plain.items.len(), plain.dropped),
                    "seed {seed}"
                );
            }
        }
    }

    #[test]
    fn a_full_queue_is_not_searched_for_each_event() {
        const CAPACITY: usize = 1000;
        const EVENTS: usize = 100_000;
        for requests in [1, 7, 900] {
            let mut queue = EventQueue::new(CAPACITY);
            for n in 0..CAPACITY {
                queue.push(event("chat", n), None);
            }
            for n in 0..EVENTS {
                let request = (n % requests) as u64;
                queue.push(event("progress", n), Some(request));
            }
            // Each event is looked at a few times in all, and never a thousand others for it.
            assert!(queue.searched < 6 * EVENTS, "{}", queue.searched);
            assert!(queue.items.len() <= 3 * CAPACITY);
        }
    }

    #[test]
    fn a_subscriber_that_is_a_little_behind_costs_no_more() {
        const CAPACITY: usize = 1000;
        let mut queue = EventQueue::new(CAPACITY);
        for n in 0..=CAPACITY {
            queue.push(event("progress", n), Some(1));
        }
        for n in 0..CAPACITY * 3 / 4 {
            queue.push(event("chat", n), None);
        }
        for n in 0..100_000 {
            queue.push(event("progress", n), Some(1));
            assert!(queue.pop().is_some());
        }
        let index = queue
            .index
            .as_ref()
            .map_or(0, |index| index.overtaken.len());
        assert!(index <= 2 * CAPACITY && queue.searched < 600_000);
    }
}
