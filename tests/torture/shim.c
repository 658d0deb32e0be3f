/*
 * A disk that misbehaves: loaded in front of the C library, it watches what a process does to the files under one
 * directory, writes it down, and lets some of it fail. It takes itself out of the environment, so that the children of
 * the process have a disk like any other.
 *
 *   DISK_WATCH        the directory, absolute and without links
 *   DISK_SPARE        a directory in it that is left alone all the same
 *   DISK_LOG          the file in which everything is written down, outside of that directory
 *   DISK_UNSYNCED     leaves fdatasync out of the log where the path has this in it, as if it had never been called
 *   DISK_BREAKS       makes fdatasync fail as soon as a file `broken` has been made in the directory
 *   DISK_ROOM_BYTES   lets so many bytes be written; what comes after finds the disk full
 *   DISK_REFUSES      `EACCES` or `EROFS`: nothing is opened for writing, made, renamed or removed any more
 *   DISK_REFUSES_AT   only where the path ends with this
 *
 * A record is: one letter, length of the path (4 bytes), offset (8), length of the data (8), path, data; numbers in the
 * byte order of the machine. The letters: C made, X truncated when opened, W written, T truncated (offset is the new
 * length), R renamed (data is the new path), U removed, S synced, D directory synced.
 *
 * sync_file_range is not written down: it brings data to the disk's cache at best, and never a file's length.
 * One lock is held over each call and its record, so that the log has the order in which things happened.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FD_MAX 4096

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char *paths[FD_MAX];
static const char *watch;
static size_t watch_length;
static int log_fd = -1;
static const char *spare;
static const char *unsynced;
static int breaks;
static int is_broken;
static int has_room_limit;
static size_t room_bytes;
static int refusal;
static const char *refuses_at;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_unlinkat)(int, const char *, int);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_fcntl)(int, int, ...);
static int (*real_mkdir)(const char *, mode_t);

static void stop(const char *what) {
    perror(what);
    abort();
}

/* 1 while the shim is off: not told to watch, or not yet started. */
static int off(void) {
    return !watch;
}

__attribute__((constructor)) static void start(void) {
    real_open = dlsym(RTLD_NEXT, "open");
    real_openat = dlsym(RTLD_NEXT, "openat");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite");
    real_writev = dlsym(RTLD_NEXT, "writev");
    real_pwritev = dlsym(RTLD_NEXT, "pwritev");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_unlinkat = dlsym(RTLD_NEXT, "unlinkat");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_fcntl = dlsym(RTLD_NEXT, "fcntl");
    real_mkdir = dlsym(RTLD_NEXT, "mkdir");
    const char *told = getenv("DISK_WATCH");
    const char *log_path = getenv("DISK_LOG");
    const char *room = getenv("DISK_ROOM_BYTES");
    const char *refuses = getenv("DISK_REFUSES");
    unsetenv("LD_PRELOAD");
    if (!told) {
        return;
    }
    spare = getenv("DISK_SPARE");
    unsynced = getenv("DISK_UNSYNCED");
    breaks = getenv("DISK_BREAKS") != NULL;
    has_room_limit = room != NULL;
    room_bytes = room ? strtoull(room, NULL, 10) : 0;
    refusal = !refuses ? 0 : strcmp(refuses, "EROFS") == 0 ? EROFS : EACCES;
    refuses_at = getenv("DISK_REFUSES_AT");
    if (log_path) {
        log_fd = real_open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (log_fd < 0) {
            stop("shim: the log cannot be opened");
        }
    }
    watch_length = strlen(told);
    watch = told;
}

