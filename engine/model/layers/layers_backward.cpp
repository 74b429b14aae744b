// The way back of LayersCore, and what it leaves in the gradients.
#include "engine/model/layers/layers_core.h"

#include "engine/protocol/metrics.h"

#include <algorithm>

namespace grokscope::layers {

using fused::LossSums;

namespace {

/// Columns that a unit adds up; a sum over many rows is cut into so many.
constexpr std::size_t kSumColumns = 64;

std::size_t pieces_of(std::size_t columns) {
    return (columns + kSumColumns - 1) / kSumColumns;
}

template <typename T>
void add_row(const T* from, T* to, std::size_t columns) {
    for (std::size_t j = 0; j < columns; ++j) {
        to[j] += from[j];
    }
}

} // namespace

template <typename T>
StepResult LayersCore<T>::gradients(std::span<BasicProbeState<T>> probes,
                                    BasicParameters<T>& gradients) {
    const std::size_t pairs = selected_.size();
    if (probes_) {
        const auto began = std::chrono::steady_clock::now();
        probes_->run(probes);
        take_time(kProbes, began);
    }
    gradient_scale_ = 1 / static_cast<double>(pairs);
    std::ranges::fill(norm_sums_, T(0));
    std::ranges::fill(tokens_.dx, T(0));
    std::ranges::fill(tokens_.dqkv, T(0));
    for (LayerMemory<T>& layer : memory_) { // rows of numbers: pairs add to them
        std::fill_n(layer.dqkv.begin(), plan_.number_rows() * sizes_.qkv_row(), T(0));
    }
    LossSums sums;
    for (std::size_t first = 0; first < pairs; first += plan_.slice_pairs()) {
        const std::size_t count = std::min(plan_.slice_pairs(), pairs - first);
        slice_first_ = first;
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t pair = selected_[first + i];
            slice_.a[i] = train_.pairs[pair].a;
            slice_.b[i] = train_.pairs[pair].b;
            slice_.labels[i] = train_.labels[pair];
        }
        const std::size_t chunks = RowPlan::pair_chunks(count);
        run(kPairs, chunks, [&](std::size_t unit, Workspace& workspace) {
            pass_pairs(plan_.pair_chunk(unit, count), workspace);
        });
        for (std::size_t i = 0; i < chunks; ++i) { // chunk by chunk, whoever computed them
            sums.loss += losses_[i].loss;
            sums.correct += losses_[i].correct;
        }
        reduce_shared(count);
        const bool last = first + count == pairs;
        if (last) {
            run(kNumbersBack, plan_.numbers().size(), [&](std::size_t unit, Workspace& workspace) {
                backward_numbers(plan_.numbers()[unit], workspace);
            });
        }
        sum_weights(count, first == 0, last, gradients);
    }
    reduce_numbers();
    backward_tokens();
    finish(gradients);
    StepResult result;
    result.task_loss = sums.loss / static_cast<double>(pairs);
    result.correct = sums.correct;
    result.mismatch = probes_ ? probes_->mismatches() : MetricSample::missing_mismatch();
    if (probes_) {
        probes_->remember();
    }
    return result;
}

template <typename T>
void LayersCore<T>::find_gradients(std::size_t layer, const Chunk& chunk, Workspace& workspace) {
    LayerMemory<T>& memory = memory_[layer];
    const std::size_t qkv_row = sizes_.qkv_row();
    for (std::size_t slot = 0; slot < chunk.slots(); ++slot) {
        for (std::size_t i = 0; i < chunk.items; ++i) {
            workspace.gradients[slot * chunk.items + i] =
                slot < chunk.before
                    ? memory.before.data() + ((chunk.first + i) * chunk.before + slot) * qkv_row
                    : memory.dqkv.data() +
                          (chunk.row + (slot - chunk.before) * chunk.items + i) * qkv_row;
        }
    }
}

