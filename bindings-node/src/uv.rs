//! libuv's poll handles: the event loop of a JavaScript thread tells when a socket can be read.
//!
//! Node's executable exports libuv, whose interface has been stable since 1.0. The functions are
//! looked up when they are first wanted, so that the module also loads where there are none.
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::HashSet;
use std::ffi::{c_int, c_uint, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::LazyLock;

use napi::Env;

type Handle = *mut c_void;

/// `UV_POLL` of `uv_handle_type`, and `UV_READABLE` of `uv_poll_event`.
const POLL: c_uint = 8;
const READABLE: c_int = 1;

struct Functions {
    size: unsafe extern "C" fn(c_uint) -> usize,
    set_data: unsafe extern "C" fn(Handle, *mut c_void),
    data: unsafe extern "C" fn(Handle) -> *mut c_void,
    init: unsafe extern "C" fn(*mut c_void, Handle, c_int) -> c_int,
    start: unsafe extern "C" fn(Handle, c_int, unsafe extern "C" fn(Handle, c_int, c_int)) -> c_int,
    unref: unsafe extern "C" fn(Handle),
    close: unsafe extern "C" fn(Handle, unsafe extern "C" fn(Handle)),
}

static FUNCTIONS: LazyLock<Option<Functions>> = LazyLock::new(look_up);

/// Sockets are no descriptors on Windows.
#[cfg(not(unix))]
fn look_up() -> Option<Functions> {
    None
}

#[cfg(unix)]
fn look_up() -> Option<Functions> {
    let program = libloading::os::unix::Library::this();
    // SAFETY: the types are those of uv.h.
    unsafe {
        Some(Functions {
            size: *program.get(b"uv_handle_size\0").ok()?,
            set_data: *program.get(b"uv_handle_set_data\0").ok()?,
            data: *program.get(b"uv_handle_get_data\0").ok()?,
            init: *program.get(b"uv_poll_init\0").ok()?,
            start: *program.get(b"uv_poll_start\0").ok()?,
            unref: *program.get(b"uv_unref\0").ok()?,
            close: *program.get(b"uv_close\0").ok()?,
        })
    }
}

/// The event loop of the JavaScript thread, and what is watched there. Stays on that thread, since
/// it is counted by an `Rc`.
pub(crate) struct Loop {
    raw: *mut c_void,
    functions: &'static Functions,
    watched: RefCell<HashSet<NonNull<Watched>>>,
    /// Handles that are not closed yet, or about to be.
    handles: Cell<usize>,
    ended: Cell<bool>,
    /// Called once when nothing is left after the end.
    at_end: RefCell<Option<Box<dyn FnOnce()>>>,
}

/// A handle. It belongs to libuv from its start to the call of `closed`, which drops it.
struct Watched {
    /// A `uv_poll_t`, aligned as anything in C can need.
    memory: Box<[UnsafeCell<u128>]>,
    owner: Rc<Loop>,
    /// False when it shall no longer be watched.
    readable: Box<dyn Fn() -> bool>,
}

impl Loop {
    /// None where the host of the module has no libuv.
    pub(crate) fn of(env: &Env) -> Option<Rc<Self>> {
        let functions = FUNCTIONS.as_ref()?;
        let raw = env.get_uv_event_loop().ok().filter(|raw| !raw.is_null())?;
        Some(Rc::new(Self {
            raw: raw.cast(),
            functions,
            watched: RefCell::default(),
            handles: Cell::new(0),
            ended: Cell::new(false),
            at_end: RefCell::default(),
        }))
    }

    /// Calls `readable` on this thread whenever there is something to read, until it returns false
    /// or the thread ends; then drops it. Does not keep the loop alive. The descriptor has to stay
    /// open as long as `readable` lives.
    pub(crate) fn watch(self: &Rc<Self>, descriptor: c_int, readable: impl Fn() -> bool + 'static) {
        let functions = self.functions;
        // SAFETY: a plain number goes in and out.
        let size = unsafe { (functions.size)(POLL) };
        let watched = Box::new(Watched {
            memory: (0..size.div_ceil(size_of::<u128>()))
                .map(|_| UnsafeCell::new(0))
                .collect(),
            owner: self.clone(),
            readable: Box::new(readable),
        });
        let handle = watched.handle();
        // SAFETY: the handle is large enough and not in use. This is the thread of the loop, which
        // is alive, since nothing is watched after the end of its environment has begun.
        let refused =
            self.ended.get() || unsafe { (functions.init)(self.raw, handle, descriptor) } != 0;
        if refused {
            return;
        }
        self.handles.set(self.handles.get() + 1);
        let watched = NonNull::from(Box::leak(watched));
        self.watched.borrow_mut().insert(watched);
        // SAFETY: the handle was initialised, and its memory is freed by nobody but `closed`.
        unsafe {
            (functions.set_data)(handle, watched.as_ptr().cast());
            (functions.unref)(handle);
        }
        self.start(watched);
    }

    /// Has libuv tell when there is something to read.
    fn start(&self, watched: NonNull<Watched>) {
        if !self.watched.borrow().contains(&watched) {
            return;
        }
        // SAFETY: it is among those that are open, so it is initialised and alive.
        let handle = unsafe { watched.as_ref().handle() };
        if unsafe { (self.functions.start)(handle, READABLE, on_readable) } != 0 {
            self.close(watched);
        }
    }

    /// Stops everything; calls `then` when nothing is left.
    pub(crate) fn end(&self, then: impl FnOnce() + 'static) {
        self.ended.set(true);
        *self.at_end.borrow_mut() = Some(Box::new(then));
        let all: Vec<_> = self.watched.borrow().iter().copied().collect();
        for watched in all {
            self.close(watched);
        }
        self.finish();
    }

    /// Stops it at once; it is freed in a later turn of the loop.
    fn close(&self, watched: NonNull<Watched>) {
        if self.watched.borrow_mut().remove(&watched) {
            // SAFETY: it was among those that are open, so it is alive, and closed only here.
            unsafe { (self.functions.close)(watched.as_ref().handle(), on_closed) }
        }
    }

    fn finish(&self) {
        if self.handles.get() == 0 {
            let then = self.at_end.borrow_mut().take();
            if let Some(then) = then {
                then();
            }
        }
    }
}

impl Watched {
    fn handle(&self) -> Handle {
        self.memory.as_ptr().cast_mut().cast()
    }

    /// # Safety
    /// The handle must be one of `Loop::watch` that is not closed.
    unsafe fn of(handle: Handle) -> Option<NonNull<Self>> {
        let functions = FUNCTIONS.as_ref()?;
        // SAFETY: by the contract; the data is what `Loop::watch` has put there.
        NonNull::new(unsafe { (functions.data)(handle) }.cast())
    }
}

unsafe extern "C" fn on_readable(handle: Handle, status: c_int, _events: c_int) {
    // SAFETY: libuv calls this with a handle that was started and not closed. It is freed only by
    // `on_closed`, which libuv calls from the loop and so not before this returns.
    if let Some(watched) = unsafe { Watched::of(handle) } {
        let (readable, owner) = unsafe { (&watched.as_ref().readable, &watched.as_ref().owner) };
        // A panic must not reach C.
        let goes_on = catch_unwind(AssertUnwindSafe(readable)).unwrap_or(false);
        if !goes_on {
            owner.close(watched);
        } else if status < 0 {
            // libuv has stopped the handle of a connection that was reset. What came in before was
            // read just now; the next turn finds the end.
            owner.start(watched);
        }
    }
}

unsafe extern "C" fn on_closed(handle: Handle) {
    // SAFETY: libuv calls this once for a handle, and does not touch it afterwards. `close` has
    // taken it out of the set, so that nobody else has it.
    if let Some(watched) = unsafe { Watched::of(handle) } {
        let watched = unsafe { Box::from_raw(watched.as_ptr()) };
        let owner = watched.owner.clone();
        drop(watched);
        owner.handles.set(owner.handles.get() - 1);
        owner.finish();
    }
}
