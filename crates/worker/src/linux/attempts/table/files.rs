//! Ways to read, write or name a file.

use libc::{
    SYS_acct, SYS_chdir, SYS_chroot, SYS_copy_file_range, SYS_faccessat, SYS_fanotify_init, SYS_fchdir,
    SYS_fchmodat, SYS_fchownat, SYS_flock, SYS_fstat, SYS_fsync, SYS_ftruncate, SYS_getcwd, SYS_getdents64,
    SYS_inotify_init1, SYS_linkat, SYS_lseek, SYS_mkdirat, SYS_mknodat, SYS_mmap, SYS_name_to_handle_at,
    SYS_newfstatat, SYS_open_by_handle_at, SYS_openat, SYS_openat2, SYS_pread64, SYS_pwrite64, SYS_read,
    SYS_readlinkat, SYS_renameat2, SYS_sendfile, SYS_setxattr, SYS_splice, SYS_statfs, SYS_statx, SYS_swapon,
    SYS_symlinkat, SYS_truncate, SYS_umask, SYS_unlinkat, SYS_utimensat, SYS_write,
};

use crate::system::attempts::step::Value::{Bytes, Inside, Last, Leaked, N, Prop, Room, Text};
use crate::system::attempts::step::{Call, Leak, Prop as Props, Row, call};

const fn row(id: &'static str, what: &'static str, how: &'static str, calls: &'static [Call]) -> Row {
    Row::new("files", id, what, how, calls)
}

const HERE: i64 = libc::AT_FDCWD as i64;
const PASSWD: &std::ffi::CStr = c"/etc/passwd";
const CREATE: i64 = (libc::O_CREAT | libc::O_WRONLY) as i64;
const TEMPORARY: i64 = (libc::O_TMPFILE | libc::O_RDWR) as i64;
const FIFO: i64 = 0o010_600;

