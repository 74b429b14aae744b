#include "engine/model/fused/probe_pass.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>

namespace grokscope::fused {

template <typename T>
ProbePass<T>::Probe::Probe(int k, const FusedShape& s, const PairPlan& plan,
                           const ProbeLayout& probe_layout)
    : offset(k), layout(probe_layout), own(s, k > 0 ? s.probe_panels() : 0),
      W2(s.probe_panels() * s.m_padded() * kPanel),
      W2_t(s.hidden_panels() * s.width_padded() * kPanel), b2(s.m_padded()),
      gram(s.probe_panels() * s.width_padded() * kPanel), b2_W2(s.width_padded()),
      dz(plan.pairs.size() * s.width_padded()), dz_sums(plan.blocks.size() * s.width_padded()),
      r_sums(dz_sums.size()), rr_partial(plan.units.size() * s.width_padded() * s.width_padded()),
      rt_partial(plan.units.size() * s.width_padded() * s.m_padded()),
      rr(s.width_padded() * s.width_padded()), rt(s.width_padded() * s.m_padded()),
      dZ(s.heads * s.probe_panels() * s.tokens() * kPanel), dA(s.probe_panels() * s.K * kPanel),
      gradient(probe_layout.flat_size()), block_errors(plan.blocks.size()) {
}

template <typename T>
std::size_t ProbePass<T>::offsets_reading_now(const Stencil& stencil) {
    return static_cast<std::size_t>(
        std::ranges::count_if(stencil.offsets(), [](int k) { return k <= 0; }));
}

template <typename T>
ProbePass<T>::ProbePass(const ProbeOptions& options, ForwardTables<T>& forward,
                        BackwardTables<T>& backward, const PairPlan& plan, const TokenLists& tokens,
                        const std::vector<RememberedEpoch<T>>& ring)
    : options_(options), forward_(forward), backward_(backward), shape_(forward.shape),
      kernels_(forward.kernels), plan_(plan), tokens_(tokens), ring_(ring),
      error_scale_(2 / (static_cast<double>(plan.pairs.size()) * static_cast<double>(shape_.m))) {
    const ProbeLayout layout{static_cast<int>(shape_.d), static_cast<int>(shape_.probe_width),
                             static_cast<int>(shape_.m)};
    std::size_t panel = forward.model_panels();
    for (const int k : options.stencil.offsets()) {
        probes_.emplace_back(k, shape_, plan, layout);
        if (k <= 0) {
            probes_.back().first_panel = panel;
            panel += shape_.probe_panels();
        }
    }
    for (std::size_t i = 0; i < probes_.size(); ++i) {
        // A unit of an offset that is not active yet has nothing to do.
        const auto unit = [this, i](Phase<T>& phase, auto work) {
            phase.add([this, i, work](Workspace<T>& workspace) {
                if (probes_[i].state != nullptr) {
                    work(probes_[i], workspace);
                }
            });
        };
        unit(columns_phase_, [this](Probe& probe, Workspace<T>&) { pack_output(probe); });
        for (std::size_t n = 0; n < shape_.probe_panels(); ++n) {
            unit(columns_phase_,
                 [this, n](Probe& probe, Workspace<T>&) { build_columns_of(probe, n); });
        }
        unit(tables_phase_, [this](Probe& probe, Workspace<T>&) { build_gram(probe); });
        for (std::size_t head = 0; head < shape_.heads; ++head) {
            for (std::size_t row : {std::size_t{0}, shape_.p}) {
                unit(tables_phase_, [this, head, row](Probe& probe, Workspace<T>&) {
                    build_table(probe, head, row);
                });
            }
        }
        for (std::size_t slice = 0; slice < kSlices; ++slice) {
            unit(scatter_phase_,
                 [this, slice](Probe& probe, Workspace<T>&) { reduce(probe, slice); });
            unit(learn_phase_, [this, slice](Probe& probe, Workspace<T>& workspace) {
                learn_output(probe, slice, workspace);
            });
        }
        for (std::size_t row = 0; row < shape_.tokens(); ++row) {
            unit(scatter_phase_,
                 [this, row](Probe& probe, Workspace<T>&) { scatter_token(probe, row); });
        }
        unit(learn_phase_,
             [this](Probe& probe, Workspace<T>& workspace) { learn_input(probe, workspace); });
    }
}

template <typename T>
const RememberedEpoch<T>& ProbePass<T>::epoch_ago(int epochs) const {
    return ring_[(slot_ + ring_.size() - static_cast<std::size_t>(epochs)) % ring_.size()];
}

template <typename T>
const AttentionState<T>& ProbePass<T>::input_of(const Probe& probe) const {
    return epoch_ago(std::max(probe.offset, 0)).state;
}

template <typename T>
const RememberedEpoch<T>& ProbePass<T>::target_of(const Probe& probe) const {
    return epoch_ago(std::max(-probe.offset, 0));
}

template <typename T>
PanelTables<T>& ProbePass<T>::tables_of(Probe& probe) {
    return reads_now(probe) ? forward_.panels : probe.own;
}

template <typename T>
void ProbePass<T>::begin(std::span<BasicProbeState<T>> probes, std::size_t slot, int remembered,
                         WorkerPool& pool, std::vector<Workspace<T>>& workspaces) {
    if (probes.size() != probes_.size()) {
        throw std::invalid_argument("the stencil has " + std::to_string(probes_.size()) +
                                    " offsets, got " + std::to_string(probes.size()) + " probes");
    }
    slot_ = slot;
    for (std::size_t i = 0; i < probes.size(); ++i) {
        if (probes[i].offset != probes_[i].offset || probes[i].layout != probes_[i].layout) {
            throw std::invalid_argument(
                "probe " + std::to_string(i) + " has offset " + std::to_string(probes[i].offset) +
                " or another shape; the stencil expects offset " +
                std::to_string(probes_[i].offset) + ", offsets in increasing order");
        }
        probes_[i].state = std::abs(probes[i].offset) <= remembered ? &probes[i] : nullptr;
    }
    columns_phase_.run(pool, workspaces);
    tables_phase_.run(pool, workspaces);
}

template <typename T>
void ProbePass<T>::build_columns_of(Probe& probe, std::size_t panel) {
    // P1: R = W1^T, base = W1 m2 + b1
    const T* W1 = probe.state->weights.data() + probe.layout.W1();
    const T* b1 = probe.state->weights.data() + probe.layout.b1();
    const AttentionState<T>& input = input_of(probe);
    const std::size_t first = panel * kPanel;
    const std::size_t columns = std::min(kPanel, shape_.probe_width - first);
    PanelTables<T>& tables = tables_of(probe);
    build_columns(kernels_, shape_, {W1 + first * shape_.d, 1, shape_.d}, columns, input.W_O.data(),
                  probe.first_panel + panel, tables);
    T bias[kPanel] = {};
    std::copy_n(b1 + first, columns, bias);
    build_base(kernels_, shape_, input.m2.data(), bias, probe.first_panel + panel, 1, tables);
}

template <typename T>
void ProbePass<T>::pack_output(Probe& probe) {
    const std::size_t width = shape_.probe_width;
    const T* W2 = probe.state->weights.data() + probe.layout.W2();
    for (std::size_t j = 0; j < width; j += kPanel) { // rows from m on stay zero
        kernels_.pack(shape_.m, std::min(kPanel, width - j), W2 + j, width, 1,
                      probe.W2.data() + j * shape_.m_padded());
    }
    for (std::size_t j = 0; j < shape_.m; j += kPanel) { // rows from width on stay zero
        kernels_.pack(width, std::min(kPanel, shape_.m - j), W2 + j * width, 1, width,
                      probe.W2_t.data() + j * shape_.width_padded());
    }
    std::copy_n(probe.state->weights.data() + probe.layout.b2(), shape_.m, probe.b2.data());
}

template <typename T>
void ProbePass<T>::build_gram(Probe& probe) {
    // P3': W2^T W2 and b2 W2, with the scale of the error's derivative
    const std::size_t panel = shape_.m_padded() * kPanel;
    kernels_.multiply({.rows = shape_.probe_width,
                       .columns = shape_.width_padded(),
                       .depth = shape_.m,
                       .a = probe.state->weights.data() + probe.layout.W2(),
                       .a_row = 1,
                       .a_col = shape_.probe_width,
                       .b = probe.W2.data(),
                       .b_panel = panel,
                       .c = probe.gram.data(),
                       .c_row = kPanel,
                       .c_panel = shape_.width_padded() * kPanel});
    kernels_.multiply({.rows = 1,
                       .columns = shape_.width_padded(),
                       .depth = shape_.m,
                       .a = probe.b2.data(),
                       .b = probe.W2.data(),
                       .b_panel = panel,
                       .c = probe.b2_W2.data()});
    const T c = static_cast<T>(error_scale_);
    for (T& value : probe.gram) {
        value *= c;
    }
}

template <typename T>
void ProbePass<T>::build_table(Probe& probe, std::size_t head, std::size_t first_row) {
    build_rows(kernels_, shape_, input_of(probe).S.data(), head, first_row, shape_.p,
               probe.first_panel, shape_.probe_panels(), tables_of(probe));
}

template <typename T>
T* ProbePass<T>::activations(Probe& probe, const RowBlock& block, Workspace<T>& workspace) {
    // P2
    const AttentionState<T>& input = input_of(probe);
    const std::size_t at = block.first * shape_.heads;
    T* r = workspace.get(Workspace<T>::kProbe, block.rows * shape_.width_padded());
    for (std::size_t n = 0; n < shape_.probe_panels(); ++n) {
        gather_panel(kernels_, shape_, tables_of(probe), probe.first_panel + n, block.rows,
                     plan_.pairs.a.data() + block.first, plan_.pairs.b.data() + block.first,
                     input.w0.data() + at, input.w1.data() + at, r + n * block.rows * kPanel,
                     kPanel, true);
    }
    return r;
}

template <typename T>
void ProbePass<T>::learn(WorkerPool& pool, std::vector<Workspace<T>>& workspaces) {
    scatter_phase_.run(pool, workspaces);
    learn_phase_.run(pool, workspaces);
    for (Probe& probe : probes_) {
        if (probe.state != nullptr) {
            ++probe.state->adam_steps;
        }
    }
    columns_phase_.run(pool, workspaces);
    tables_phase_.run(pool, workspaces);
}

template <typename T>
bool ProbePass<T>::compare_rows(const RowBlock& block, Workspace<T>& workspace,
                                T* target_gradients) {
    const std::size_t y_row = backward_.width();
    T* gradients =
        target_gradients != nullptr ? target_gradients : backward_.y.data() + block.first * y_row;
    const std::size_t row = target_gradients != nullptr ? shape_.m_padded() : y_row;
    bool added = false;
    for (Probe& probe : probes_) {
        if (probe.state != nullptr) {
            compare_rows_of(probe, block, gradients, row, added, workspace);
        }
        if (reads_now(probe) && (probe.state == nullptr || !moves_input(probe))) {
            clear_input_gradient(probe, block); // it holds nothing yet, or an older run's
        }
    }
    return added && target_gradients == nullptr;
}

template <typename T>
bool ProbePass<T>::asks_targets() const {
    return std::ranges::any_of(probes_, [this](const Probe& probe) {
        return probe.state != nullptr && moves_target(probe);
    });
}

template <typename T>
void ProbePass<T>::clear_input_gradient(const Probe& probe, const RowBlock& block) {
    const std::size_t first = probe.first_panel * kPanel;
    std::fill_n(backward_.base_partial.data() + block.index * backward_.width() + first,
                shape_.width_padded(), T(0));
    T* y = backward_.y.data() + block.first * backward_.width() + first;
    for (std::size_t i = 0; i < block.rows; ++i) {
        std::fill_n(y + i * backward_.width(), shape_.width_padded(), T(0));
    }
}

template <typename T>
void ProbePass<T>::compare_rows_of(Probe& probe, const RowBlock& block, T* gradients,
                                   std::size_t row, bool& added, Workspace<T>& workspace) {
    const std::size_t padded = shape_.width_padded();
    const std::size_t panel = block.rows * kPanel;
    const std::size_t y_row = backward_.width();
    const T* r = activations(probe, block, workspace);
    const T* t = target_of(probe).targets().data() + block.first * shape_.m_padded();
    T* y = backward_.y.data() + block.first * y_row;
    T* sums = backward_.base_partial.data() + block.index * y_row + probe.first_panel * kPanel;
    T* error = workspace.get(Workspace<T>::kError, block.rows * shape_.m_padded());
    double squares = 0;
    for (std::size_t n = 0; n < shape_.hidden_panels(); ++n) {
        T* out = error + n * panel;
        kernels_.multiply({.rows = block.rows,
                           .columns = kPanel,
                           .depth = padded,
                           .a = r,
                           .a_row = kPanel,
                           .a_panel = panel,
                           .b = probe.W2_t.data() + n * padded * kPanel,
                           .c = out,
                           .c_row = kPanel});
        squares +=
            kernels_.probe_error({.rows = block.rows,
                                  .error = out,
                                  .target = t + n * panel,
                                  .bias = probe.b2.data() + n * kPanel,
                                  .scale = options_.weight * error_scale_,
                                  .y = moves_target(probe) ? gradients + n * kPanel : nullptr,
                                  .y_row = row,
                                  .add = added});
    }
    added = added || moves_target(probe);
    probe.block_errors[block.index] = squares;
    if (moves_input(probe)) {
        std::fill_n(sums, padded, T(0));
        kernels_.multiply({.rows = block.rows,
                           .columns = padded,
                           .depth = shape_.m_padded(),
                           .a = error,
                           .a_row = kPanel,
                           .a_panel = panel,
                           .b = probe.W2.data(),
                           .b_panel = shape_.m_padded() * kPanel,
                           .c = y + probe.first_panel * kPanel,
                           .c_row = y_row,
                           .mask = r,
                           .mask_panel = panel,
                           .sums = sums});
    }
}

template <typename T>
std::array<double, kOffsetSlots> ProbePass<T>::mismatches() const {
    std::array<double, kOffsetSlots> result{};
    result.fill(std::numeric_limits<double>::quiet_NaN());
    for (const Probe& probe : probes_) {
        if (probe.state != nullptr) {
            double squares = 0;
            for (const double block : probe.block_errors) {
                squares += block;
            }
            result[offset_slot(probe.offset)] = squares * error_scale_ / 2;
        }
    }
    return result;
}

template class ProbePass<float>;
template class ProbePass<double>;

} // namespace grokscope::fused
