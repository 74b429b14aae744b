#include "engine/model/fused/fused_core.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace grokscope::fused {

CoreOptions CoreOptions::of(const RunConfig& config) {
    CoreOptions options;
    options.model = ModelShape::of(config);
    options.stencil = config.stencil;
    options.stencil_weight = config.stencil_weight;
    options.probe_width = config.probe_width;
    options.probe_learning_rate = config.probe_learning_rate;
    options.train_biases = config.train_biases;
    return options;
}

template <typename T>
FusedCore<T>::FusedCore(const CoreOptions& options, const PairSet& train, WorkerPool& pool)
    : options_(options), shape_(options.model, options.probe_width),
      kernels_(kernels<T>(options.simd)), pool_(pool),
      pairs_(order_pairs(train.pairs, train.labels, shape_.p)),
      tokens_(list_tokens(pairs_, shape_.p)), blocks_(pairs_.size()),
      workspaces_(static_cast<std::size_t>(pool.threads())),
      ring_(static_cast<std::size_t>(options.stencil.depth()) + 1,
            RememberedEpoch<T>(shape_, blocks_, pairs_.size(), !options.stencil.empty())),
      forward_(shape_, kernels_,
               ProbePass<T>::offsets_reading_now(options.stencil) * shape_.probe_panels()),
      backward_(forward_, pairs_, tokens_, blocks_, options.train_biases),
      probes_({options.stencil, options.stencil_weight, options.probe_learning_rate}, forward_,
              backward_, pairs_, tokens_, blocks_, ring_),
      block_losses_(blocks_.blocks.size()) {
    add_row_units(rows_phase_, [this](const RowBlock& block, Workspace<T>& workspace) {
        const T* h = forward_rows(block, workspace);
        loss_rows(block, h);
        backward_rows(block, h, false);
    });
    add_row_units(remember_phase_, [this](const RowBlock& block, Workspace<T>& workspace) {
        forward_rows(block, workspace);
    });
    add_row_units(learn_phase_, [this](const RowBlock& block, Workspace<T>& workspace) {
        forward_rows(block, workspace);
        probes_.learn_rows(block, workspace);
    });
    add_row_units(compare_phase_, [this](const RowBlock& block, Workspace<T>& workspace) {
        const T* h = current().h.data() + block.first * shape_.m_padded();
        const bool added = probes_.compare_rows(block, workspace);
        loss_rows(block, h);
        backward_rows(block, h, added);
    });
}

template <typename T>
template <typename Visit>
void FusedCore<T>::add_row_units(Phase<T>& phase, Visit visit) {
    for (std::size_t unit = 0; unit < blocks_.units(); ++unit) {
        phase.add([this, unit, visit](Workspace<T>& workspace) {
            for (std::size_t i = blocks_.unit_begin[unit]; i < blocks_.unit_begin[unit + 1]; ++i) {
                visit(blocks_.blocks[i], workspace);
            }
        });
    }
}

template <typename T>
void FusedCore<T>::load(const BasicParameters<T>& parameters) {
    if (parameters.layout().shape() != options_.model) {
        throw std::invalid_argument("the parameters belong to a model of another shape");
    }
    forward_.build(parameters, current().state, pool_, workspaces_);
}

template <typename T>
StepResult FusedCore<T>::gradients(std::span<BasicProbeState<T>> probes,
                                   BasicParameters<T>& gradients) {
    StepResult result;
    if (options_.stencil.empty()) {
        rows_phase_.run(pool_, workspaces_);
    } else {
        probes_.begin(probes, slot_, remembered_, pool_, workspaces_);
        learn_phase_.run(pool_, workspaces_);
        probes_.learn(pool_, workspaces_);
        compare_phase_.run(pool_, workspaces_);
    }
    result.mismatch = probes_.mismatches();
    LossSums sums;
    for (const LossSums& block : block_losses_) {
        sums.loss += block.loss;
        sums.correct += block.correct;
    }
    result.task_loss = sums.loss / static_cast<double>(pairs_.size());
    result.correct = sums.correct;
    backward_.run(current().state, gradients, pool_, workspaces_);
    remember();
    return result;
}

