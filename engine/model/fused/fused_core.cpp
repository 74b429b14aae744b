#include "engine/model/fused/fused_core.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>

namespace grokscope::fused {

namespace {

/// Throws std::invalid_argument unless `room` holds `width` values for each pair.
void require_room(const char* what, std::size_t pairs, std::size_t width, std::size_t room) {
    if (room != pairs * width) {
        throw std::invalid_argument(std::string(what) + " of " + std::to_string(pairs) +
                                    " pairs: " + std::to_string(pairs * width) +
                                    " values, got room for " + std::to_string(room));
    }
}

void add(LossSums& to, const LossSums& block) {
    to.loss += block.loss;
    to.correct += block.correct;
}

/// Means over `pairs` pairs; missing where there are none.
PartEvaluation figures_of(const LossSums& sums, std::ptrdiff_t pairs) {
    if (pairs == 0) {
        return {};
    }
    const auto count = static_cast<double>(pairs);
    return {.loss = sums.loss / count, .accuracy = static_cast<double>(sums.correct) / count};
}

/// The marks of pairs in the order in which they are visited; none when there were none.
std::vector<std::uint8_t> in_order(const std::vector<std::uint8_t>& marks,
                                   const OrderedPairs& pairs) {
    std::vector<std::uint8_t> ordered;
    if (!marks.empty()) {
        ordered.reserve(pairs.size());
        for (const std::uint32_t source : pairs.source) {
            ordered.push_back(marks[source]);
        }
    }
    return ordered;
}

} // namespace

CoreOptions CoreOptions::of(const RunConfig& config) {
    CoreOptions options;
    options.model = ModelShape::of(config);
    options.stencil = config.stencil;
    options.stencil_weight = config.stencil_weight;
    options.probe_width = config.probe_width;
    options.probe_learning_rate = config.probe_learning_rate;
    options.train_biases = config.train_biases;
    options.control = config.control;
    options.loss = LossRule::of(config);
    options.seed = config.seed;
    return options;
}

template <typename T>
FusedCore<T>::FusedCore(const CoreOptions& options, const PairSet& train, WorkerPool& pool)
    : options_(options), shape_(options.model, options.probe_width),
      kernels_(kernels<T>(options.simd)), pool_(pool),
      plan_(plan_training(train.pairs, train.labels, shape_.p)),
      tokens_(list_tokens(plan_.pairs, shape_.p)),
      workspaces_(static_cast<std::size_t>(pool.threads())),
      ring_(static_cast<std::size_t>(options.stencil.depth()) + 1,
            RememberedEpoch<T>(shape_, plan_, !options.stencil.empty(),
                               options.control == Control::kPermutedTargets)),
      forward_(shape_, kernels_,
               ProbePass<T>::offsets_reading_now(options.stencil) * shape_.probe_panels()),
      backward_(forward_, plan_, tokens_, options.train_biases),
      probes_(
          {options.stencil, options.stencil_weight, options.probe_learning_rate, options.control},
          forward_, backward_, plan_, tokens_, ring_),
      block_losses_(plan_.blocks.size()) {
    if (options.control == Control::kPermutedTargets) {
        permuted_.emplace(shape_, plan_, options.seed);
    }
    const auto scatter = [this](const RowUnit& unit) {
        backward_.scatter_first_tokens(unit, current().state);
    };
    const auto nothing = [](const RowUnit&) {};
    const auto forward_and_backward = [this](const RowBlock& block, Workspace<T>& workspace) {
        const T* h = forward_rows(block, workspace);
        const bool added = penalise_rows(block, h);
        loss_rows(block, h);
        backward_rows(block, h, added);
    };
    const auto forward_only = [this](const RowBlock& block, Workspace<T>& workspace) {
        forward_rows(block, workspace);
    };
    const auto forward_and_learn = [this](const RowBlock& block, Workspace<T>& workspace) {
        forward_rows(block, workspace);
        probes_.learn_rows(block, workspace);
    };
    const auto compare_and_backward = [this](const RowBlock& block, Workspace<T>& workspace) {
        const T* h = current().h.data() + block.first * shape_.m_padded();
        const bool added = probes_.compare_rows(block, workspace, nullptr);
        loss_rows(block, h);
        backward_rows(block, h, added);
    };
    const auto permute = [this](const RowBlock& block, Workspace<T>&) {
        permuted_->gather(block, current().h.data(), current().h_permuted.data());
    };
    const auto learn_only = [this](const RowBlock& block, Workspace<T>& workspace) {
        probes_.learn_rows(block, workspace);
    };
    const auto compare_only = [this](const RowBlock& block, Workspace<T>& workspace) {
        probes_.compare_rows(block, workspace, permuted_->gradients(block));
    };
    const auto backward_only = [this](const RowBlock& block, Workspace<T>&) {
        const T* h = current().h.data() + block.first * shape_.m_padded();
        const bool added = probes_.asks_targets();
        if (added) {
            permuted_->take_gradients(block, backward_.y.data() + block.first * backward_.width(),
                                      backward_.width());
        }
        loss_rows(block, h);
        backward_rows(block, h, added);
    };
    add_row_units(rows_phase_, forward_and_backward, scatter);
    add_row_units(remember_phase_, forward_only, nothing);
    add_row_units(learn_phase_, forward_and_learn, nothing);
    add_row_units(compare_phase_, compare_and_backward, scatter);
    if (permuted_) {
        add_row_units(permute_phase_, permute, nothing);
        add_row_units(learn_only_phase_, learn_only, nothing);
        add_row_units(compare_only_phase_, compare_only, nothing);
        add_row_units(backward_phase_, backward_only, scatter);
    }
}

template <typename T>
template <typename Visit, typename Finish>
void FusedCore<T>::add_row_units(Phase<T>& phase, Visit visit, Finish finish) {
    // Largest first, so that no worker is left with a large unit at the end.
    std::vector<const RowUnit*> order;
    for (const RowUnit& unit : plan_.units) {
        order.push_back(&unit);
    }
    const auto rows_of = [this](const RowUnit* unit) {
        std::size_t rows = 0;
        for (std::size_t block = unit->first_block; block < unit->end_block; ++block) {
            rows += plan_.blocks[block].rows;
        }
        return rows;
    };
    std::ranges::stable_sort(order, std::ranges::greater{}, rows_of);
    for (const RowUnit* unit : order) {
        phase.add([this, unit, visit, finish](Workspace<T>& workspace) {
            for (std::size_t block = unit->first_block; block < unit->end_block; ++block) {
                visit(plan_.blocks[block], workspace);
            }
            finish(*unit);
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
        const bool learning = options_.control != Control::kFrozenProbe;
        if (permuted_) {
            remember_phase_.run(pool_, workspaces_);
            permute_targets();
            learn_only_phase_.run(pool_, workspaces_);
        } else {
            (learning ? learn_phase_ : remember_phase_).run(pool_, workspaces_);
        }
        if (learning) {
            probes_.learn(pool_, workspaces_);
        }
        if (permuted_) {
            compare_only_phase_.run(pool_, workspaces_);
            backward_phase_.run(pool_, workspaces_);
        } else {
            compare_phase_.run(pool_, workspaces_);
        }
    }
    result.mismatch = probes_.mismatches();
    LossSums sums;
    for (const LossSums& block : block_losses_) {
        sums.loss += block.loss;
        sums.correct += block.correct;
    }
    result.task_loss = sums.loss / static_cast<double>(plan_.pairs.size());
    result.correct = sums.correct;
    backward_.run(current().state, gradients, pool_, workspaces_);
    remember();
    return result;
}

template <typename T>
T* FusedCore<T>::forward_rows(const RowBlock& block, Workspace<T>& workspace) {
    AttentionState<T>& state = current().state;
    const std::size_t at = block.first * shape_.heads;
    const std::uint16_t* a = plan_.pairs.a.data() + block.first;
    const std::uint16_t* b = plan_.pairs.b.data() + block.first;
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
                                 current().h_sums.data() + block.index * shape_.m_padded() +
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
    T* sums = backward_.base_partial.data() + block.index * width;
    std::fill_n(sums + shape_.m_padded(), shape_.p_padded(), T(0));
    T* logits = backward_.y.data() + block.first * width + shape_.m_padded();
    for (std::size_t panel = 0; panel < shape_.logit_panels(); ++panel) {
        gather_panel(kernels_, shape_, forward_.panels, shape_.hidden_panels() + panel, block.rows,
                     plan_.pairs.a.data() + block.first, plan_.pairs.b.data() + block.first,
                     state.w0.data() + at, state.w1.data() + at, logits + panel * kPanel, width,
                     false);
    }
    forward_.add_logits(block.rows, h, logits, width);
    block_losses_[block.index] =
        kernels_.loss({.rows = block.rows,
                       .classes = shape_.p,
                       .logits = logits,
                       .row = width,
                       .labels = plan_.pairs.labels.data() + block.first,
                       .rule = options_.loss,
                       .gradient_scale = 1 / static_cast<double>(plan_.pairs.size()),
                       .gradient_sums = sums + shape_.m_padded()});
}

template <typename T>
bool FusedCore<T>::penalise_rows(const RowBlock& block, const T* h) {
    if (options_.control != Control::kActivationPenalty) {
        return false;
    }
    // The derivative of lambda * mean(h^2) over rows and units.
    const T scale =
        static_cast<T>(2 * options_.stencil_weight /
                       (static_cast<double>(plan_.pairs.size()) * static_cast<double>(shape_.m)));
    T* y = backward_.y.data() + block.first * backward_.width();
    for (std::size_t n = 0; n < shape_.hidden_panels(); ++n) {
        const T* panel = h + n * block.rows * kPanel;
        for (std::size_t i = 0; i < block.rows; ++i) {
            for (std::size_t j = 0; j < kPanel; ++j) {
                y[i * backward_.width() + n * kPanel + j] = scale * panel[i * kPanel + j];
            }
        }
    }
    return true;
}

template <typename T>
void FusedCore<T>::backward_rows(const RowBlock& block, const T* h, bool add) {
    const std::size_t width = backward_.width();
    const std::size_t index = block.index;
    const std::size_t h_panel = block.rows * kPanel;
    T* y = backward_.y.data() + block.first * width;
    const T* dl = y + shape_.m_padded();
    T* sums = backward_.base_partial.data() + index * width;
    std::fill_n(sums, shape_.m_padded(), T(0));
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
                       .accumulate = index != plan_.units[block.unit].first_block});
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
                       .mask_panel = h_panel,
                       .sums = sums});
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
    return logits_of_hidden(pairs, block, block_hidden(pairs, block, workspace), workspace);
}

