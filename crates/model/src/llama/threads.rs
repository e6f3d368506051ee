//! The threads that compute. All of them run before the wall closes.

use std::ffi::c_int;
use std::ptr::NonNull;

use llama_cpp_sys_2 as sys;

/// Threads that wait for work, asleep. They are there until the process ends: to end one takes calls that the wall forbids.
#[derive(Clone, Copy, Debug)]
pub(super) struct Threads {
    pool: NonNull<sys::ggml_threadpool>,
    count: c_int,
}

impl Threads {
    /// Starts them, and has them all do one small calculation: a thread that had not begun to run when the wall closes
    /// would begin with calls that it forbids.
    pub(super) fn start(count: u16) -> Option<Self> {
        let count = c_int::from(count);
        // SAFETY: takes nothing; reads what the processor is and sets tables up.
        unsafe { sys::llama_backend_init() };
        // SAFETY: takes nothing; registers the one backend that is compiled in.
        unsafe { sys::ggml_backend_dev_count() };
        // SAFETY: takes a number.
        let mut wanted = unsafe { sys::ggml_threadpool_params_default(count) };
        // Between two calculations they sleep at once.
        wanted.poll = 0;
        // SAFETY: the parameters live through the call.
        let pool = NonNull::new(unsafe { sys::ggml_threadpool_new(&raw mut wanted) })?;
        let threads = Self { pool, count };
        threads.calculate_something().then_some(threads)
    }

    pub(super) fn count(self) -> c_int {
        self.count
    }

    pub(super) fn pool(self) -> *mut sys::ggml_threadpool {
        self.pool.as_ptr()
    }

    /// Adds numbers in a graph of one node, at whose end every thread waits for every other.
    fn calculate_something(self) -> bool {
        const ROOM: usize = 1 << 20;
        let room = sys::ggml_init_params {
            mem_size: ROOM,
            mem_buffer: std::ptr::null_mut(),
            no_alloc: false,
        };
        // SAFETY: it allocates its own room.
        let context = unsafe { sys::ggml_init(room) };
        if context.is_null() {
            return false;
        }
        // SAFETY: the context is there and has room for it.
        let numbers = unsafe { sys::ggml_new_tensor_1d(context, sys::GGML_TYPE_F32, 64) };
        // SAFETY: the same.
        unsafe { sys::ggml_set_zero(numbers) };
        // SAFETY: the same.
        let sum = unsafe { sys::ggml_add(context, numbers, numbers) };
        // SAFETY: the same.
        let graph = unsafe { sys::ggml_new_graph(context) };
        // SAFETY: graph and sum are of this context.
        unsafe { sys::ggml_build_forward_expand(graph, sum) };
        // SAFETY: the graph is built and the pool is there.
        let mut plan = unsafe { sys::ggml_graph_plan(graph, self.count, self.pool()) };
        let mut work = vec![0_u8; plan.work_size];
        plan.work_data = work.as_mut_ptr();
        // SAFETY: the room for work is as large as the plan asked for, and lives through the call.
        let status = unsafe { sys::ggml_graph_compute(graph, &raw mut plan) };
        // SAFETY: nothing of the context is used after this.
        unsafe { sys::ggml_free(context) };
        status == sys::GGML_STATUS_SUCCESS && plan.n_threads == self.count
    }
}
