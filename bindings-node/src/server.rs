//! Serves the connections of a JavaScript thread's rooms on that thread: what comes is read, routed
//! and handed over in one turn of its event loop, without a change of threads.
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use napi::bindgen_prelude::{FunctionRef, JsValue, ToNapiValue};
use napi::{Env, Result, sys};
use trueroom::host::{HostLink, HostRoom};

use crate::mailbox::{Drained, Rows, Shared, check};
use crate::uv::Loop;

pub(crate) struct Server {
    env: sys::napi_env,
    events: Rc<Loop>,
    shared: Arc<Shared>,
    rows: Rc<Rows>,
    deliver: FunctionRef<(), ()>,
    /// JavaScript runs because of something that was read here.
    in_turn: Cell<bool>,
    /// Rooms with commands that go out together at the end of the turn.
    kept: RefCell<Vec<HostRoom>>,
}

impl Server {
    /// None where the host of the module has no libuv. `deliver` is called with what has come.
    pub(crate) fn new(
        env: &Env,
        shared: Arc<Shared>,
        rows: Rc<Rows>,
        deliver: FunctionRef<(), ()>,
    ) -> Result<Option<Rc<Self>>> {
        let Some(events) = Loop::of(env) else {
            return Ok(None);
        };
        stop_with_thread(env, &events)?;
        Ok(Some(Rc::new(Self {
            env: env.raw(),
            events,
            shared,
            rows,
            deliver,
            in_turn: Cell::new(false),
            kept: RefCell::default(),
        })))
    }

    /// Serves the connections from now on.
    pub(crate) fn take(self: &Rc<Self>, links: Vec<HostLink>) {
        for link in links {
            let server = self.clone();
            if let Ok(descriptor) = link.descriptor().try_into() {
                self.events.watch(descriptor, move || server.serve(&link));
            }
        }
    }

    /// Keeps the room's commands for the end of the turn. False if there is none.
    pub(crate) fn keep(&self, room: &HostRoom) -> bool {
        let in_turn = self.in_turn.get();
        if in_turn {
            self.kept.borrow_mut().push(room.clone());
        }
        in_turn
    }

    /// There is something to read. False when the connection is over.
    fn serve(self: &Rc<Self>, link: &HostLink) -> bool {
        let goes_on = link.serve(&self.shared.host);
        let gathered = self.shared.gather();
        if !gathered.is_empty() {
            self.in_turn.set(true);
            self.hand_over(|env| gathered.into_js(env, &self.shared, &self.rows, Some(self)));
            self.in_turn.set(false);
            for room in self.kept.take() {
                room.end_turn();
            }
        }
        goes_on
    }

    /// Calls JavaScript, and lets everything run that follows from it. What it throws is for the
    /// process to report; nothing here may fail because of it.
    fn hand_over(&self, drained: impl FnOnce(&Env) -> Result<Option<Drained<'_>>>) {
        let env = Env::from_raw(self.env);
        let mut scope = ptr::null_mut();
        // SAFETY: libuv calls on the thread of the environment, which is alive: its end begins with
        // the end of what is watched. Values do not leave the scope.
        unsafe {
            if sys::napi_open_handle_scope(self.env, &raw mut scope) != sys::Status::napi_ok {
                return;
            }
            if let Ok(Some(drained)) = drained(&env) {
                // The thread may be ending, and then no JavaScript runs. There is nobody to tell.
                drop(self.call(&env, drained));
            }
            sys::napi_close_handle_scope(self.env, scope);
        }
    }

    /// # Safety
    /// On the thread of the environment, within a handle scope.
    unsafe fn call(&self, env: &Env, drained: Drained<'_>) -> Result<()> {
        let function = self.deliver.borrow_back(env)?;
        // SAFETY: by the contract; all values belong to this environment and scope. The global
        // object stands in for the receiver, and no context is told as that of the callback.
        unsafe {
            let argument = Drained::to_napi_value(self.env, drained)?;
            let mut receiver = ptr::null_mut();
            check(sys::napi_get_global(self.env, &raw mut receiver))?;
            let status = sys::napi_make_callback(
                self.env,
                ptr::null_mut(),
                receiver,
                function.raw(),
                1,
                &raw const argument,
                ptr::null_mut(),
            );
            if status == sys::Status::napi_pending_exception {
                let mut error = ptr::null_mut();
                check(sys::napi_get_and_clear_last_exception(
                    self.env,
                    &raw mut error,
                ))?;
                check(sys::napi_fatal_exception(self.env, error))?;
            }
        }
        Ok(())
    }
}

/// Everything that is watched is closed before the loop of the thread is.
fn stop_with_thread(env: &Env, events: &Rc<Loop>) -> Result<()> {
    unsafe extern "C" fn stop(hook: sys::napi_async_cleanup_hook_handle, events: *mut c_void) {
        // SAFETY: Node calls this once, with the pointer that was given to it below, and goes on
        // running the loop until the hook is removed.
        let events = unsafe { Rc::from_raw(events.cast::<Loop>().cast_const()) };
        events.end(move || {
            // SAFETY: the hook is that of this call, and is removed once. It cannot fail.
            unsafe { sys::napi_remove_async_cleanup_hook(hook) };
        });
    }
    let events = Rc::into_raw(events.clone()).cast_mut().cast();
    // SAFETY: the environment is that of the call at hand, and the pointer lives until the hook.
    check(unsafe {
        sys::napi_add_async_cleanup_hook(env.raw(), Some(stop), events, ptr::null_mut())
    })
}
