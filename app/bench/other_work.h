// How much of the machine other programs took while something was measured.
#pragma once

#include <optional>

namespace grokscope::bench {

class OtherWork {
public:
    OtherWork() { restart(); }

    /// Begins anew.
    void restart();
    /// Share of the time of all processors, 0..1, that other programs and other guests of the
    /// machine used since restart(): all but idle time, this process and children that have ended.
    /// Nothing where the system does not tell.
    [[nodiscard]] std::optional<double> share() const;

private:
    /// Processor time in seconds, of everyone and of us; and wall time of all processors.
    struct Times {
        double busy = 0;
        double own = 0;
        double all = 0;
    };
    [[nodiscard]] static std::optional<Times> read();

    std::optional<Times> began_;
};

} // namespace grokscope::bench
