#include "engine/model/layers/layers_core.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>

namespace grokscope::layers {

using fused::LossSums;

namespace {

/// Throws std::invalid_argument unless all numbers and labels are below p.
void require_fitting(std::span<const Pair> pairs, std::span<const std::uint16_t> labels, int p) {
    const auto largest = [&](std::size_t i) {
        return std::max({static_cast<int>(pairs[i].a), static_cast<int>(pairs[i].b),
                         labels.empty() ? 0 : static_cast<int>(labels[i])});
    };
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (largest(i) >= p) {
            throw std::invalid_argument("pair " + std::to_string(i) + " has the number " +
                                        std::to_string(largest(i)) + ", but the model knows 0.." +
                                        std::to_string(p - 1));
        }
    }
}

/// The numbers of a chunk's pairs as the passes read them.
struct ChunkNumbers {
    ChunkNumbers(std::span<const Pair> pairs, const Chunk& chunk) {
        for (std::size_t i = 0; i < chunk.items; ++i) {
            a[i] = pairs[chunk.first + i].a;
            b[i] = pairs[chunk.first + i].b;
        }
    }
    std::array<std::uint16_t, kChunkPairs> a{};
    std::array<std::uint16_t, kChunkPairs> b{};
};

} // namespace

CoreOptions CoreOptions::of(const RunConfig& config) {
    return {.model = ModelShape::of(config),
            .train_biases = config.train_biases,
            .loss = LossRule::of(config),
            .batch = static_cast<std::size_t>(config.batch),
            .probes = {.options = {.stencil = config.stencil,
                                   .weight = config.stencil_weight,
                                   .learning_rate = config.probe_learning_rate,
                                   .control = config.control},
                       .width = config.probe_width,
                       .layer = static_cast<std::size_t>(config.effective_probe_layer()),
                       .seed = config.seed}};
}

template <typename T>
LayersCore<T>::Workspace::Workspace(const Sizes& sizes, const RowPlan& plan)
    : x(2 * plan.largest_chunk() * sizes.row()), dx(x.size()), row(x.size()),
      hidden_scratch(2 * plan.largest_chunk() * sizes.hidden_row()),
      column_sums(std::max(sizes.row(), sizes.hidden_row())),
      logits(kChunkPairs * sizes.logit_row()), rows(4 * plan.largest_chunk()),
      gradients(rows.size()), forward(sizes, 2 * plan.largest_chunk()) {
}

template <typename T>
LayersCore<T>::LayersCore(const CoreOptions& options, const PairSet& train, WorkerPool& pool)
    : options_(options), sizes_(options.model), kernels_(fused::kernels<T>(options.simd)),
      block_kernels_(block_kernels<T>(options.simd)), pool_(pool), train_(train),
      layout_(options.model),
      plan_(sizes_, std::min(kSlicePairs, options.batch > 0 ? options.batch : train.size())),
      packed_(layout_, kernels_), pass_(sizes_, kernels_, block_kernels_, packed_), tokens_(sizes_),
      dx0_(plan_.rows(plan_.slice_pairs()) * sizes_.row()),
      last_xhat_(sizes_.norm ? plan_.slice_pairs() * sizes_.row() : 0),
      last_scale_(plan_.slice_pairs()), last_normal_(plan_.slice_pairs() * sizes_.row()),
      logits_(plan_.slice_pairs() * sizes_.logit_row()),
      token_chunks_((sizes_.token_rows() + kTokenChunk - 1) / kTokenChunk),
      chunks_(RowPlan::pair_chunks(plan_.slice_pairs()) + plan_.numbers().size() + token_chunks_),
      losses_(RowPlan::pair_chunks(plan_.slice_pairs())) {
    require_fitting(train_.pairs, train_.labels, options.model.p);
    for (std::size_t layer = 0; layer < sizes_.layers; ++layer) {
        memory_.emplace_back(sizes_, plan_, layer);
    }
    for (int worker = 0; worker < pool.threads(); ++worker) {
        workspaces_.emplace_back(sizes_, plan_);
    }
    norm_sums_.resize(sizes_.norm ? chunks_ * (2 * sizes_.layers + 1) * 2 * sizes_.row() : 0);
    selected_.reserve(train.size());
    select_rows({});
    for (std::vector<std::uint16_t>* of : {&slice_.a, &slice_.b, &slice_.labels}) {
        of->resize(plan_.slice_pairs());
    }
    if (!options.probes.options.stencil.empty()) {
        probes_.emplace(options_.probes, options_.model, train_, kernels_, block_kernels_, pool_,
                        [this](const fused::RowBlock& block, int worker) {
                            forward_for_probes(block,
                                               workspaces_[static_cast<std::size_t>(worker)]);
                        });
    }
}