template <typename T>
FromProbes<T> LayersCore<T>::from_probes(const Chunk& chunk, std::size_t queries,
                                         const BlockRows<T>& rows, Workspace& workspace) const {
    if (probes_) {
        const std::size_t pair = slice_first_ + chunk.first;
        return {.rows = chunk.items,
                .hidden = probes_->hidden_gradients(pair),
                .hidden_row = probes_->hidden_row(),
                .mid = probes_->input_gradients(pair)};
    }
    if (options_.probes.options.control != Control::kActivationPenalty) {
        return {};
    }
    // The derivative of lambda * mean(h^2) over pairs and units.
    const T scale = static_cast<T>(2 * options_.probes.options.weight * gradient_scale_ /
                                   static_cast<double>(sizes_.m));
    const std::size_t hidden_row = sizes_.hidden_row();
    const T* h = rows.hidden + (queries - chunk.items) * hidden_row;
    T* to = workspace.forward.hidden.data(); // a pass with a way back leaves it free
    for (std::size_t i = 0; i < chunk.items * hidden_row; ++i) {
        to[i] = scale * h[i];
    }
    return {.rows = chunk.items, .hidden = to, .hidden_row = hidden_row};
}

template <typename T>
void LayersCore<T>::pass_pairs(const Chunk& chunk, Workspace& workspace) {
    const std::uint16_t* a = slice_.a.data() + chunk.first;
    const std::uint16_t* b = slice_.b.data() + chunk.first;
    const std::size_t row = sizes_.row();
    const std::size_t items = chunk.items;
    const BlockScratch<T> scratch{workspace.row.data(), workspace.hidden_scratch.data()};
    forward_pairs(chunk, a, b, workspace, Keep::kAll, sizes_.layers);

    T* normal = last_normal_.data() + chunk.first * row;
    T* xhat = sizes_.norm ? last_xhat_.data() + chunk.first * row : nullptr;
    T* scale = last_scale_.data() + chunk.first;
    T* logits = logits_.data() + chunk.first * sizes_.logit_row();
    pass_.normalise_last(items, workspace.x.data() + items * row, xhat, scale, normal);
    pass_.unembed(items, normal, logits);
    losses_[chunk.number] = kernels_.loss({.rows = items,
                                           .classes = sizes_.p,
                                           .logits = logits,
                                           .row = sizes_.logit_row(),
                                           .labels = slice_.labels.data() + chunk.first,
                                           .rule = options_.loss,
                                           .gradient_scale = gradient_scale_,
                                           .gradient_sums = workspace.logits.data()});

    // dx: the position before the last has no part in what follows the last block.
    T* dx = workspace.dx.data();
    std::fill_n(dx, chunk.rows() * row, T(0));
    if (sizes_.norm) {
        pass_.unembed_backward(items, logits, workspace.row.data());
        pass_.last_norm_backward(items, workspace.row.data(), xhat, scale, dx + items * row,
                                 norm_sums(chunk.number, 2 * sizes_.layers));
    } else {
        pass_.unembed_backward(items, logits, dx + items * row);
    }
    for (std::size_t layer = sizes_.layers; layer-- > 0;) {
        const BlockRows<T> rows = memory_[layer].of(chunk);
        const std::size_t first = layer == last() ? items : 0; // of the rows that query
        const std::size_t queries = chunk.rows() - first;
        const FromProbes<T> probes = layer == options_.probes.layer
                                         ? from_probes(chunk, queries, rows, workspace)
                                         : FromProbes<T>{};
        pass_.backward(layer, queries, dx + first * row, rows,
                       norm_sums(chunk.number, 2 * layer + 1), scratch, probes);
        find_rows(layer, chunk, a, b, rows.qkv, workspace);
        find_gradients(layer, chunk, workspace);
        pass_.attend_backward(attention_of(layer, chunk, workspace), scratch.row,
                              workspace.gradients.data(), rows, false);
        if (layer > 0) {
            pass_.leave(layer, chunk.rows(), first, dx, rows, norm_sums(chunk.number, 2 * layer),
                        scratch);
        }
    }
    std::copy_n(dx, chunk.rows() * row, dx0_.data() + chunk.row * row);
}