static int is_below(const char *path, const char *directory) {
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static int is_watched(const char *path) {
    return path && is_below(path, watch) && !(spare && is_below(path, spare));
}

/* Whether the disk refuses to have this changed; errno says why. */
static int is_refused(const char *path) {
    size_t length = strlen(path);
    size_t end = refuses_at ? strlen(refuses_at) : 0;
    if (!refusal || (refuses_at && (length < end || strcmp(path + length - end, refuses_at) != 0))) {
        return 0;
    }
    errno = refusal;
    return 1;
}

/* How much of a write the disk has room for; what it takes is taken from the room. */
static size_t fitting(size_t length) {
    if (!has_room_limit) {
        return length;
    }
    size_t fits = length < room_bytes ? length : room_bytes;
    room_bytes -= fits;
    return fits;
}

static const char *path_of(int fd) {
    return fd >= 0 && fd < FD_MAX ? paths[fd] : NULL;
}

static void set_path(int fd, const char *path) {
    if (fd < 0 || (fd >= FD_MAX && !path)) {
        return;
    }
    if (fd >= FD_MAX) {
        stop("shim: too many open files");
    }
    free(paths[fd]);
    paths[fd] = path ? strdup(path) : NULL;
}

static void put(const void *bytes, size_t length) {
    const char *at = bytes;
    while (length > 0) {
        ssize_t written = real_write(log_fd, at, length);
        if (written < 0) {
            stop("shim: the log cannot be written");
        }
        at += written;
        length -= (size_t)written;
    }
}

static void record(char letter, const char *path, uint64_t offset, const void *data, uint64_t length) {
    if (log_fd < 0) {
        return;
    }
    uint32_t path_length = (uint32_t)strlen(path);
    char head[21];
    head[0] = letter;
    memcpy(head + 1, &path_length, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &length, 8);
    put(head, sizeof head);
    put(path, path_length);
    put(data, length);
}

static int opened(int at, const char *path, int flags, mode_t mode) {
    if (off() || !is_watched(path)) {
        int fd = real_openat(at, path, flags, mode);
        if (!off()) {
            pthread_mutex_lock(&mutex);
            set_path(fd, NULL);
            pthread_mutex_unlock(&mutex);
        }
        return fd;
    }
    if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && is_refused(path)) {
        return -1;
    }
    pthread_mutex_lock(&mutex);
    int was_there = access(path, F_OK) == 0;
    int fd = real_openat(at, path, flags, mode);
    int error = errno;
    if (fd >= 0) {
        set_path(fd, path);
        if (!was_there) {
            record('C', path, 0, NULL, 0);
            is_broken |= breaks && strcmp(path + watch_length, "/broken") == 0;
        } else if (flags & O_TRUNC) {
            record('X', path, 0, NULL, 0);
        }
    }
    pthread_mutex_unlock(&mutex);
    errno = error;
    return fd;
}