template <typename T>
T* FusedCore<T>::forward_rows(const RowBlock& block, Workspace<T>& workspace) {
    AttentionState<T>& state = current().state;
    const std::size_t at = block.first * shape_.heads;
    const std::uint16_t* a = pairs_.a.data() + block.first;
    const std::uint16_t* b = pairs_.b.data() + block.first;
    kernels_.attention_weights(block.rows, shape_.heads, a, b, forward_.scores.data(),
                               forward_.scores.data() + shape_.p * shape_.heads,
                               forward_.score2.data(), state.w0.data() + at, state.w1.data() + at,
                               state.w2.data() + at);
    T* h = options_.stencil.empty()
               ? workspace.get(Workspace<T>::kHidden, block.rows * shape_.m_padded())
               : current().h.data() + block.first * shape_.m_padded();
    for (std::size_t panel = 0; panel < shape_.hidden_panels(); ++panel) {
        gather_panel(kernels_, shape_, forward_.panels, panel, block.rows, a, b,
                     state.w0.data() + at, state.w1.data() + at, h + panel * block.rows * kPanel,
                     kPanel, true);
        if (!options_.stencil.empty()) {
            kernels_.column_sums(block.rows, kPanel, h + panel * block.rows * kPanel, kPanel,
                                 current().h_sums.data() +
                                     block.first / RowBlocks::kRows * shape_.m_padded() +
                                     panel * kPanel);
        }
    }
    return h;
}

template <typename T>
void FusedCore<T>::loss_rows(const RowBlock& block, const T* h) {
    const AttentionState<T>& state = current().state;
    const std::size_t at = block.first * shape_.heads;
    const std::size_t width = backward_.width();
    T* logits = backward_.y.data() + block.first * width + shape_.m_padded();
    for (std::size_t panel = 0; panel < shape_.logit_panels(); ++panel) {
        gather_panel(kernels_, shape_, forward_.panels, shape_.hidden_panels() + panel, block.rows,
                     pairs_.a.data() + block.first, pairs_.b.data() + block.first,
                     state.w0.data() + at, state.w1.data() + at, logits + panel * kPanel, width,
                     false);
    }
    forward_.add_logits(block.rows, h, logits, width);
    block_losses_[block.first / RowBlocks::kRows] =
        kernels_.loss({.rows = block.rows,
                       .classes = shape_.p,
                       .logits = logits,
                       .row = width,
                       .labels = pairs_.labels.data() + block.first,
                       .gradient_scale = 1 / static_cast<double>(pairs_.size())});
}

template <typename T>
void FusedCore<T>::backward_rows(const RowBlock& block, const T* h, bool add) {
    const std::size_t width = backward_.width();
    const std::size_t index = block.first / RowBlocks::kRows;
    const std::size_t h_panel = block.rows * kPanel;
    T* y = backward_.y.data() + block.first * width;
    const T* dl = y + shape_.m_padded();
    kernels_.multiply({.rows = shape_.p, // B1: dW_L^T += dl^T h
                       .columns = shape_.m_padded(),
                       .depth = block.rows,
                       .a = dl,
                       .a_row = 1,
                       .a_col = width,
                       .b = h,
                       .b_panel = h_panel,
                       .c = backward_.W_L_partial.data() + block.unit * backward_.W_L_size(),
                       .c_row = shape_.m_padded(),
                       .accumulate = index != blocks_.unit_begin[block.unit]});
    kernels_.multiply({.rows = block.rows, // B1, B2: y = (dl W_L^T) * (h > 0)
                       .columns = shape_.m_padded(),
                       .depth = shape_.p,
                       .a = dl,
                       .a_row = width,
                       .b = forward_.W_L_t.data(),
                       .b_panel = shape_.p * kPanel,
                       .c = y,
                       .c_row = width,
                       .accumulate = add,
                       .mask = h,
                       .mask_panel = h_panel});
    kernels_.column_sums(block.rows, width, y, width,
                         backward_.base_partial.data() + index * width);
}

template <typename T>
T* FusedCore<T>::block_hidden(const OrderedPairs& pairs, const RowBlock& block,
                              Workspace<T>& workspace) {
    const std::uint16_t* a = pairs.a.data() + block.first;
    const std::uint16_t* b = pairs.b.data() + block.first;
    const std::size_t weights = round_up(block.rows * shape_.heads, 16);
    T* w0 = workspace.get(Workspace<T>::kRow, 3 * weights);
    T* w1 = w0 + weights;
    kernels_.attention_weights(block.rows, shape_.heads, a, b, forward_.scores.data(),
                               forward_.scores.data() + shape_.p * shape_.heads,
                               forward_.score2.data(), w0, w1, w1 + weights);
    T* h = workspace.get(Workspace<T>::kHidden, block.rows * shape_.m_padded());
    for (std::size_t panel = 0; panel < shape_.hidden_panels(); ++panel) {
        gather_panel(kernels_, shape_, forward_.panels, panel, block.rows, a, b, w0, w1,
                     h + panel * block.rows * kPanel, kPanel, true);
    }
    return h;
}

