//! Checks the checks: the model itself misbehaves, and a rule has to notice.

use std::time::Duration;

use trueroom::engine::{Effect, Engine, Taken};
use trueroom::{Error, Text};

use crate::checks::Rule;
use crate::plan::MARK;
use crate::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sabotage {
    DropSettle,
    SettleTwice,
    TurnDoubt,
    RepeatSend,
    AnswerTwice,
    BusyLoop,
    StopTheClock,
    OpenAfterEnd,
    SendAfterEnd,
    ForgetWhy,
    GrowQueue,
    LeakEvent,
    LeakLog,
    ChangeTruth,
    RepeatRequest,
    SkipRequest,
    SkipChange,
    SwapEvents,
    HideEvent,
    HideLagged,
    HideConnection,
    DropReady,
    Miscount,
    FakeLife,
    LatePause,
    Chatter,
    MuteState,
    OtherOutcome,
    LateOutcome,
    TurnMirror,
}

/// Each kind of sabotage, and the rule that has to notice it.
pub(crate) const ALL: [(Sabotage, Rule); 30] = [
    (Sabotage::DropSettle, Rule::SettlesOnce),
    (Sabotage::SettleTwice, Rule::SettlesOnce),
    (Sabotage::TurnDoubt, Rule::SettleKind),
    (Sabotage::RepeatSend, Rule::SentOnce),
    (Sabotage::AnswerTwice, Rule::AnsweredOnce),
    (Sabotage::BusyLoop, Rule::BusyLoop),
    (Sabotage::StopTheClock, Rule::Ready),
    (Sabotage::OpenAfterEnd, Rule::Orders),
    (Sabotage::SendAfterEnd, Rule::Orders),
    (Sabotage::ForgetWhy, Rule::EndReason),
    (Sabotage::GrowQueue, Rule::Bounded),
    (Sabotage::LeakEvent, Rule::Secret),
    (Sabotage::LeakLog, Rule::Secret),
    (Sabotage::ChangeTruth, Rule::Book),
    (Sabotage::RepeatRequest, Rule::RequestOnce),
    (Sabotage::SkipRequest, Rule::RequestOnce),
    (Sabotage::SkipChange, Rule::Changes),
    (Sabotage::SwapEvents, Rule::EventOrder),
    (Sabotage::HideEvent, Rule::EventLost),
    (Sabotage::HideLagged, Rule::Lagged),
    (Sabotage::HideConnection, Rule::DeafFirst),
    (Sabotage::DropReady, Rule::Told),
    (Sabotage::Miscount, Rule::Counters),
    (Sabotage::FakeLife, Rule::Alive),
    (Sabotage::LatePause, Rule::Pause),
    (Sabotage::Chatter, Rule::Traffic),
    (Sabotage::MuteState, Rule::StateTold),
    (Sabotage::OtherOutcome, Rule::Outcome),
    (Sabotage::LateOutcome, Rule::Outcome),
    (Sabotage::TurnMirror, Rule::Mirror),
];

impl Sabotage {
    pub(crate) fn on_effect(self, world: &mut World, effect: Effect) -> Option<Effect> {
        let ended = world.engine.ended().is_some();
        match (self, effect) {
            (Self::DropSettle, Effect::Settle(..))
            | (Self::DropReady, Effect::Ready(_))
            | (Self::MuteState, Effect::StateChanged) => None,
            (Self::LateOutcome, Effect::Settle(_, Ok(text)))
                if text.as_str().contains("\"event\":\"conferenceDeleted\"") =>
            {
                None
            }
            (Self::OtherOutcome, Effect::Settle(id, Ok(text)))
                if text.as_str().contains("\"method\":\"event\"") =>
            {
                let other = "{\"method\":\"event\",\"event\":\"myEvent\"}".to_owned();
                Some(Effect::Settle(id, Ok(Text::from(other))))
            }
            (Self::LatePause, Effect::Open) => {
                world.now += Duration::from_secs(31);
                Some(Effect::Open)
            }
            (Self::SettleTwice, Effect::Settle(id, outcome)) => {
                let reason = world.engine.ended().cloned();
                world
                    .checks
                    .settled(world.now, id, &outcome, reason.as_ref(), world.closed);
                Some(Effect::Settle(id, outcome))
            }
            (Self::TurnDoubt, Effect::Settle(id, Err(mut error))) => {
                if let Error::Timeout {
                    outcome_unknown, ..
                }
                | Error::ConnectionLost {
                    outcome_unknown, ..
                } = &mut error
                {
                    *outcome_unknown = !*outcome_unknown;
                }
                Some(Effect::Settle(id, Err(error)))
            }
            (Self::RepeatSend, Effect::Send(text)) => {
                world.checks.sent((0, 0), text.as_str());
                Some(Effect::Send(text))
            }
            (Self::OpenAfterEnd, Effect::StateChanged) if ended => Some(Effect::Open),
            (Self::SendAfterEnd, Effect::StateChanged) if ended => Some(Effect::Send(Text::from(
                String::from("{\"requestId\":\"0\"}"),
            ))),
            (Self::LeakLog, Effect::Open) => {
                tracing::debug!(pin = MARK, "leak");
                Some(Effect::Open)
            }
            (_, effect) => Some(effect),
        }
    }

    pub(crate) fn on_take(
        self,
        engine: &mut Engine,
        held: &mut Option<Taken>,
        id: u64,
    ) -> Option<Taken> {
        let taken = engine.take(id)?;
        let name = match &taken {
            Taken::Event(event) => event.name.to_string(),
            Taken::Request(_) => String::new(),
        };
        match (self, taken) {
            (Self::RepeatRequest, Taken::Request(request)) => {
                let again = held
                    .take()
                    .filter(|held| matches!(held, Taken::Request(r) if r.id != request.id));
                *held = Some(Taken::Request(request.clone()));
                Some(again.unwrap_or(Taken::Request(request)))
            }
            (Self::SkipRequest | Self::SkipChange, Taken::Request(_)) => engine.take(id),
            (Self::SwapEvents, first @ Taken::Event(_)) => {
                if let Some(held) = held.take() {
                    Some(held)
                } else {
                    let second = engine.take(id);
                    *held = second.is_some().then(|| first.clone());
                    second.or(Some(first))
                }
            }
            (Self::LeakEvent, Taken::Event(mut event)) if name == "connection" => {
                event.text = Text::from(format!("{{\"reason\":\"{MARK}\"}}"));
                Some(Taken::Event(event))
            }
            (Self::HideEvent, Taken::Event(_)) if name == "login" => engine.take(id),
            (Self::HideLagged, Taken::Event(_)) if name == "lagged" => engine.take(id),
            (Self::HideConnection, Taken::Event(event))
                if name == "connection" && event.text.as_str().contains("\"deafFor\":") =>
            {
                let ready = event.text.as_str().contains("\"state\":\"ready\"");
                if ready {
                    engine.take(id)
                } else {
                    Some(Taken::Event(event))
                }
            }
            (_, taken) => Some(taken),
        }
    }
}