template <typename T>
void LayersCore<T>::backward_numbers(const Chunk& chunk, Workspace& workspace) {
    const BlockScratch<T> scratch{workspace.row.data(), workspace.hidden_scratch.data()};
    T* dx = workspace.dx.data();
    std::fill_n(dx, chunk.rows() * sizes_.row(), T(0));
    pass_.leave(last(), chunk.rows(), chunk.rows(), dx, memory_[last()].of(chunk),
                norm_sums(chunk.number, 2 * last()), scratch);
    for (std::size_t layer = last(); layer-- > 0;) {
        const BlockRows<T> rows = memory_[layer].of(chunk);
        pass_.backward(layer, chunk.rows(), dx, rows, norm_sums(chunk.number, 2 * layer + 1),
                       scratch);
        find_rows(layer, chunk, nullptr, nullptr, rows.qkv, workspace);
        find_gradients(layer, chunk, workspace);
        pass_.attend_backward(attention_of(layer, chunk, workspace), scratch.row,
                              workspace.gradients.data(), rows, true);
        if (layer > 0) {
            pass_.leave(layer, chunk.rows(), chunk.items, dx, rows,
                        norm_sums(chunk.number, 2 * layer), scratch);
        }
    }
    std::copy_n(dx, chunk.rows() * sizes_.row(), dx0_.data() + chunk.row * sizes_.row());
}

// ------------------------------------------------------------------- sums over rows that share

template <typename T>
void LayersCore<T>::reduce_shared(std::size_t pairs) {
    const std::size_t part = sizes_.part();
    const std::size_t qkv_row = sizes_.qkv_row();
    const std::size_t early = sizes_.early();
    const std::size_t kv_pieces = pieces_of(2 * part);
    const std::size_t qkv_pieces = pieces_of(3 * part);
    const std::size_t row_pieces = pieces_of(sizes_.row());
    // k and v of earlier positions, of all layers; then the last two positions before the first.
    const std::size_t before = sizes_.layers * early * kv_pieces;
    const std::size_t units = before + 2 * (qkv_pieces + row_pieces);
    const auto row_of = [&](std::size_t pair, std::size_t position) {
        const Chunk chunk = plan_.pair_chunk(pair / kChunkPairs, pairs);
        return chunk.row + position * chunk.items + pair - chunk.first;
    };
    run(kShared, units, [&](std::size_t unit, Workspace&) {
        if (unit < before) {
            const std::size_t layer = unit / (early * kv_pieces);
            const std::size_t e = unit / kv_pieces % early;
            const std::size_t column = part + unit % kv_pieces * kSumColumns;
            const std::size_t columns = std::min(kSumColumns, 3 * part - column);
            const T* from = memory_[layer].before.data() + e * qkv_row + column;
            for (std::size_t i = 0; i < pairs; ++i) {
                const std::size_t a = slice_.a[i];
                T* to = layer == 0 ? tokens_.dqkv.data() + plan_.token_row(e, a, 0) * qkv_row
                                   : memory_[layer].dqkv.data() + plan_.number_row(e, a) * qkv_row;
                add_row(from + i * early * qkv_row, to + column, columns);
            }
            return;
        }
        unit -= before;
        const std::size_t position = unit / (qkv_pieces + row_pieces);
        unit %= qkv_pieces + row_pieces;
        const bool stream = unit >= qkv_pieces;
        const std::size_t width = stream ? sizes_.row() : qkv_row;
        const std::size_t column = (stream ? unit - qkv_pieces : unit) * kSumColumns;
        const std::size_t columns = std::min(kSumColumns, width - column);
        if (!stream && position == 0 && sizes_.layers == 1 && column < part) {
            return; // no query there, and so no gradient but what another chunk left in its row
        }
        const T* from = (stream ? dx0_ : memory_[0].dqkv).data() + column;
        T* to = (stream ? tokens_.dx : tokens_.dqkv).data() + column;
        for (std::size_t i = 0; i < pairs; ++i) {
            const std::size_t token = plan_.token_row(early + position, slice_.a[i], slice_.b[i]);
            add_row(from + row_of(i, position) * width, to + token * width, columns);
        }
    });
}