template <typename T>
void LayersCore<T>::select_rows(std::span<const std::uint32_t> rows) {
    for (const std::uint32_t row : rows) {
        if (row >= train_.size()) {
            throw std::invalid_argument("there are " + std::to_string(train_.size()) +
                                        " training pairs, but pair " + std::to_string(row) +
                                        " was asked for");
        }
    }
    if (!rows.empty() && probes_) {
        throw std::invalid_argument("a stencil compares each training pair with itself in other "
                                    "epochs: its updates are of all pairs, not of some");
    }
    if (rows.empty()) {
        selected_.resize(train_.size());
        std::iota(selected_.begin(), selected_.end(), 0U);
    } else {
        selected_.assign(rows.begin(), rows.end());
    }
}

template <typename T>
NormSums<T> LayersCore<T>::norm_sums(std::size_t chunk, std::size_t which) {
    if (!sizes_.norm) {
        return {};
    }
    T* at = norm_sums_.data() + (chunk * (2 * sizes_.layers + 1) + which) * 2 * sizes_.row();
    return {at, at + sizes_.row()};
}

// ------------------------------------------------------------------------------------- forward

template <typename T>
void LayersCore<T>::load(const BasicParameters<T>& parameters) {
    if (parameters.layout().shape() != options_.model) {
        throw std::invalid_argument("the parameters belong to a model of another shape");
    }
    parameters_ = &parameters;
    pass_.use(parameters);
    const auto began = std::chrono::steady_clock::now();
    packed_.build(parameters, pool_);
    take_time(kPack, began);
    build_tokens();
    run(kNumbers, plan_.numbers().size(), [&](std::size_t unit, Workspace& workspace) {
        forward_numbers(plan_.numbers()[unit], workspace);
    });
}

template <typename T>
void LayersCore<T>::build_tokens() {
    const std::size_t vocabulary = static_cast<std::size_t>(options_.model.vocabulary());
    const std::size_t early = sizes_.early();
    const T* W_E = parameters_->view(Tensor::W_E).data();
    const T* W_pos = parameters_->view(Tensor::W_pos).data();
    run(kTokens, token_chunks_, [&](std::size_t unit, Workspace&) {
        const std::size_t first = unit * kTokenChunk;
        const std::size_t rows = std::min(kTokenChunk, sizes_.token_rows() - first);
        for (std::size_t row = first; row < first + rows; ++row) {
            // Numbers a, the operation, numbers b, '='.
            std::size_t token = row;
            std::size_t position = 0;
            if (row == sizes_.token_rows() - 1) {
                token = sizes_.p;
                position = early + 1;
            } else if (row >= sizes_.p + early - 1) {
                token = row - sizes_.p - (early - 1);
                position = early;
            } else if (row >= sizes_.p) {
                token = sizes_.p + 1;
                position = 1;
            }
            T* x = tokens_.x.data() + row * sizes_.row();
            for (std::size_t j = 0; j < sizes_.d; ++j) {
                x[j] = W_E[j * vocabulary + token] + W_pos[position * sizes_.d + j];
            }
        }
        pass_.enter(0, rows, 0, tokens_.x.data() + first * sizes_.row(),
                    {.normal1 = tokens_.normal1.data() + first * sizes_.row(),
                     .xhat1 = sizes_.norm ? tokens_.xhat1.data() + first * sizes_.row() : nullptr,
                     .scale1 = tokens_.scale1.data() + first,
                     .qkv = tokens_.qkv.data() + first * sizes_.qkv_row()});
    });
}

template <typename T>
void LayersCore<T>::find_rows(std::size_t layer, const Chunk& chunk, const std::uint16_t* a,
                              const std::uint16_t* b, const T* own, Workspace& workspace) const {
    const std::size_t qkv_row = sizes_.qkv_row();
    for (std::size_t slot = 0; slot < chunk.slots(); ++slot) {
        for (std::size_t i = 0; i < chunk.items; ++i) {
            const T* row = nullptr;
            if (layer == 0) {
                const std::size_t number = a != nullptr ? a[i] : chunk.first + i;
                row = tokens_.qkv.data() +
                      plan_.token_row(slot, number, b != nullptr ? b[i] : 0) * qkv_row;
            } else if (slot < chunk.before) {
                row = memory_[layer].qkv.data() + plan_.number_row(slot, a[i]) * qkv_row;
            } else {
                row = own + ((slot - chunk.before) * chunk.items + i) * qkv_row;
            }
            workspace.rows[slot * chunk.items + i] = row;
        }
    }
}

