// initial_state(), make_reference_step() and why_no_cuda() for a program without libtorch: it comes
// with the first call. Threads: any; the first call loads, the others wait for it.
#include "engine/reference/torch_module.h"

#include <dlfcn.h>
#include <signal.h> // sigaction

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace grokscope {

namespace {

/// What the process does about signals is not for the constructors of libraries to change: the UCX
/// under Debian 13's libtorch takes SIGHUP for its debugger.
class SignalsKept {
public:
    SignalsKept() {
        for (int i = 1; i < NSIG; ++i) {
            known_.at(i) = sigaction(i, nullptr, &actions_.at(i)) == 0;
        }
    }
    ~SignalsKept() {
        for (int i = 1; i < NSIG; ++i) {
            if (known_.at(i)) {
                sigaction(i, &actions_.at(i), nullptr); // refused for those nobody may change
            }
        }
    }
    SignalsKept(const SignalsKept&) = delete;
    SignalsKept& operator=(const SignalsKept&) = delete;

private:
    std::array<struct sigaction, NSIG> actions_{};
    std::array<bool, NSIG> known_{};
};

/// As the C library words it; it tells no other way.
bool is_for_want_of_memory(std::string_view why) {
    return why.find("failed to map segment") != std::string_view::npos ||
           why.find("annot allocate memory") != std::string_view::npos;
}

/// Never unloaded: its threads and its destructors would have to be gone.
const TorchModule& loaded_module() {
    const SignalsKept kept;
    void* const library = dlopen(GROKSCOPE_TORCH_MODULE, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* const reason = dlerror();
        const std::string why = reason != nullptr ? reason : GROKSCOPE_TORCH_MODULE;
        throw std::runtime_error("the part of the program that works with libtorch, which every "
                                 "run needs, cannot be loaded: " +
                                 why +
                                 (is_for_want_of_memory(why)
                                      ? "; allow it more memory (ulimit -v)"
                                      : "; install the program and its libraries again"));
    }
    using Entry = const TorchModule* (*)();
    const auto entry = reinterpret_cast<Entry>(dlsym(library, kTorchModuleEntry));
    if (entry == nullptr) {
        throw std::runtime_error("\"" GROKSCOPE_TORCH_MODULE
                                 "\" is not of this version; install the program again");
    }
    return *entry();
}

const TorchModule& torch_module() {
    static const TorchModule& module = loaded_module(); // once; again after a failure
    return module;
}

} // namespace

TrainingState initial_state(const RunConfig& config) {
    return torch_module().make_initial_state(config);
}

std::unique_ptr<Step> make_reference_step(const RunConfig& config, const Task& task,
                                          Device device) {
    return torch_module().make_step(config, task, device);
}

std::string why_no_cuda() {
    return torch_module().tell_why_no_cuda();
}

} // namespace grokscope