template <typename T>
T* FusedCore<T>::logits_of_hidden(const OrderedPairs& pairs, const RowBlock& block, const T* h,
                                  Workspace<T>& workspace) {
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
    const PairPlan plan = plan_evaluation(pairs.pairs, pairs.labels, shape_.p);
    const std::vector<std::uint8_t> parts = in_order(pairs.mirrored, plan.pairs);
    struct BlockSums {
        LossSums all;
        std::array<LossSums, 2> parts; // new and mirrored
    };
    std::vector<BlockSums> blocks(plan.blocks.size());
    pool_.run(static_cast<int>(plan.blocks.size()), [&](int unit, int worker) {
        const RowBlock& block = plan.blocks[static_cast<std::size_t>(unit)];
        T* logits = block_logits(plan.pairs, block, workspaces_[static_cast<std::size_t>(worker)]);
        BlockSums& sums = blocks[static_cast<std::size_t>(unit)];
        sums.all = kernels_.loss({.rows = block.rows,
                                  .classes = shape_.p,
                                  .logits = logits,
                                  .row = shape_.p_padded(),
                                  .labels = plan.pairs.labels.data() + block.first,
                                  .rule = options_.loss,
                                  .parts = parts.empty() ? nullptr : parts.data() + block.first,
                                  .part_sums = sums.parts.data()});
    });
    // Block by block, whoever computed them.
    LossSums all;
    std::array<LossSums, 2> by_part;
    for (const BlockSums& block : blocks) {
        add(all, block.all);
        add(by_part[0], block.parts[0]);
        add(by_part[1], block.parts[1]);
    }
    const auto marked = std::count(parts.begin(), parts.end(), std::uint8_t{1});
    return {.loss = all.loss / static_cast<double>(plan.pairs.size()),
            .correct = all.correct,
            .mirrored = figures_of(by_part[1], marked),
            .truly_new =
                figures_of(by_part[0], static_cast<std::ptrdiff_t>(parts.size()) - marked)};
}