static mode_t mode_of(int flags, va_list rest) {
    return flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode_t mode = mode_of(flags, rest);                                                                            \
        va_end(rest);                                                                                                  \
        return opened(AT_FDCWD, path, flags, mode);                                                                    \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                                   \
    int name(int at, const char *path, int flags, ...) {                                                               \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode_t mode = mode_of(flags, rest);                                                                            \
        va_end(rest);                                                                                                  \
        return opened(at, path, flags, mode);                                                                          \
    }
OPENAT(openat)
OPENAT(openat64)

int creat(const char *path, mode_t mode) {
    return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int creat64(const char *path, mode_t mode) {
    return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int close(int fd) {
    if (off()) {
        return real_close(fd);
    }
    pthread_mutex_lock(&mutex);
    set_path(fd, NULL);
    int result = real_close(fd);
    int error = errno;
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}

/* A descriptor may be given twice; both lead to the same file. */
static int duplicated(int fd, int command, void *argument) {
    int result = real_fcntl(fd, command, argument);
    if (!off() && result >= 0 && (command == F_DUPFD || command == F_DUPFD_CLOEXEC)) {
        pthread_mutex_lock(&mutex);
        set_path(result, path_of(fd));
        pthread_mutex_unlock(&mutex);
    }
    return result;
}

#define FCNTL(name)                                                                                                    \
    int name(int fd, int command, ...) {                                                                               \
        va_list rest;                                                                                                  \
        va_start(rest, command);                                                                                       \
        void *argument = va_arg(rest, void *);                                                                         \
        va_end(rest);                                                                                                  \
        return duplicated(fd, command, argument);                                                                      \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

static ssize_t full(void) {
    errno = ENOSPC;
    return -1;
}

/* Where a write without an offset goes. */
static uint64_t position(int fd) {
    struct stat status;
    if (real_fcntl(fd, F_GETFL) & O_APPEND) {
        return fstat(fd, &status) == 0 ? (uint64_t)status.st_size : 0;
    }
    off_t at = lseek(fd, 0, SEEK_CUR);
    return at < 0 ? 0 : (uint64_t)at;
}

ssize_t write(int fd, const void *data, size_t length) {
    if (off() || !path_of(fd)) {
        return real_write(fd, data, length);
    }
    pthread_mutex_lock(&mutex);
    uint64_t offset = position(fd);
    size_t fits = fitting(length);
    ssize_t result = length > 0 && fits == 0 ? full() : real_write(fd, data, fits);
    int error = errno;
    if (result > 0) {
        record('W', path_of(fd), offset, data, (uint64_t)result);
    }
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}

static ssize_t written_at(int fd, const void *data, size_t length, off_t offset) {
    if (off() || !path_of(fd)) {
        return real_pwrite(fd, data, length, offset);
    }
    pthread_mutex_lock(&mutex);
    size_t fits = fitting(length);
    ssize_t result = length > 0 && fits == 0 ? full() : real_pwrite(fd, data, fits, offset);
    int error = errno;
    if (result > 0) {
        record('W', path_of(fd), (uint64_t)offset, data, (uint64_t)result);
    }
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    return written_at(fd, data, length, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    return written_at(fd, data, length, offset);
}

/* The parts one after the other, as far as they were written. */
static void record_parts(int fd, uint64_t offset, const struct iovec *parts, int count, ssize_t written) {
    for (int i = 0; i < count && written > 0; i++) {
        size_t length = parts[i].iov_len < (size_t)written ? parts[i].iov_len : (size_t)written;
        record('W', path_of(fd), offset, parts[i].iov_base, length);
        offset += length;
        written -= (ssize_t)length;
    }
}

/* Whether all parts fit: a disk may as well refuse them together. */
static int fitting_parts(const struct iovec *parts, int count) {
    size_t length = 0;
    for (int i = 0; i < count; i++) {
        length += parts[i].iov_len;
    }
    size_t fits = fitting(length);
    return fits == length;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (off() || !path_of(fd)) {
        return real_writev(fd, parts, count);
    }
    pthread_mutex_lock(&mutex);
    uint64_t offset = position(fd);
    ssize_t result = fitting_parts(parts, count) ? real_writev(fd, parts, count) : full();
    int error = errno;
    record_parts(fd, offset, parts, count, result);
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}

static ssize_t written_parts_at(int fd, const struct iovec *parts, int count, off_t offset) {
    if (off() || !path_of(fd)) {
        return real_pwritev(fd, parts, count, offset);
    }
    pthread_mutex_lock(&mutex);
    ssize_t result = fitting_parts(parts, count) ? real_pwritev(fd, parts, count, offset) : full();
    int error = errno;
    record_parts(fd, (uint64_t)offset, parts, count, result);
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    return written_parts_at(fd, parts, count, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
    return written_parts_at(fd, parts, count, offset);
}

static int truncated(int fd, off_t length) {
    if (off() || !path_of(fd)) {
        return real_ftruncate(fd, length);
    }
    pthread_mutex_lock(&mutex);
    int result = real_ftruncate(fd, length);
    int error = errno;
    if (result == 0) {
        record('T', path_of(fd), (uint64_t)length, NULL, 0);
    }
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}

int ftruncate(int fd, off_t length) {
    return truncated(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    return truncated(fd, length);
}

int rename(const char *from, const char *to) {
    if (off() || !is_watched(from)) {
        return real_rename(from, to);
    }
    if (is_refused(from) || is_refused(to)) {
        return -1;
    }
    pthread_mutex_lock(&mutex);
    int result = real_rename(from, to);
    int error = errno;
    if (result == 0) {
        record('R', from, 0, to, strlen(to));
        for (int fd = 0; fd < FD_MAX; fd++) {
            if (paths[fd] && strcmp(paths[fd], from) == 0) {
                set_path(fd, to);
            }
        }
    }
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}

static int removed(int at, const char *path, int flags) {
    if (off() || !is_watched(path) || (flags & AT_REMOVEDIR)) {
        return real_unlinkat(at, path, flags);
    }
    if (is_refused(path)) {
        return -1;
    }
    pthread_mutex_lock(&mutex);
    int result = real_unlinkat(at, path, flags);
    int error = errno;
    if (result == 0) {
        record('U', path, 0, NULL, 0);
    }
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}

int mkdir(const char *path, mode_t mode) {
    if (!off() && is_watched(path) && access(path, F_OK) != 0 && is_refused(path)) {
        return -1;
    }
    return real_mkdir(path, mode);
}

int unlink(const char *path) {
    return removed(AT_FDCWD, path, 0);
}

int unlinkat(int at, const char *path, int flags) {
    return removed(at, path, flags);
}

static int synced(int fd, int (*real)(int), int is_ignored) {
    if (off() || !path_of(fd)) {
        return real(fd);
    }
    pthread_mutex_lock(&mutex);
    int result = real(fd);
    int error = errno;
    struct stat status;
    if (result == 0 && !is_ignored && fstat(fd, &status) == 0) {
        record(S_ISDIR(status.st_mode) ? 'D' : 'S', path_of(fd), 0, NULL, 0);
    }
    pthread_mutex_unlock(&mutex);
    errno = error;
    return result;
}

int fsync(int fd) {
    return synced(fd, real_fsync, 0);
}

int fdatasync(int fd) {
    pthread_mutex_lock(&mutex);
    const char *path = path_of(fd);
    int fails = is_broken && path;
    int is_ignored = unsynced && path && strstr(path, unsynced);
    pthread_mutex_unlock(&mutex);
    if (fails) {
        errno = EIO;
        return -1;
    }
    return synced(fd, real_fdatasync, is_ignored);
}
