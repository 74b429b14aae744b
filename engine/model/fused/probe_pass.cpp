#include "engine/model/fused/probe_pass.h"

#include <algorithm>

namespace grokscope::fused {

template <typename T>
ProbePass<T>::Probe::Probe(int k, const ProbeOptions& options, const FusedShape& s,
                           const PairPlan& plan, const Kernels<T>& kernels)
    : ProbeNetwork<T>(k, options, s, plan, kernels), own(s, k > 0 ? s.probe_panels() : 0),
      dZ(s.heads * s.probe_panels() * s.tokens() * kPanel), dA(s.probe_panels() * s.K * kPanel) {
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
      kernels_(forward.kernels), plan_(plan), tokens_(tokens), ring_(ring) {
    std::size_t panel = forward.model_panels();
    for (const int k : options.stencil.offsets()) {
        probes_.emplace_back(k, options_, shape_, plan, kernels_);
        if (k <= 0) {
            probes_.back().first_panel = panel;
            panel += shape_.probe_panels();
        }
    }
    for (std::size_t i = 0; i < probes_.size(); ++i) {
        // A unit of an offset that is not active yet has nothing to do.
        const auto unit = [this, i](Phase<T>& phase, auto work) {
            phase.add([this, i, work](Workspace<T>& workspace) {
                if (probes_[i].state() != nullptr) {
                    work(probes_[i], workspace);
                }
            });
        };
        unit(columns_phase_, [](Probe& probe, Workspace<T>&) { probe.pack_output(); });
        for (std::size_t n = 0; n < shape_.probe_panels(); ++n) {
            unit(columns_phase_,
                 [this, n](Probe& probe, Workspace<T>&) { build_columns_of(probe, n); });
        }
        unit(tables_phase_, [](Probe& probe, Workspace<T>&) { probe.build_gram(); });
        for (std::size_t head = 0; head < shape_.heads; ++head) {
            for (std::size_t row : {std::size_t{0}, shape_.p}) {
                unit(tables_phase_, [this, head, row](Probe& probe, Workspace<T>&) {
                    build_table(probe, head, row);
                });
            }
        }
        for (std::size_t slice = 0; slice < ProbeNetwork<T>::kSlices; ++slice) {
            unit(scatter_phase_, [slice](Probe& probe, Workspace<T>&) { probe.reduce(slice); });
            unit(learn_phase_, [this, slice](Probe& probe, Workspace<T>& workspace) {
                probe.learn_output(slice, target_of(probe).h_sums, workspace);
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
    return epoch_ago(std::max(probe.offset(), 0)).state;
}

template <typename T>
const RememberedEpoch<T>& ProbePass<T>::target_of(const Probe& probe) const {
    return epoch_ago(std::max(-probe.offset(), 0));
}

template <typename T>
PanelTables<T>& ProbePass<T>::tables_of(Probe& probe) {
    return probe.reads_now() ? forward_.panels : probe.own;
}

template <typename T>
void ProbePass<T>::begin(std::span<BasicProbeState<T>> probes, std::size_t slot, int remembered,
                         WorkerPool& pool, std::vector<Workspace<T>>& workspaces) {
    attach_states(probes, probes_, remembered);
    slot_ = slot;
    columns_phase_.run(pool, workspaces);
    tables_phase_.run(pool, workspaces);
}

template <typename T>
void ProbePass<T>::build_columns_of(Probe& probe, std::size_t panel) {
    // P1: R = W1^T, base = W1 m2 + b1
    const T* W1 = probe.state()->weights.data() + probe.layout().W1();
    const T* b1 = probe.state()->weights.data() + probe.layout().b1();
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
        if (probe.state() != nullptr) {
            ++probe.state()->adam_steps;
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
        if (probe.state() != nullptr) {
            compare_rows_of(probe, block, gradients, row, added, workspace);
        }
        if (probe.reads_now() && (probe.state() == nullptr || !probe.moves_input())) {
            clear_input_gradient(probe, block); // it holds nothing yet, or an older run's
        }
    }
    return added && target_gradients == nullptr;
}

template <typename T>
bool ProbePass<T>::asks_targets() const {
    return std::ranges::any_of(probes_, [](const Probe& probe) {
        return probe.state() != nullptr && probe.moves_target();
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
    const std::size_t y_row = backward_.width();
    const std::size_t column = probe.first_panel * kPanel;
    const T* r = activations(probe, block, workspace);
    probe.compare_rows(block, r,
                       target_of(probe).targets().data() + block.first * shape_.m_padded(),
                       {.targets = gradients,
                        .targets_row = row,
                        .add = added,
                        .inputs = backward_.y.data() + block.first * y_row + column,
                        .inputs_row = y_row,
                        .input_sums = backward_.base_partial.data() + block.index * y_row + column},
                       workspace);
    added = added || probe.moves_target();
}

template class ProbePass<float>;
template class ProbePass<double>;

} // namespace grokscope::fused
