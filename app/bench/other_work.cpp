#include "app/bench/other_work.h"

#include <algorithm>

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>
#endif

namespace grokscope::bench {

void OtherWork::restart() {
    began_ = read();
}

std::optional<double> OtherWork::share() const {
    const std::optional<Times> now = read();
    if (!now || !began_ || now->all <= began_->all) {
        return std::nullopt;
    }
    const double others = (now->busy - began_->busy) - (now->own - began_->own);
    return std::clamp(others / (now->all - began_->all), 0.0, 1.0);
}

std::optional<OtherWork::Times> OtherWork::read() {
#ifdef __linux__
    // proc(5): cpu user nice system idle iowait irq softirq steal, in ticks.
    std::ifstream file("/proc/stat");
    std::string name;
    double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0;
    if (!(file >> name >> user >> nice >> system >> idle >> wait >> irq >> soft >> steal)) {
        return std::nullopt;
    }
    const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    Times times;
    times.busy = (user + nice + system + irq + soft + steal) / ticks;
    times.all = times.busy + (idle + wait) / ticks;
    for (const int whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        getrusage(whose, &usage);
        for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
            times.own +=
                static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
        }
    }
    return times;
#else
    return std::nullopt;
#endif
}

} // namespace grokscope::bench