pub(super) const ROWS: &[Row] = &[
    row(
        "open",
        "open a file that everybody may read",
        "openat(/etc/passwd)",
        &[call(SYS_openat, &[N(HERE), Text(PASSWD), N(0), N(0)])],
    )
    .ordinary(),
    #[cfg(target_arch = "x86_64")]
    row(
        "open-old",
        "the same by the old call",
        "open(/etc/passwd)",
        &[call(libc::SYS_open, &[Text(PASSWD), N(0), N(0)])],
    )
    .ordinary(),
    row(
        "open2",
        "the same by the new call",
        "openat2(/etc/passwd)",
        &[call(
            SYS_openat2,
            &[N(HERE), Text(PASSWD), Bytes(&[0; 24]), N(24)],
        )],
    ),
    row(
        "open-path",
        "name the root directory",
        "openat(/, O_PATH)",
        &[call(
            SYS_openat,
            &[N(HERE), Text(c"/"), N(libc::O_PATH as i64), N(0)],
        )],
    )
    .ordinary(),
    row(
        "open-home",
        "open the home directory",
        "openat(home)",
        &[call(
            SYS_openat,
            &[N(HERE), Prop(Props::Home), N(libc::O_DIRECTORY as i64), N(0)],
        )],
    ),
    row(
        "open-victim",
        "open a private file by its path",
        "openat(victim)",
        &[call(SYS_openat, &[N(HERE), Inside("victim"), N(0), N(0)])],
    )
    .ordinary(),
    row(
        "open-beside",
        "open a file through a directory that was left open",
        "openat(leaked directory, victim)",
        &[call(
            SYS_openat,
            &[Leaked(Leak::Directory), Text(c"victim"), N(2), N(0)],
        )],
    )
    .ordinary(),
    row(
        "create",
        "make a file",
        "openat(O_CREAT)",
        &[call(SYS_openat, &[N(HERE), Inside("made"), N(CREATE), N(0o600)])],
    )
    .ordinary(),
    #[cfg(target_arch = "x86_64")]
    row(
        "create-old",
        "the same by the old call",
        "creat()",
        &[call(libc::SYS_creat, &[Inside("made"), N(0o600)])],
    )
    .ordinary(),
    row(
        "create-unnamed",
        "make a file without a name",
        "openat(O_TMPFILE)",
        &[call(SYS_openat, &[N(HERE), Inside(""), N(TEMPORARY), N(0o600)])],
    ),
    row(
        "stat",
        "ask about a file",
        "newfstatat(/etc/passwd)",
        &[call(SYS_newfstatat, &[N(HERE), Text(PASSWD), Room, N(0)])],
    )
    .ordinary(),
    row(
        "statx",
        "the same by the new call",
        "statx(/etc/passwd)",
        &[call(SYS_statx, &[N(HERE), Text(PASSWD), N(0), N(0xfff), Room])],
    )
    .ordinary(),
    row(
        "statfs",
        "ask about a file system",
        "statfs(/)",
        &[call(SYS_statfs, &[Text(c"/"), Room])],
    )
    .ordinary(),
    row(
        "access",
        "ask whether a file is there",
        "faccessat(/etc/passwd)",
        &[call(SYS_faccessat, &[N(HERE), Text(PASSWD), N(0)])],
    )
    .ordinary(),
    row(
        "readlink",
        "ask which program it is",
        "readlinkat(/proc/self/exe)",
        &[call(
            SYS_readlinkat,
            &[N(HERE), Text(c"/proc/self/exe"), Room, N(4096)],
        )],
    )
    .ordinary(),
    row(
        "getcwd",
        "ask where it is",
        "getcwd()",
        &[call(SYS_getcwd, &[Room, N(4096)])],
    )
    .ordinary(),
    row(
        "chdir",
        "go to another directory",
        "chdir(/tmp)",
        &[call(SYS_chdir, &[Inside("")])],
    )
    .ordinary(),
    row(
        "leaked-fchdir",
        "go to a directory that was left open",
        "fchdir(leaked directory)",
        &[call(SYS_fchdir, &[Leaked(Leak::Directory)])],
    )
    .ordinary(),
    row(
        "chroot",
        "take another root directory",
        "chroot()",
        &[call(SYS_chroot, &[Inside("")])],
    ),
    row(
        "leaked-list",
        "list a directory that was left open",
        "getdents64(leaked directory)",
        &[call(SYS_getdents64, &[Leaked(Leak::Directory), Room, N(4096)])],
    )
    .ordinary(),
    row(
        "leaked-read",
        "read a file that was left open",
        "read(leaked file)",
        &[call(SYS_read, &[Leaked(Leak::File), Room, N(9)])],
    )
    .ordinary(),
    row(
        "leaked-pread",
        "the same at a position",
        "pread64(leaked file)",
        &[call(SYS_pread64, &[Leaked(Leak::File), Room, N(9), N(0)])],
    )
    .ordinary(),
    row(
        "leaked-write",
        "write to a file that was left open",
        "write(leaked file)",
        &[call(SYS_write, &[Leaked(Leak::File), Bytes(b"snug"), N(4)])],
    )
    .ordinary(),
    row(
        "leaked-pwrite",
        "the same at a position",
        "pwrite64(leaked file)",
        &[call(
            SYS_pwrite64,
            &[Leaked(Leak::File), Bytes(b"snug"), N(4), N(0)],
        )],
    )
    .ordinary(),
    row(
        "leaked-seek",
        "move in a file that was left open",
        "lseek(leaked file)",
        &[call(SYS_lseek, &[Leaked(Leak::File), N(1), N(0)])],
    )
    .ordinary(),
    row(
        "leaked-stat",
        "ask about a file that was left open",
        "fstat(leaked file)",
        &[call(SYS_fstat, &[Leaked(Leak::File), Room])],
    )
    .ordinary(),
    row(
        "leaked-truncate",
        "shorten a file that was left open",
        "ftruncate(leaked file)",
        &[call(SYS_ftruncate, &[Leaked(Leak::File), N(0)])],
    )
    .ordinary(),
    row(
        "leaked-map",
        "map a file that was left open",
        "mmap(leaked file)",
        &[call(
            SYS_mmap,
            &[N(0), N(4096), N(1), N(1), Leaked(Leak::File), N(0)],
        )],
    )
    .ordinary(),
    row(
        "leaked-lock",
        "lock a file that was left open",
        "flock(leaked file)",
        &[call(SYS_flock, &[Leaked(Leak::File), N(6)])],
    )
    .ordinary(),
    row(
        "leaked-sync",
        "flush a file that was left open",
        "fsync(leaked file)",
        &[call(SYS_fsync, &[Leaked(Leak::File)])],
    )
    .ordinary(),
    row(
        "leaked-sendfile",
        "send a file through a socket, both left open",
        "sendfile(leaked Unix socket, leaked file)",
        &[call(
            SYS_sendfile,
            &[Leaked(Leak::Unix), Leaked(Leak::File), N(0), N(4)],
        )],
    )
    .ordinary(),
    row(
        "leaked-copy",
        "copy within a file that was left open",
        "copy_file_range(leaked file)",
        &[call(
            SYS_copy_file_range,
            &[
                Leaked(Leak::File),
                Bytes(&[0; 8]),
                Leaked(Leak::File),
                Bytes(&[16, 0, 0, 0, 0, 0, 0, 0]),
                N(4),
                N(0),
            ],
        )],
    ),
    row(
        "splice",
        "move its task into a file that was left open",
        "splice(task pipe, leaked file)",
        &[call(
            SYS_splice,
            &[N(0), N(0), Leaked(Leak::File), N(0), N(4), N(0)],
        )],
    )
    .ordinary(),
    row(
        "own-memory",
        "open its own memory as a file",
        "openat(/proc/self/mem)",
        &[call(SYS_openat, &[N(HERE), Text(c"/proc/self/mem"), N(2), N(0)])],
    )
    .ordinary(),
    row(
        "own-maps",
        "read its own memory map",
        "openat(/proc/self/maps)",
        &[call(SYS_openat, &[N(HERE), Text(c"/proc/self/maps"), N(0), N(0)])],
    )
    .ordinary(),
    row(
        "parent-memory",
        "open the memory of its parent",
        "openat(/proc/PARENT/mem)",
        &[call(
            SYS_openat,
            &[N(HERE), Prop(Props::ParentMemoryPath), N(2), N(0)],
        )],
    ),
    row(
        "parent-environment",
        "read the environment of its parent",
        "openat(/proc/PARENT/environ)",
        &[call(
            SYS_openat,
            &[N(HERE), Prop(Props::ParentEnvironmentPath), N(0), N(0)],
        )],
    ),
    row(
        "leaked-parent-memory",
        "move in its parent's memory, left open",
        "lseek(leaked /proc/self/mem of the parent)",
        &[call(SYS_lseek, &[Leaked(Leak::ParentMemory), N(4096), N(0)])],
    )
    .ordinary(),
    row(
        "handle",
        "name a file by a handle",
        "name_to_handle_at(/)",
        &[call(
            SYS_name_to_handle_at,
            &[N(HERE), Text(c"/"), Bytes(&[128, 0, 0, 0]), Room, N(0)],
        )],
    )
    .reached_by(&[libc::EOPNOTSUPP, libc::EOVERFLOW]),
    row(
        "open-handle",
        "open a file by a handle",
        "open_by_handle_at()",
        &[call(
            SYS_open_by_handle_at,
            &[N(HERE), Bytes(&[8, 0, 0, 0, 1, 0, 0, 0]), N(0)],
        )],
    )
    .reached_by(&[libc::ESTALE, libc::EOPNOTSUPP]),
    row(
        "mkdir",
        "make a directory",
        "mkdirat()",
        &[call(SYS_mkdirat, &[N(HERE), Inside("made"), N(0o700)])],
    )
    .ordinary(),
    row(
        "unlink",
        "remove a file",
        "unlinkat(victim)",
        &[call(SYS_unlinkat, &[N(HERE), Inside("victim"), N(0)])],
    )
    .ordinary(),
    row(
        "rename",
        "rename a file",
        "renameat2(victim)",
        &[call(
            SYS_renameat2,
            &[N(HERE), Inside("victim"), N(HERE), Inside("made"), N(0)],
        )],
    )
    .ordinary(),
    row(
        "symlink",
        "make a symbolic link",
        "symlinkat()",
        &[call(SYS_symlinkat, &[Text(PASSWD), N(HERE), Inside("made")])],
    )
    .ordinary(),
    row(
        "link",
        "give a file a second name",
        "linkat(victim)",
        &[call(
            SYS_linkat,
            &[N(HERE), Inside("victim"), N(HERE), Inside("made"), N(0)],
        )],
    ),
    row(
        "chmod",
        "change who may read a file",
        "fchmodat(victim)",
        &[call(SYS_fchmodat, &[N(HERE), Inside("victim"), N(0o644)])],
    )
    .ordinary(),
    row(
        "chown",
        "change whose a file is",
        "fchownat(victim)",
        &[call(
            SYS_fchownat,
            &[N(HERE), Inside("victim"), N(-1), N(-1), N(0)],
        )],
    )
    .ordinary(),
    row(
        "mknod",
        "make a named pipe",
        "mknodat(S_IFIFO)",
        &[call(SYS_mknodat, &[N(HERE), Inside("made"), N(FIFO), N(0)])],
    )
    .ordinary(),
    row(
        "truncate",
        "shorten a file by its path",
        "truncate(victim)",
        &[call(SYS_truncate, &[Inside("victim"), N(0)])],
    )
    .ordinary(),
    row(
        "times",
        "change the times of a file",
        "utimensat(victim)",
        &[call(SYS_utimensat, &[N(HERE), Inside("victim"), N(0), N(0)])],
    )
    .ordinary(),
    row(
        "attribute",
        "give a file an attribute",
        "setxattr(victim)",
        &[call(
            SYS_setxattr,
            &[Inside("victim"), Text(c"user.snug"), Bytes(b"1"), N(1), N(0)],
        )],
    ),
    row(
        "umask",
        "change the default rights of new files",
        "umask()",
        &[call(SYS_umask, &[N(0o077)])],
    )
    .ordinary(),
    row(
        "inotify",
        "watch files",
        "inotify_init1()",
        &[call(SYS_inotify_init1, &[N(0)])],
    ),
    row(
        "inotify-watch",
        "watch a directory",
        "inotify_add_watch()",
        &[
            call(SYS_inotify_init1, &[N(0)]),
            call(libc::SYS_inotify_add_watch, &[Last, Inside(""), N(0xfff)]),
        ],
    ),
    row(
        "fanotify",
        "watch every file",
        "fanotify_init()",
        &[call(SYS_fanotify_init, &[N(0), N(0)])],
    ),
    row(
        "mount",
        "mount a file system",
        "mount()",
        &[call(
            libc::SYS_mount,
            &[Text(c"none"), Inside(""), Text(c"snug_no_such"), N(0), N(0)],
        )],
    )
    .reached_by(&[libc::ENODEV]),
    row(
        "umount",
        "unmount a file system",
        "umount2()",
        &[call(libc::SYS_umount2, &[Inside(""), N(0)])],
    )
    .reached_by(&[libc::EINVAL]),
    row(
        "pivot-root",
        "exchange the root directory",
        "pivot_root()",
        &[call(libc::SYS_pivot_root, &[Inside(""), Inside("")])],
    )
    .reached_by(&[libc::EINVAL, libc::EBUSY]),
    row(
        "fsopen",
        "prepare a file system",
        "fsopen(tmpfs)",
        &[call(libc::SYS_fsopen, &[Text(c"tmpfs"), N(0)])],
    ),
    row(
        "fsmount",
        "mount a prepared file system",
        "fsmount()",
        &[call(libc::SYS_fsmount, &[Leaked(Leak::File), N(0), N(0)])],
    )
    .reached_by(&[libc::EINVAL]),
    row(
        "open-tree",
        "copy a tree of mounts",
        "open_tree(/, OPEN_TREE_CLONE)",
        &[call(libc::SYS_open_tree, &[N(HERE), Text(c"/"), N(1)])],
    ),
    row(
        "move-mount",
        "move a mount",
        "move_mount()",
        &[call(
            libc::SYS_move_mount,
            &[N(HERE), Inside("missing"), N(HERE), Inside("missing"), N(0)],
        )],
    )
    .reached_by(&[libc::ENOENT]),
    row(
        "swapon",
        "swap memory to a file",
        "swapon()",
        &[call(SYS_swapon, &[Inside("missing"), N(0)])],
    )
    .reached_by(&[libc::ENOENT]),
    row(
        "acct",
        "log every process to a file",
        "acct()",
        &[call(SYS_acct, &[Inside("missing")])],
    )
    .reached_by(&[libc::ENOENT]),
    row(
        "quota",
        "ask about quotas",
        "quotactl(Q_SYNC)",
        &[call(libc::SYS_quotactl, &[N(0x80_0001 << 8), N(0), N(0), N(0)])],
    ),
];