template <typename T>
Attention<T> LayersCore<T>::attention_of(std::size_t layer, const Chunk& chunk,
                                         const Workspace& workspace) const {
    return {.items = chunk.items,
            .slots = chunk.slots(),
            .first_query = layer == last() ? chunk.slots() - 1 : chunk.before,
            .heads = sizes_.heads,
            .d_head = sizes_.d_head,
            .part = sizes_.part(),
            .rows = workspace.rows.data(),
            .z_stride = sizes_.row()};
}

template <typename T>
void LayersCore<T>::forward_numbers(const Chunk& chunk, Workspace& workspace) {
    const std::size_t row = sizes_.row();
    for (std::size_t e = 0; e < chunk.positions; ++e) {
        for (std::size_t i = 0; i < chunk.items; ++i) {
            std::copy_n(tokens_.x.data() + plan_.token_row(e, chunk.first + i, 0) * row, row,
                        workspace.x.data() + (e * chunk.items + i) * row);
        }
    }
    for (std::size_t layer = 0; layer < last(); ++layer) {
        const BlockRows<T> rows = memory_[layer].of(chunk);
        if (layer > 0) { // at position 0 nobody asks for a query
            pass_.enter(layer, chunk.rows(), chunk.items, workspace.x.data(), rows);
        }
        find_rows(layer, chunk, nullptr, nullptr, rows.qkv, workspace);
        pass_.forward(layer, attention_of(layer, chunk, workspace), workspace.x.data(), rows);
    }
    pass_.enter(last(), chunk.rows(), chunk.rows(), workspace.x.data(), memory_[last()].of(chunk));
}

template <typename T>
void LayersCore<T>::forward_pairs(const Chunk& chunk, const std::uint16_t* a,
                                  const std::uint16_t* b, Workspace& workspace, Keep keep,
                                  std::size_t layers, T* mid) {
    const std::size_t row = sizes_.row();
    T* x = workspace.x.data();
    for (std::size_t s = 0; s < 2; ++s) {
        for (std::size_t i = 0; i < chunk.items; ++i) {
            std::copy_n(tokens_.x.data() + plan_.token_row(chunk.before + s, a[i], b[i]) * row, row,
                        x + (s * chunk.items + i) * row);
        }
    }
    for (std::size_t layer = 0; layer < layers; ++layer) {
        const BlockRows<T> rows =
            keep == Keep::kAll ? memory_[layer].of(chunk) : workspace.forward.rows();
        const std::size_t first = layer == last() ? chunk.items : 0; // of the rows that query
        if (layer > 0) {
            pass_.enter(layer, chunk.rows(), first, x, rows);
        }
        find_rows(layer, chunk, a, b, rows.qkv, workspace);
        pass_.forward(layer, attention_of(layer, chunk, workspace), x + first * row, rows,
                      layer + 1 == layers ? mid : nullptr);
    }
}

template <typename T>
void LayersCore<T>::forward_for_probes(const fused::RowBlock& block, Workspace& workspace) {
    static_assert(fused::kBlockRows % kChunkPairs == 0);
    for (std::size_t first = block.first; first < block.first + block.rows; first += kChunkPairs) {
        const Chunk chunk = plan_.pair_chunk(first / kChunkPairs, train_.size());
        const ChunkNumbers numbers(train_.pairs, chunk);
        forward_pairs(chunk, numbers.a.data(), numbers.b.data(), workspace, Keep::kNothing,
                      options_.probes.layer + 1, workspace.row.data());
        // Of a layer before the last both positions are queries.
        const std::size_t last_rows = options_.probes.layer == last() ? 0 : chunk.items;
        probes_->put_rows(block, first, chunk.items,
                          workspace.row.data() + last_rows * sizes_.row(),
                          workspace.forward.hidden.data() + last_rows * sizes_.hidden_row());
    }
}

template <typename T>
void LayersCore<T>::recall(const std::deque<BasicParameters<T>>& previous) {
    if (!probes_) {
        return;
    }
    probes_->forget();
    for (auto epoch = previous.rbegin(); epoch != previous.rend(); ++epoch) { // oldest first
        load(*epoch);
        probes_->run_forward();
        probes_->remember();
    }
}

template <typename T>
void LayersCore<T>::evaluate_pairs(const Chunk& chunk, const std::uint16_t* a,
                                   const std::uint16_t* b, Workspace& workspace) {
    const BlockRows<T> scratch = workspace.forward.rows();
    forward_pairs(chunk, a, b, workspace, Keep::kNothing, sizes_.layers);
    const T* x = workspace.x.data() + chunk.items * sizes_.row();
    pass_.normalise_last(chunk.items, x, scratch.xhat2, scratch.scale2, scratch.normal2);
    pass_.unembed(chunk.items, scratch.normal2, workspace.logits.data());
}

