// Preloaded into the program under test: a system that gives few threads and knows no home folder,
// and a library that takes a signal for itself.
//
// GROKSCOPE_TEST_THREADS=N: C++ code gets N threads, then none; those of C libraries do not count.
// GROKSCOPE_TEST_ACCOUNT=FOLDER: the password database names this home; "none": it knows nobody.
// GROKSCOPE_TEST_TAKES_HANGUP: SIGHUP gets a handler before main().
#include <dlfcn.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace {

bool called_by_cpp(void* from) {
    Dl_info info{};
    return dladdr(from, &info) != 0 && info.dli_fname != nullptr &&
           std::strstr(info.dli_fname, "libstdc++") != nullptr;
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