template <typename T>
void LayersCore<T>::reduce_numbers() {
    if (plan_.number_rows() == 0) {
        return;
    }
    const std::size_t qkv_pieces = pieces_of(sizes_.qkv_row());
    const std::size_t row_pieces = pieces_of(sizes_.row());
    const std::size_t pieces = qkv_pieces + row_pieces;
    run(kShared, sizes_.early() * pieces, [&](std::size_t index, Workspace&) {
        const std::size_t e = index / pieces;
        const std::size_t unit = index % pieces;
        const bool stream = unit >= qkv_pieces;
        const std::size_t width = stream ? sizes_.row() : sizes_.qkv_row();
        const std::size_t column = (stream ? unit - qkv_pieces : unit) * kSumColumns;
        const std::size_t columns = std::min(kSumColumns, width - column);
        const T* from = (stream ? dx0_ : memory_[0].dqkv).data() + column;
        T* to = (stream ? tokens_.dx : tokens_.dqkv).data() + column;
        for (std::size_t a = 0; a < sizes_.p; ++a) {
            add_row(from + plan_.number_row(e, a) * width, to + plan_.token_row(e, a, 0) * width,
                    columns);
        }
    });
}

template <typename T>
void LayersCore<T>::backward_tokens() {
    run(kTokensBack, token_chunks_, [&](std::size_t unit, Workspace& workspace) {
        const std::size_t first = unit * kTokenChunk;
        const std::size_t rows = std::min(kTokenChunk, sizes_.token_rows() - first);
        const std::size_t number = chunks_ - token_chunks_ + unit;
        pass_.leave(0, rows, 0, tokens_.dx.data() + first * sizes_.row(),
                    {.xhat1 = sizes_.norm ? tokens_.xhat1.data() + first * sizes_.row() : nullptr,
                     .scale1 = tokens_.scale1.data() + first,
                     .dqkv = tokens_.dqkv.data() + first * sizes_.qkv_row()},
                    norm_sums(number, 0), {workspace.row.data(), workspace.hidden_scratch.data()});
    });
}

// ----------------------------------------------------------------------------- weights, biases

