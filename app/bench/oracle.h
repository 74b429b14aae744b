// The program a user would run otherwise: plain PyTorch in Python, as a process of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace grokscope {
class StopSignal;
}

namespace grokscope::bench {

class Oracle {
public:
    /// Looks for the script, reference_train.py or reference_lab.py, and for a Python that has
    /// torch; missing() says what is not there. `stop` outlives it; once it has a signal, what runs
    /// is ended and Stopped thrown.
    Oracle(const std::string& script, const StopSignal& stop);

    /// Why it cannot run, one sentence; empty when it can.
    [[nodiscard]] const std::string& missing() const { return missing_; }
    /// "1.13.1", as torch tells it.
    [[nodiscard]] const std::string& torch_version() const { return torch_version_; }

    /// Milliseconds per epoch over `epochs` epochs after five to warm up. `stencil` as "-1,0,1",
    /// empty for the baseline. Nothing when the script fails. Blocks until it is done.
    [[nodiscard]] std::optional<double> milliseconds(const std::string& stencil, int epochs,
                                                     int threads) const {
        return milliseconds(std::vector<std::string>{"--stencil=" + stencil}, epochs, threads);
    }
    /// The same with any options of the script.
    [[nodiscard]] std::optional<double> milliseconds(const std::vector<std::string>& options,
                                                     int epochs, int threads) const;

private:
    std::string script_;
    const StopSignal& stop_;
    std::string python_;
    std::string torch_version_;
    std::string missing_;
};

} // namespace grokscope::bench