template <typename T>
Evaluation LayersCore<T>::evaluate(const PairSet& pairs) {
    struct ChunkSums {
        LossSums all;
        std::array<LossSums, 2> parts; // new and mirrored
    };
    require_fitting(pairs.pairs, pairs.labels, options_.model.p);
    std::vector<ChunkSums> chunks(RowPlan::pair_chunks(pairs.size()));
    const std::vector<std::uint8_t>& marks = pairs.mirrored;
    pool_.run(static_cast<int>(chunks.size()), [&](int unit, int worker) {
        Workspace& workspace = workspaces_[static_cast<std::size_t>(worker)];
        const Chunk chunk = plan_.pair_chunk(static_cast<std::size_t>(unit), pairs.size());
        const ChunkNumbers numbers(pairs.pairs, chunk);
        evaluate_pairs(chunk, numbers.a.data(), numbers.b.data(), workspace);
        ChunkSums& sums = chunks[static_cast<std::size_t>(unit)];
        sums.all = kernels_.loss({.rows = chunk.items,
                                  .classes = sizes_.p,
                                  .logits = workspace.logits.data(),
                                  .row = sizes_.logit_row(),
                                  .labels = pairs.labels.data() + chunk.first,
                                  .rule = options_.loss,
                                  .parts = marks.empty() ? nullptr : marks.data() + chunk.first,
                                  .part_sums = sums.parts.data()});
    });
    // Chunk by chunk, whoever computed them.
    ChunkSums total;
    const auto add = [](LossSums& to, const LossSums& more) {
        to.loss += more.loss;
        to.correct += more.correct;
    };
    for (const ChunkSums& chunk : chunks) {
        add(total.all, chunk.all);
        add(total.parts[0], chunk.parts[0]);
        add(total.parts[1], chunk.parts[1]);
    }
    const auto figures = [](const LossSums& sums, std::ptrdiff_t count) -> PartEvaluation {
        if (count == 0) {
            return {};
        }
        const auto size = static_cast<double>(count);
        return {.loss = sums.loss / size, .accuracy = static_cast<double>(sums.correct) / size};
    };
    const auto marked = std::count(marks.begin(), marks.end(), std::uint8_t{1});
    return {.loss = total.all.loss / static_cast<double>(pairs.size()),
            .correct = total.all.correct,
            .mirrored = figures(total.parts[1], marked),
            .truly_new =
                figures(total.parts[0], static_cast<std::ptrdiff_t>(marks.size()) - marked)};
}

template <typename T>
void LayersCore<T>::activations(std::span<const Pair> pairs, std::span<T> logits_out,
                                std::span<T> mlp_hidden_out) {
    require_fitting(pairs, {}, options_.model.p);
    const auto require_room = [&](const char* what, std::size_t width, std::size_t room) {
        if (room != 0 && room != pairs.size() * width) {
            throw std::invalid_argument(std::string(what) + " of " + std::to_string(pairs.size()) +
                                        " pairs: " + std::to_string(pairs.size() * width) +
                                        " values, got room for " + std::to_string(room));
        }
    };
    require_room("logits", sizes_.p, logits_out.size());
    require_room("mlp_hidden", sizes_.m, mlp_hidden_out.size());
    pool_.run(static_cast<int>(RowPlan::pair_chunks(pairs.size())), [&](int unit, int worker) {
        Workspace& workspace = workspaces_[static_cast<std::size_t>(worker)];
        const Chunk chunk = plan_.pair_chunk(static_cast<std::size_t>(unit), pairs.size());
        const ChunkNumbers numbers(pairs, chunk);
        evaluate_pairs(chunk, numbers.a.data(), numbers.b.data(), workspace);
        for (std::size_t i = 0; i < chunk.items; ++i) {
            if (!logits_out.empty()) {
                std::copy_n(workspace.logits.data() + i * sizes_.logit_row(), sizes_.p,
                            logits_out.data() + (chunk.first + i) * sizes_.p);
            }
            if (!mlp_hidden_out.empty()) {
                std::copy_n(workspace.forward.hidden.data() + i * sizes_.hidden_row(), sizes_.m,
                            mlp_hidden_out.data() + (chunk.first + i) * sizes_.m);
            }
        }
    });
}

template class LayersCore<float>;
template class LayersCore<double>;

} // namespace grokscope::layers