template <typename T>
void FusedCore<T>::logits(std::span<const Pair> pairs, std::span<T> out) {
    require_room("logits", pairs.size(), shape_.p, out.size());
    forward_all(pairs, out, {});
}

template <typename T>
void FusedCore<T>::mlp_hidden(std::span<const Pair> pairs, std::span<T> out) {
    require_room("mlp_hidden", pairs.size(), shape_.m, out.size());
    forward_all(pairs, {}, out);
}

template <typename T>
void FusedCore<T>::activations(std::span<const Pair> pairs, std::span<T> logits_out,
                               std::span<T> mlp_hidden_out) {
    require_room("logits", pairs.size(), shape_.p, logits_out.size());
    require_room("mlp_hidden", pairs.size(), shape_.m, mlp_hidden_out.size());
    forward_all(pairs, logits_out, mlp_hidden_out);
}

template <typename T>
void FusedCore<T>::forward_all(std::span<const Pair> pairs, std::span<T> logits_out,
                               std::span<T> mlp_hidden_out) {
    const PairPlan plan = plan_evaluation(pairs, {}, shape_.p);
    pool_.run(static_cast<int>(plan.blocks.size()), [&](int unit, int worker) {
        const RowBlock& block = plan.blocks[static_cast<std::size_t>(unit)];
        Workspace<T>& workspace = workspaces_[static_cast<std::size_t>(worker)];
        const std::uint32_t* const source = plan.pairs.source.data() + block.first;
        const T* h = block_hidden(plan.pairs, block, workspace);
        if (!mlp_hidden_out.empty()) {
            for (std::size_t i = 0; i < block.rows; ++i) {
                T* row = mlp_hidden_out.data() + source[i] * shape_.m;
                for (std::size_t j = 0; j < shape_.m; j += kPanel) {
                    std::copy_n(h + j * block.rows + i * kPanel, std::min(kPanel, shape_.m - j),
                                row + j);
                }
            }
        }
        if (!logits_out.empty()) {
            const T* rows = logits_of_hidden(plan.pairs, block, h, workspace);
            for (std::size_t i = 0; i < block.rows; ++i) {
                std::copy_n(rows + i * shape_.p_padded(), shape_.p,
                            logits_out.data() + source[i] * shape_.p);
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
        permute_targets();
        remember();
    }
}

template <typename T>
std::vector<PhaseTime> FusedCore<T>::phase_times() const {
    std::vector<PhaseTime> times;
    forward_.collect_times(times);
    for (const Phase<T>* phase : {&rows_phase_, &learn_phase_, &compare_phase_, &permute_phase_,
                                  &learn_only_phase_, &compare_only_phase_, &backward_phase_}) {
        times.push_back(phase->time());
    }
    probes_.collect_times(times);
    backward_.collect_times(times);
    std::erase_if(times, [](const PhaseTime& time) { return time.runs == 0; });
    return times;
}

template <typename T>
void FusedCore<T>::permute_targets() {
    if (permuted_) {
        permute_phase_.run(pool_, workspaces_);
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