template <typename T>
void LayersCore<T>::sum_weights(std::size_t pairs, bool first, bool last_slice,
                                BasicParameters<T>& gradients) {
    const std::size_t row = sizes_.row();
    const std::size_t hidden_row = sizes_.hidden_row();
    const std::size_t qkv_row = sizes_.qkv_row();
    const std::size_t numbers = plan_.number_rows();
    const std::size_t begin = last_slice ? 0 : numbers;
    const std::size_t rows = numbers + 2 * pairs - begin;
    tiles_.clear();
    const auto add = [&](Tensor tensor, std::size_t layer, const T* a, std::size_t a_row,
                         std::size_t n, const T* b, std::size_t b_row, std::size_t k,
                         std::size_t count, std::size_t group = 0) {
        const std::size_t out = layout_.offset(tensor, static_cast<int>(layer));
        cut_into_tiles<T>({a, a_row, b, b_row, count, group, n, k, out, k}, tiles_);
    };
    for (std::size_t layer = 0; layer < sizes_.layers; ++layer) {
        const LayerMemory<T>& memory = memory_[layer];
        const bool last_layer = layer == last();
        const std::size_t from = last_layer ? 0 : begin; // of the rows that query
        const std::size_t count = last_layer ? pairs : rows;
        add(Tensor::W_in, layer, memory.slope.data() + from * hidden_row, hidden_row, sizes_.m,
            memory.normal2.data() + from * row, row, sizes_.d, count);
        add(Tensor::W_out, layer, memory.dout.data() + from * row, row, sizes_.d,
            memory.hidden.data() + from * hidden_row, hidden_row, sizes_.m, count);
        add(Tensor::W_O, layer, memory.dmid.data() + from * row, row, sizes_.d,
            memory.z.data() + from * row, row, sizes_.d, count);
        if (layer > 0) { // those of the first layer are the tokens'
            const auto add_part = [&](Tensor tensor, std::size_t part, std::size_t first_row,
                                      std::size_t group) {
                add(tensor, layer, memory.dqkv.data() + first_row * qkv_row + part * sizes_.part(),
                    qkv_row, sizes_.d, memory.normal1.data() + first_row * row, row, sizes_.d,
                    begin + rows - first_row, group);
            };
            // At position 0 nobody asks for a query, and in the last layer only the last does.
            const bool numbers_ask = sizes_.early() > 1 && !last_layer;
            add_part(Tensor::W_Q, 0, numbers_ask ? begin : numbers,
                     last_layer ? 2 * kChunkPairs : 0);
            add_part(Tensor::W_K, 1, begin, 0);
            add_part(Tensor::W_V, 2, begin, 0);
        }
    }
    add(Tensor::W_U, 0, last_normal_.data(), row, sizes_.d, logits_.data(), sizes_.logit_row(),
        sizes_.p, pairs);
    T* out = gradients.flat().data();
    const std::size_t tiles = tiles_.size();
    const std::size_t biases = 2 * sizes_.layers;
    run(kWeights, tiles + biases, [&](std::size_t unit, Workspace& workspace) {
        if (unit < tiles) {
            add_tile(kernels_, tiles_[unit], !first, out);
            return;
        }
        const std::size_t layer = (unit - tiles) / 2;
        const bool in = (unit - tiles) % 2 == 0;
        const LayerMemory<T>& memory = memory_[layer];
        const std::size_t from = layer == last() ? 0 : begin;
        const std::size_t count = layer == last() ? pairs : rows;
        const std::size_t width = in ? hidden_row : row;
        const std::span<T> to =
            gradients.view(in ? Tensor::b_in : Tensor::b_out, static_cast<int>(layer));
        if (!options_.train_biases) {
            std::ranges::fill(to, T(0));
            return;
        }
        T* sums = workspace.column_sums.data();
        kernels_.column_sums(count, width, (in ? memory.slope : memory.dout).data() + from * width,
                             width, sums);
        for (std::size_t j = 0; j < to.size(); ++j) {
            to[j] = first ? sums[j] : to[j] + sums[j];
        }
    });
}

template <typename T>
void LayersCore<T>::finish(BasicParameters<T>& gradients) {
    const auto& tensors = layout_.tensors();
    for (std::size_t i = 0; i < tensors.size(); ++i) { // the gaps between tensors
        std::fill(gradients.flat().begin() +
                      static_cast<std::ptrdiff_t>(tensors[i].offset + tensors[i].size),
                  gradients.flat().begin() + static_cast<std::ptrdiff_t>(layout_.end_with_gap(i)),
                  T(0));
    }
    tiles_.clear();
    std::size_t part = 0;
    for (const Tensor tensor : {Tensor::W_Q, Tensor::W_K, Tensor::W_V}) {
        cut_into_tiles<T>({tokens_.dqkv.data() + part, sizes_.qkv_row(), tokens_.normal1.data(),
                           sizes_.row(), sizes_.token_rows(), 0, sizes_.d, sizes_.d,
                           layout_.offset(tensor), sizes_.d},
                          tiles_);
        part += sizes_.part();
    }
    const std::size_t tiles = tiles_.size();
    const std::size_t embedding =
        pieces_of(static_cast<std::size_t>(options_.model.vocabulary()) + sizes_.context);
    const std::size_t norms = sizes_.norm ? sizes_.layers + 1 : 0;
    run(kRest, tiles + embedding + norms, [&](std::size_t unit, Workspace&) {
        if (unit < tiles) {
            add_tile(kernels_, tiles_[unit], false, gradients.flat().data());
        } else if (unit < tiles + embedding) {
            finish_embedding(gradients, (unit - tiles) * kSumColumns);
        } else {
            finish_norms(gradients, unit - tiles - embedding);
        }
    });
}

