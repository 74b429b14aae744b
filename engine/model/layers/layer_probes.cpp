#include "engine/model/layers/layer_probes.h"

#include <algorithm>
#include <utility>

namespace grokscope::layers {

using fused::kPanel;
using fused::RowBlock;
using fused::Workspace;

template <typename T>
LayerProbes<T>::Probe::Probe(int k, const fused::ProbeOptions& options, const fused::FusedShape& s,
                             const fused::PairPlan& plan, const fused::Kernels<T>& kernels)
    : fused::ProbeNetwork<T>(k, options, s, plan, kernels), W1_t(s.probe_panels() * s.d * kPanel),
      W1(fused::panels_of(s.d) * s.probe_width * kPanel), b1(s.width_padded()) {
}

template <typename T>
LayerProbes<T>::LayerProbes(const ProbeSetup& setup, const ModelShape& model, const PairSet& train,
                            const fused::Kernels<T>& kernels, const BlockKernels<T>& block_kernels,
                            WorkerPool& pool, Forward forward)
    : setup_(setup), shape_(model, setup.width), row_(Sizes(model).row()),
      hidden_row_(Sizes(model).hidden_row()),
      plan_(fused::plan_in_order(train.pairs, train.labels, shape_.p)), kernels_(kernels),
      block_kernels_(block_kernels), pool_(pool), forward_(std::move(forward)),
      workspaces_(static_cast<std::size_t>(pool.threads())),
      ring_(static_cast<std::size_t>(setup.options.stencil.depth()) + 1,
            Epoch(shape_, plan_, row_, setup.options.control == Control::kPermutedTargets)),
      dhidden_(train.size() * shape_.m_padded()), dinput_(train.size() * row_) {
    if (setup_.options.control == Control::kPermutedTargets) {
        permuted_.emplace(shape_, plan_, setup_.seed);
    }
    for (const int k : setup_.options.stencil.offsets()) {
        probes_.emplace_back(k, setup_.options, shape_, plan_, kernels_);
    }
    for (Workspace<T>& workspace : workspaces_) { // whoever does what, an epoch asks for no memory
        const std::size_t rows = std::min(fused::kBlockRows, train.size());
        (void)workspace.get(Workspace<T>::kProbe, rows * shape_.width_padded());
        (void)workspace.get(Workspace<T>::kProbe2, rows * shape_.width_padded());
        (void)workspace.get(Workspace<T>::kError, rows * shape_.m_padded());
        (void)workspace.get(Workspace<T>::kRow, shape_.width_padded() + shape_.m_padded());
        (void)workspace.get(Workspace<T>::kPacked,
                            shape_.probe_panels() * shape_.probe_width * kPanel);
    }
    for (std::size_t i = 0; i < probes_.size(); ++i) {
        add_unit(pack_phase_, i, [this](Probe& probe, Workspace<T>&) {
            probe.pack_output();
            pack_input(probe);
        });
        add_unit(gram_phase_, i, [](Probe& probe, Workspace<T>&) { probe.build_gram(); });
        // P4: dW1 = dz^T mlp_in
        std::vector<GradientTile<T>> tiles;
        cut_into_tiles<T>({probes_[i].dz().data(), shape_.width_padded(), ring_[0].mlp_in.data(),
                           row_, train.size(), 0, shape_.probe_width, shape_.d, 0, shape_.d},
                          tiles);
        for (const GradientTile<T>& tile : tiles) {
            add_unit(sum_phase_, i, [this, tile](Probe& probe, Workspace<T>&) {
                GradientTile<T> of_epoch = tile;
                of_epoch.b = input_of(probe).mlp_in.data() + (tile.b - ring_[0].mlp_in.data());
                add_tile(kernels_, of_epoch, false, probe.W1_gradient());
            });
        }
        for (std::size_t slice = 0; slice < Probe::kSlices; ++slice) {
            add_unit(sum_phase_, i, [slice](Probe& probe, Workspace<T>&) { probe.reduce(slice); });
            add_unit(adam_phase_, i, [this, slice](Probe& probe, Workspace<T>& workspace) {
                probe.learn_output(slice, target_of(probe).h_sums, workspace);
            });
        }
        add_unit(adam_phase_, i, [](Probe& probe, Workspace<T>& workspace) {
            (void)probe.input_bias_gradient(workspace);
            probe.learn_input();
        });
        for (const RowBlock& block : plan_.blocks) {
            // Blocks of a unit write to the same sums, one behind the other.
            if (block.index != plan_.units[block.unit].first_block) {
                continue;
            }
            add_unit(learn_phase_, i, [this, &block](Probe& probe, Workspace<T>& workspace) {
                const fused::RowUnit& unit = plan_.units[block.unit];
                for (std::size_t j = unit.first_block; j < unit.end_block; ++j) {
                    const RowBlock& rows = plan_.blocks[j];
                    probe.learn_rows(rows, activations(probe, rows, workspace),
                                     target_of(probe).targets().data() +
                                         rows.first * shape_.m_padded());
                }
            });
        }
    }
    for (const RowBlock& block : plan_.blocks) {
        compare_phase_.add(
            [this, &block](Workspace<T>& workspace) { compare_rows(block, workspace); });
        if (permuted_) {
            permute_phase_.add([this, &block](Workspace<T>&) {
                permuted_->gather(block, now().h.data(), now().h_permuted.data());
            });
            return_phase_.add([this, &block](Workspace<T>&) {
                permuted_->take_gradients(block, dhidden_.data() + block.first * shape_.m_padded(),
                                          shape_.m_padded());
            });
        }
    }
}

template <typename T>
template <typename Work>
void LayerProbes<T>::add_unit(fused::Phase<T>& phase, std::size_t probe, Work work) {
    phase.add([this, probe, work](Workspace<T>& workspace) {
        if (probes_[probe].state() != nullptr) {
            work(probes_[probe], workspace);
        }
    });
}

template <typename T>
auto LayerProbes<T>::epoch_ago(int epochs) const -> const Epoch& {
    return ring_[(slot_ + ring_.size() - static_cast<std::size_t>(epochs)) % ring_.size()];
}

template <typename T>
auto LayerProbes<T>::input_of(const Probe& probe) const -> const Epoch& {
    return epoch_ago(std::max(probe.offset(), 0));
}

template <typename T>
auto LayerProbes<T>::target_of(const Probe& probe) const -> const Epoch& {
    return epoch_ago(std::max(-probe.offset(), 0));
}

template <typename T>
void LayerProbes<T>::put_rows(const RowBlock& block, std::size_t first, std::size_t rows,
                              const T* mlp_in, const T* mlp_hidden) {
    std::copy_n(mlp_in, rows * row_, now().mlp_in.data() + first * row_);
    T* h = now().h.data() + block.first * shape_.m_padded();
    for (std::size_t i = 0; i < rows; ++i) { // columns from m on stay zero
        for (std::size_t j = 0; j < shape_.m; j += kPanel) {
            std::copy_n(mlp_hidden + i * hidden_row_ + j, std::min(kPanel, shape_.m - j),
                        h + j * block.rows + (first - block.first + i) * kPanel);
        }
    }
}

template <typename T>
void LayerProbes<T>::run_forward() {
    pool_.run(static_cast<int>(plan_.blocks.size()), [this](int unit, int worker) {
        const RowBlock& block = plan_.blocks[static_cast<std::size_t>(unit)];
        forward_(block, worker);
        const T* h = now().h.data() + block.first * shape_.m_padded();
        for (std::size_t n = 0; n < shape_.hidden_panels(); ++n) {
            kernels_.column_sums(block.rows, kPanel, h + n * block.rows * kPanel, kPanel,
                                 now().h_sums.data() + block.index * shape_.m_padded() +
                                     n * kPanel);
        }
    });
    permute_phase_.run(pool_, workspaces_);
}

template <typename T>
void LayerProbes<T>::pack_input(Probe& probe) {
    const std::size_t width = shape_.probe_width;
    const T* W1 = probe.state()->weights.data() + probe.layout().W1();
    for (std::size_t j = 0; j < width; j += kPanel) {
        kernels_.pack(shape_.d, std::min(kPanel, width - j), W1 + j * shape_.d, 1, shape_.d,
                      probe.W1_t.data() + j * shape_.d);
    }
    for (std::size_t j = 0; j < shape_.d; j += kPanel) {
        kernels_.pack(width, std::min(kPanel, shape_.d - j), W1 + j, shape_.d, 1,
                      probe.W1.data() + j * width);
    }
    std::copy_n(probe.state()->weights.data() + probe.layout().b1(), width, probe.b1.data());
}

template <typename T>
T* LayerProbes<T>::activations(const Probe& probe, const RowBlock& block,
                               Workspace<T>& workspace) const {
    T* r = workspace.get(Workspace<T>::kProbe, block.rows * shape_.width_padded());
    for (std::size_t n = 0; n < shape_.probe_panels(); ++n) {
        T* panel = r + n * block.rows * kPanel;
        kernels_.multiply({.rows = block.rows,
                           .columns = kPanel,
                           .depth = shape_.d,
                           .a = input_of(probe).mlp_in.data() + block.first * row_,
                           .a_row = row_,
                           .b = probe.W1_t.data() + n * shape_.d * kPanel,
                           .c = panel,
                           .c_row = kPanel});
        block_kernels_.activate({.rows = block.rows,
                                 .columns = kPanel,
                                 .stride = kPanel,
                                 .bias = probe.b1.data() + n * kPanel,
                                 .h = panel});
    }
    return r;
}

template <typename T>
void LayerProbes<T>::run(std::span<BasicProbeState<T>> states) {
    fused::attach_states(states, probes_, remembered_);
    moves_hidden_ = false;
    moves_input_ = false;
    for (const Probe& probe : probes_) {
        moves_hidden_ |= probe.state() != nullptr && probe.moves_target();
        moves_input_ |= probe.state() != nullptr && probe.moves_input();
    }
    pack_phase_.run(pool_, workspaces_);
    run_forward();
    if (setup_.options.control != Control::kFrozenProbe) {
        gram_phase_.run(pool_, workspaces_);
        learn_phase_.run(pool_, workspaces_);
        sum_phase_.run(pool_, workspaces_);
        adam_phase_.run(pool_, workspaces_);
        for (Probe& probe : probes_) {
            if (probe.state() != nullptr) {
                ++probe.state()->adam_steps;
            }
        }
        pack_phase_.run(pool_, workspaces_);
    }
    compare_phase_.run(pool_, workspaces_);
    if (moves_hidden_) {
        return_phase_.run(pool_, workspaces_);
    }
}

template <typename T>
void LayerProbes<T>::compare_rows(const RowBlock& block, Workspace<T>& workspace) {
    const std::size_t padded = shape_.width_padded();
    T* targets =
        permuted_ ? permuted_->gradients(block) : dhidden_.data() + block.first * shape_.m_padded();
    T* inputs = workspace.get(Workspace<T>::kProbe2, block.rows * padded);
    bool has_targets = false;
    bool has_inputs = false;
    for (Probe& probe : probes_) {
        if (probe.state() == nullptr) {
            continue;
        }
        const T* r = activations(probe, block, workspace);
        probe.compare_rows(block, r,
                           target_of(probe).targets().data() + block.first * shape_.m_padded(),
                           {.targets = targets,
                            .targets_row = shape_.m_padded(),
                            .add = has_targets,
                            .inputs = inputs,
                            .inputs_row = padded},
                           workspace);
        has_targets |= probe.moves_target();
        if (probe.moves_input()) {
            kernels_.multiply({.rows = block.rows,
                               .columns = shape_.d,
                               .depth = shape_.probe_width,
                               .a = inputs,
                               .a_row = padded,
                               .b = probe.W1.data(),
                               .b_panel = shape_.probe_width * kPanel,
                               .c = dinput_.data() + block.first * row_,
                               .c_row = row_,
                               .accumulate = has_inputs});
            has_inputs = true;
        }
    }
}

template <typename T>
void LayerProbes<T>::remember() {
    const int depth = setup_.options.stencil.depth();
    if (depth > 0) {
        slot_ = (slot_ + 1) % ring_.size();
        remembered_ = std::min(remembered_ + 1, depth);
    }
}

template class LayerProbes<float>;
template class LayerProbes<double>;

} // namespace grokscope::layers
