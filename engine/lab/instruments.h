// The makers of all instruments: one line for each, called by list.cpp.
#pragma once

#include "engine/lab/instrument.h"

#include <memory>

namespace grokscope {

[[nodiscard]] std::unique_ptr<Instrument> make_ildr(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_commutator(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_spectrum2d(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_ring(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_zero(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_collapse(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_curvature(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_llc(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_complexity(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_features(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_mediation(const Bench& bench);
[[nodiscard]] std::unique_ptr<Instrument> make_skip(const Bench& bench);

} // namespace grokscope
