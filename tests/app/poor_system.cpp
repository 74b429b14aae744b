// Preloaded into the program under test: a system that gives few threads and knows no home folder,
// a file system without locks, and a library that takes a signal for itself.
//
// GROKSCOPE_TEST_THREADS=N: C++ code gets N threads, then none; those of C libraries do not count.
// GROKSCOPE_TEST_ACCOUNT=FOLDER: the password database names this home; "none": it knows nobody.
// GROKSCOPE_TEST_TAKES_HANGUP: SIGHUP gets a handler before main().
// GROKSCOPE_TEST_NO_LOCKS=all: locks on files are refused as NFS without its lock daemon does it;
// =own: those that belong to an open file alone, as file systems do that know only those of
// processes.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>

namespace {

bool called_by_cpp(void* from) {
    Dl_info info{};
    return dladdr(from, &info) != 0 && info.dli_fname != nullptr &&
           std::strstr(info.dli_fname, "libstdc++") != nullptr;
}

bool is_without_locks(int command) {
    const char* const kind = std::getenv("GROKSCOPE_TEST_NO_LOCKS");
    const bool own = command == F_OFD_SETLK || command == F_OFD_SETLKW || command == F_OFD_GETLK;
    const bool processes = command == F_SETLK || command == F_SETLKW || command == F_GETLK;
    return kind != nullptr && (own || (processes && std::strcmp(kind, "all") == 0));
}

/// fcntl() and its other name.
int control(const char* name, int descriptor, int command, void* argument) {
    if (is_without_locks(command)) {
        errno = ENOLCK;
        return -1;
    }
    const auto real = reinterpret_cast<int (*)(int, int, ...)>(dlsym(RTLD_NEXT, name));
    return real(descriptor, command, argument);
}

[[gnu::constructor]] void take_hangup() {
    if (std::getenv("GROKSCOPE_TEST_TAKES_HANGUP") != nullptr) {
        signal(SIGHUP, [](int) {});
    }
}

} // namespace

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*routine)(void*), void* argument) {
    static std::atomic<int> given{0};
    const char* limit = std::getenv("GROKSCOPE_TEST_THREADS");
    if (limit != nullptr && called_by_cpp(__builtin_return_address(0)) &&
        given.fetch_add(1) >= std::atoi(limit)) {
        return EAGAIN;
    }
    static const auto real =
        reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
    return real(thread, attributes, routine, argument);
}

extern "C" int fcntl(int descriptor, int command, ...) {
    std::va_list rest;
    va_start(rest, command);
    void* const argument = va_arg(rest, void*);
    va_end(rest);
    return control("fcntl", descriptor, command, argument);
}

extern "C" int fcntl64(int descriptor, int command, ...) {
    std::va_list rest;
    va_start(rest, command);
    void* const argument = va_arg(rest, void*);
    va_end(rest);
    return control("fcntl64", descriptor, command, argument);
}

extern "C" int getpwuid_r(uid_t user, passwd* entry, char* text, std::size_t size, passwd** found) {
    const char* home = std::getenv("GROKSCOPE_TEST_ACCOUNT");
    if (home == nullptr) {
        static const auto real =
            reinterpret_cast<decltype(&getpwuid_r)>(dlsym(RTLD_NEXT, "getpwuid_r"));
        return real(user, entry, text, size, found);
    }
    *found = nullptr;
    if (std::strcmp(home, "none") != 0 && std::strlen(home) < size) {
        static char word[] = "tester";
        *entry = {.pw_name = word,
                  .pw_passwd = word,
                  .pw_uid = user,
                  .pw_gid = 0,
                  .pw_gecos = word,
                  .pw_dir = std::strcpy(text, home),
                  .pw_shell = word};
        *found = entry;
    }
    return 0;
}