template <typename T>
T* FusedCore<T>::block_logits(const OrderedPairs& pairs, const RowBlock& block,
                              Workspace<T>& workspace) {
    const T* h = block_hidden(pairs, block, workspace);
    const std::size_t weights = round_up(block.rows * shape_.heads, 16);
    const T* w0 = workspace.get(Workspace<T>::kRow, 3 * weights);
    T* logits = workspace.get(Workspace<T>::kLogits, block.rows * shape_.p_padded());
    for (std::size_t panel = 0; panel < shape_.logit_panels(); ++panel) {
        gather_panel(kernels_, shape_, forward_.panels, shape_.hidden_panels() + panel, block.rows,
                     pairs.a.data() + block.first, pairs.b.data() + block.first, w0, w0 + weights,
                     logits + panel * kPanel, shape_.p_padded(), false);
    }
    forward_.add_logits(block.rows, h, logits, shape_.p_padded());
    return logits;
}

template <typename T>
Evaluation FusedCore<T>::evaluate(const PairSet& pairs) {
    const OrderedPairs ordered = order_pairs(pairs.pairs, pairs.labels, shape_.p);
    const RowBlocks blocks(ordered.size());
    std::vector<LossSums> losses(blocks.blocks.size());
    pool_.run(static_cast<int>(blocks.blocks.size()), [&](int unit, int worker) {
        const RowBlock& block = blocks.blocks[static_cast<std::size_t>(unit)];
        T* logits = block_logits(ordered, block, workspaces_[static_cast<std::size_t>(worker)]);
        losses[static_cast<std::size_t>(unit)] =
            kernels_.loss({.rows = block.rows,
                           .classes = shape_.p,
                           .logits = logits,
                           .row = shape_.p_padded(),
                           .labels = ordered.labels.data() + block.first});
    });
    Evaluation result;
    for (const LossSums& block : losses) {
        result.loss += block.loss;
        result.correct += block.correct;
    }
    result.loss /= static_cast<double>(ordered.size());
    return result;
}

template <typename T>
void FusedCore<T>::logits(std::span<const Pair> pairs, std::span<T> out) {
    if (out.size() != pairs.size() * shape_.p) {
        throw std::invalid_argument("logits of " + std::to_string(pairs.size()) + " pairs fill " +
                                    std::to_string(pairs.size() * shape_.p) +
                                    " values, got room for " + std::to_string(out.size()));
    }
    const OrderedPairs ordered = order_pairs(pairs, {}, shape_.p);
    const RowBlocks blocks(ordered.size());
    pool_.run(static_cast<int>(blocks.blocks.size()), [&](int unit, int worker) {
        const RowBlock& block = blocks.blocks[static_cast<std::size_t>(unit)];
        const T* rows = block_logits(ordered, block, workspaces_[static_cast<std::size_t>(worker)]);
        for (std::size_t i = 0; i < block.rows; ++i) {
            std::copy_n(rows + i * shape_.p_padded(), shape_.p,
                        out.data() + ordered.source[block.first + i] * shape_.p);
        }
    });
}

template <typename T>
void FusedCore<T>::mlp_hidden(std::span<const Pair> pairs, std::span<T> out) {
    if (out.size() != pairs.size() * shape_.m) {
        throw std::invalid_argument("mlp_hidden of " + std::to_string(pairs.size()) +
                                    " pairs fills " + std::to_string(pairs.size() * shape_.m) +
                                    " values, got room for " + std::to_string(out.size()));
    }
    const OrderedPairs ordered = order_pairs(pairs, {}, shape_.p);
    const RowBlocks blocks(ordered.size());
    pool_.run(static_cast<int>(blocks.blocks.size()), [&](int unit, int worker) {
        const RowBlock& block = blocks.blocks[static_cast<std::size_t>(unit)];
        const T* h = block_hidden(ordered, block, workspaces_[static_cast<std::size_t>(worker)]);
        for (std::size_t i = 0; i < block.rows; ++i) {
            T* row = out.data() + ordered.source[block.first + i] * shape_.m;
            for (std::size_t j = 0; j < shape_.m; j += kPanel) {
                std::copy_n(h + j * block.rows + i * kPanel, std::min(kPanel, shape_.m - j),
                            row + j);
            }
        }
    });
}

template <typename T>
void FusedCore<T>::recall(const std::deque<BasicParameters<T>>& previous) {
    remembered_ = 0;
    for (auto epoch = previous.rbegin(); epoch != previous.rend(); ++epoch) { // oldest first
        load(*epoch);
        remember_phase_.run(pool_, workspaces_);
        remember();
    }
}

template <typename T>
void FusedCore<T>::remember() {
    const int depth = options_.stencil.depth();
    if (depth > 0) {
        slot_ = (slot_ + 1) % ring_.size();
        remembered_ = std::min(remembered_ + 1, depth);
    }
}

template class FusedCore<float>;
template class FusedCore<double>;

} // namespace grokscope::fused