/// Some of the vocabulary, then the positions.
template <typename T>
void LayersCore<T>::finish_embedding(BasicParameters<T>& gradients, std::size_t first) {
    const auto vocabulary = static_cast<std::size_t>(options_.model.vocabulary());
    const std::size_t early = sizes_.early();
    const T* dx = tokens_.dx.data();
    const std::size_t row = sizes_.row();
    T* W_E = gradients.view(Tensor::W_E).data();
    T* W_pos = gradients.view(Tensor::W_pos).data();
    const std::size_t end = std::min(first + kSumColumns, vocabulary + sizes_.context);
    for (std::size_t place = first; place < end; ++place) {
        if (place < sizes_.p) { // a number, in two positions
            const T* as_a = dx + place * row;
            const T* as_b = dx + plan_.token_row(early, 0, place) * row;
            for (std::size_t j = 0; j < sizes_.d; ++j) {
                W_E[j * vocabulary + place] = as_a[j] + as_b[j];
            }
        } else if (place < vocabulary) { // '=', the operation
            const std::size_t slot = place == sizes_.p ? early + 1 : 1;
            const T* at = dx + plan_.token_row(slot, 0, 0) * row;
            for (std::size_t j = 0; j < sizes_.d; ++j) {
                W_E[j * vocabulary + place] = at[j];
            }
        } else { // a position
            const std::size_t slot = place - vocabulary;
            const std::size_t begin = plan_.token_row(slot, 0, 0);
            const std::size_t rows = slot == 0 || slot == early ? sizes_.p : 1;
            T* to = W_pos + slot * sizes_.d;
            std::fill_n(to, sizes_.d, T(0));
            for (std::size_t i = 0; i < rows; ++i) {
                add_row(dx + (begin + i) * row, to, sizes_.d);
            }
        }
    }
}

template <typename T>
void LayersCore<T>::finish_norms(BasicParameters<T>& gradients, std::size_t layer) {
    const auto sum = [&](std::size_t which, Tensor gain, Tensor bias, std::size_t block) {
        const std::span<T> to_gain = gradients.view(gain, static_cast<int>(block));
        const std::span<T> to_bias = gradients.view(bias, static_cast<int>(block));
        std::ranges::fill(to_gain, T(0));
        std::ranges::fill(to_bias, T(0));
        for (std::size_t chunk = 0; chunk < chunks_; ++chunk) {
            const NormSums<T> sums = norm_sums(chunk, which);
            add_row(sums.gain, to_gain.data(), sizes_.d);
            add_row(sums.bias, to_bias.data(), sizes_.d);
        }
    };
    if (layer == sizes_.layers) {
        sum(2 * layer, Tensor::ln_final_gain, Tensor::ln_final_bias, 0);
        return;
    }
    sum(2 * layer, Tensor::ln1_gain, Tensor::ln1_bias, layer);
    sum(2 * layer + 1, Tensor::ln2_gain, Tensor::ln2_bias, layer);
}

// The one function that others call.
template StepResult LayersCore<float>::gradients(std::span<BasicProbeState<float>>,
                                                 BasicParameters<float>&);
template StepResult LayersCore<double>::gradients(std::span<BasicProbeState<double>>,
                                                  BasicParameters<double>&);

} // namespace grokscope::layers
