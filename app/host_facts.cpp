#include "app/host_facts.h"

#include <fstream>
#include <string>
#include <thread>

#ifndef _WIN32
#include <sys/utsname.h>
#endif

// Weak: null unless the BLAS loaded with the program is an OpenBLAS.
#if defined(__GNUC__) && !defined(_WIN32)
extern "C" __attribute__((weak)) char* openblas_get_config();
extern "C" __attribute__((weak)) char* openblas_get_corename();
#endif

namespace grokscope {

namespace {

std::string system_name() {
#ifndef _WIN32
    utsname name{};
    if (uname(&name) == 0) {
        return std::string(name.sysname) + " " + name.release + " " + name.machine;
    }
#endif
    return "unknown";
}

/// Linux names it in a file; elsewhere it stays unknown.
std::string processor_name() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return "unknown";
}

std::string blas_name() {
#if defined(__GNUC__) && !defined(_WIN32)
    if (&openblas_get_config != nullptr && &openblas_get_corename != nullptr) {
        return std::string(openblas_get_config()) + ", kernels " + openblas_get_corename();
    }
#endif
    return "unknown";
}

} // namespace

HostFacts host_facts(int threads) {
    return {.program_version = GROKSCOPE_VERSION,
            .compiler = GROKSCOPE_COMPILER,
            .system = system_name(),
            .processor = processor_name(),
            .logical_cores = std::thread::hardware_concurrency(),
            .threads = threads,
            .blas = blas_name()};
}

} // namespace grokscope
