//! Ways to run code that was not in the program, and to share memory.

use libc::{
    SYS_ftruncate, SYS_madvise, SYS_mbind, SYS_memfd_create, SYS_memfd_secret, SYS_mlock, SYS_mlockall,
    SYS_mmap, SYS_move_pages, SYS_mprotect, SYS_mremap, SYS_msync, SYS_personality, SYS_pkey_alloc,
    SYS_pkey_mprotect, SYS_remap_file_pages, SYS_shmat, SYS_shmctl, SYS_shmget, SYS_userfaultfd,
};

use crate::system::attempts::step::Value::{First, Last, N, Prop, Room, Text};
use crate::system::attempts::step::{Call, Prop as Props, Row, call};

const fn row(id: &'static str, what: &'static str, how: &'static str, calls: &'static [Call]) -> Row {
    Row::new("memory", id, what, how, calls)
}

const PAGE: i64 = 4096;
const SHARED: i64 = (libc::MAP_SHARED | libc::MAP_ANONYMOUS) as i64;
const PRIVATE: i64 = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS) as i64;
const FIXED: i64 = PRIVATE | libc::MAP_FIXED as i64;
const MAKE: Call = call(SYS_mmap, &[N(0), N(PAGE), N(3), N(PRIVATE), N(-1), N(0)]);
const MAKE_SHARED: Call = call(SYS_mmap, &[N(0), N(PAGE), N(3), N(SHARED), N(-1), N(0)]);

pub(super) const ROWS: &[Row] = &[
    row(
        "map-code",
        "make memory that can be run",
        "mmap(PROT_EXEC)",
        &[call(SYS_mmap, &[N(0), N(PAGE), N(5), N(PRIVATE), N(-1), N(0)])],
    )
    .ordinary(),
    row(
        "map-write-code",
        "make memory that can be written and run",
        "mmap(PROT_WRITE | PROT_EXEC)",
        &[call(SYS_mmap, &[N(0), N(PAGE), N(7), N(PRIVATE), N(-1), N(0)])],
    )
    .ordinary(),
    row(
        "written-code",
        "make written memory runnable",
        "mmap, mprotect(PROT_EXEC)",
        &[MAKE, call(SYS_mprotect, &[Last, N(PAGE), N(5)])],
    )
    .ordinary(),
    row(
        "own-code",
        "make its own code writable",
        "mprotect(own code, PROT_WRITE | PROT_EXEC)",
        &[call(SYS_mprotect, &[Prop(Props::OwnCode), N(PAGE), N(7)])],
    )
    .ordinary(),
    row(
        "written-code-key",
        "the same with a protection key",
        "mmap, pkey_mprotect(PROT_EXEC)",
        &[MAKE, call(SYS_pkey_mprotect, &[Last, N(PAGE), N(5), N(-1)])],
    ),
    row(
        "key",
        "take a protection key",
        "pkey_alloc()",
        &[call(SYS_pkey_alloc, &[N(0), N(0)])],
    ),
    row(
        "everything-runs",
        "make everything readable runnable",
        "personality(READ_IMPLIES_EXEC)",
        &[call(SYS_personality, &[N(0x40_0000)])],
    ),
    row(
        "map-shared",
        "make memory that others can share",
        "mmap(MAP_SHARED)",
        &[MAKE_SHARED],
    )
    .ordinary(),
    row(
        "map-fixed",
        "put memory where something else is",
        "mmap(MAP_FIXED)",
        &[
            MAKE,
            call(SYS_mmap, &[Last, N(PAGE), N(3), N(FIXED), N(-1), N(0)]),
        ],
    )
    .ordinary(),
    row(
        "move-fixed",
        "move memory onto something else",
        "mremap(MREMAP_FIXED)",
        &[
            MAKE,
            MAKE,
            call(SYS_mremap, &[Last, N(PAGE), N(PAGE), N(3), First]),
        ],
    )
    .ordinary(),
    row(
        "remap-pages",
        "rearrange shared memory",
        "mmap(MAP_SHARED), remap_file_pages()",
        &[
            MAKE_SHARED,
            call(SYS_remap_file_pages, &[Last, N(PAGE), N(0), N(0), N(0)]),
        ],
    ),
    row(
        "memory-file",
        "make a file in memory",
        "memfd_create()",
        &[call(SYS_memfd_create, &[Text(c"snug"), N(0)])],
    )
    .ordinary(),
    row(
        "memory-file-code",
        "run code from a file in memory",
        "memfd_create, ftruncate, mmap(PROT_EXEC)",
        &[
            call(SYS_memfd_create, &[Text(c"snug"), N(0)]),
            call(SYS_ftruncate, &[First, N(PAGE)]),
            call(SYS_mmap, &[N(0), N(PAGE), N(5), N(1), First, N(0)]),
        ],
    ),
    row(
        "secret-memory",
        "make memory that the kernel does not see",
        "memfd_secret()",
        &[call(SYS_memfd_secret, &[N(0)])],
    ),
    row(
        "fault-handler",
        "handle page faults itself",
        "userfaultfd()",
        &[call(SYS_userfaultfd, &[N(1)])],
    ),
    row(
        "lock",
        "keep memory from being swapped",
        "mmap, mlock()",
        &[MAKE, call(SYS_mlock, &[Last, N(PAGE)])],
    ),
    row(
        "lock-all",
        "keep all its memory from being swapped",
        "mlockall(MCL_FUTURE)",
        &[call(SYS_mlockall, &[N(2)])],
    ),
    row(
        "merge",
        "let the kernel merge equal pages, which tells what others hold",
        "madvise(MADV_MERGEABLE)",
        &[MAKE, call(SYS_madvise, &[Last, N(PAGE), N(12)])],
    ),
    row(
        "sync",
        "flush memory to its file",
        "mmap, msync()",
        &[MAKE, call(SYS_msync, &[Last, N(PAGE), N(4)])],
    )
    .ordinary(),
    row(
        "place",
        "choose the memory bank",
        "mmap, mbind()",
        &[MAKE, call(SYS_mbind, &[Last, N(PAGE), N(0), N(0), N(0), N(0)])],
    ),
    row(
        "move-pages",
        "ask where its memory is",
        "move_pages()",
        &[call(SYS_move_pages, &[N(0), N(0), N(0), N(0), Room, N(0)])],
    ),
    row(
        "shared-segment",
        "make a shared segment",
        "shmget, shmctl(IPC_RMID)",
        &[
            call(SYS_shmget, &[N(0), N(PAGE), N(0o600)]),
            call(SYS_shmctl, &[First, N(0), N(0)]),
        ],
    ),
    row(
        "attach-segment",
        "attach a shared segment",
        "shmat()",
        &[call(SYS_shmat, &[N(0x7fff_ffff), N(0), N(0)])],
    )
    .reached_by(&[libc::EINVAL]),
];
