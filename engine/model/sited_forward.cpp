#include "engine/model/sited_forward.h"

#include "engine/compute/worker_pool.h"
#include "engine/model/layers/block_pass.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {

using layers::BlockRows;
using layers::Sizes;

namespace {

/// Pairs that pass through all blocks together.
constexpr std::size_t kPairs = 24;

/// Memory of a worker: the rows of one block. A chunk's rows lie position by position.
struct Workspace {
    explicit Workspace(const Sizes& sizes)
        : x(sizes.context * kPairs * sizes.row()), skip(x.size()), out(x.size()),
          logits(kPairs * sizes.logit_row()), rows(sizes.context * kPairs),
          block(sizes, sizes.context * kPairs) {}

    AlignedBuffer<float> x, skip, out, logits;
    std::vector<const float*> rows; ///< of q, k and v: [positions, items]
    layers::ForwardMemory<float> block;
};

std::size_t chunks_of(std::size_t pairs) {
    return (pairs + kPairs - 1) / kPairs;
}

[[noreturn]] void refuse(SiteAt at, const std::string& why) {
    throw std::invalid_argument(name_of(at) + ": " + why);
}

} // namespace

class SitedForward::Record {
public:
    /// What one block read of one chunk.
    struct Block {
        AlignedBuffer<float> x, qkv;
    };
    std::vector<Pair> pairs;
    /// [chunks][layers]
    std::vector<std::vector<Block>> blocks;
    /// The residual stream of the last position behind all blocks, chunk by chunk.
    std::vector<AlignedBuffer<float>> last;
};

struct SitedForward::Impl {
    Impl(const ModelShape& of, WorkerPool& workers, fused::SimdLevel simd)
        : shape(of), sizes(of), layout(of), pool(workers),
          block_kernels(layers::block_kernels<float>(simd)),
          packed(layout, fused::kernels<float>(simd)),
          pass(sizes, fused::kernels<float>(simd), block_kernels, packed) {
        for (int worker = 0; worker < pool.threads(); ++worker) {
            workspaces.emplace_back(sizes);
        }
    }

    /// What a call is about.
    struct Call {
        std::span<const Pair> pairs;
        std::span<const Patch> patches;
        std::span<const Tap> taps;
        std::span<float> logits;
        Record* writes = nullptr;
        const Record* reads = nullptr;
        std::size_t layer = 0;    ///< of the first block that is computed
        std::size_t position = 0; ///< first position that is
        SiteAt last = {};         ///< nothing behind it is wanted
    };
    /// Some of its pairs.
    struct Chunk {
        std::size_t number = 0;
        std::size_t first = 0; ///< pair
        std::size_t items = 0;
    };

    void require_fitting(const Call& call) const {
        for (const Pair pair : call.pairs) {
            if (pair.a >= shape.p || pair.b >= shape.p) {
                throw std::invalid_argument("pairs must be of numbers below " +
                                            std::to_string(shape.p));
            }
        }
        if (!call.logits.empty() && call.logits.size() != call.pairs.size() * sizes.p) {
            throw std::invalid_argument("logits of " + std::to_string(call.pairs.size()) +
                                        " pairs: " + std::to_string(call.pairs.size() * sizes.p) +
                                        " values, got room for " +
                                        std::to_string(call.logits.size()));
        }
        for (const Patch& patch : call.patches) {
            require_fitting(patch.at, patch.positions);
            if (patch.at.site == Site::kAttnPattern) {
                refuse(patch.at, "an attention pattern cannot be replaced");
            }
            const std::size_t width = width_of(patch.at.site, shape);
            if (patch.slice.size == 0 || patch.slice.first + patch.slice.size > width) {
                refuse(patch.at,
                       "a slice must lie within its " + std::to_string(width) + " values");
            }
            const std::size_t once = patch.positions.count() * patch.slice.size;
            if (!patch.with.empty() && patch.with.size() != once &&
                patch.with.size() != once * call.pairs.size()) {
                refuse(patch.at, "a replacement has " + std::to_string(once) +
                                     " values, or so many for each pair, got " +
                                     std::to_string(patch.with.size()));
            }
        }
        for (const Tap& tap : call.taps) {
            require_fitting(tap.at, tap.positions);
            if (tap.positions.first < static_cast<int>(first_at(tap.at))) {
                refuse(tap.at, "in the last block the last position alone is computed");
            }
            if (tap.out.size() !=
                call.pairs.size() * tap.positions.count() * width_of(tap.at.site, shape)) {
                refuse(tap.at, "the room for what is read has another size");
            }
        }
    }
    void require_fitting(SiteAt at, Positions positions) const {
        if (at.layer < 0 || at.layer >= shape.layers ||
            (at.site == Site::kFinal && at.layer != 0)) {
            refuse(at, "this model has " + std::to_string(shape.layers) + " blocks, from 0 on");
        }
        if (positions.first < 0 || positions.first >= positions.end ||
            positions.end > shape.context) {
            refuse(at, "positions must lie between 0 and " + std::to_string(shape.context - 1));
        }
    }

    /// The first position that a whole pass computes at a site.
    [[nodiscard]] std::size_t first_at(SiteAt at) const {
        const bool early =
            at.site == Site::kResidPre || (at.site != Site::kFinal && at.layer + 1 < shape.layers);
        return early ? 0 : sizes.context - 1;
    }

    void run(Call call) {
        require_fitting(call);
        if (call.reads != nullptr) {
            call.layer = sizes.layers;
            call.position = sizes.context - 1;
            for (const Patch& patch : call.patches) {
                const bool final = patch.at.site == Site::kFinal;
                call.layer = std::min(call.layer, final ? sizes.layers
                                                        : static_cast<std::size_t>(patch.at.layer));
                const auto first = static_cast<std::size_t>(patch.positions.first);
                call.position = std::min(call.position, std::max(first, first_at(patch.at)));
            }
        }
        call.last = last_wanted(call);
        pool.run(static_cast<int>(chunks_of(call.pairs.size())), [&](int unit, int worker) {
            const auto number = static_cast<std::size_t>(unit);
            const std::size_t first = number * kPairs;
            compute(call, {number, first, std::min(kPairs, call.pairs.size() - first)},
                    workspaces[static_cast<std::size_t>(worker)]);
        });
    }

    /// The last site that somebody reads; logits and records want all.
    [[nodiscard]] SiteAt last_wanted(const Call& call) const {
        SiteAt last{Site::kResidPre, 0};
        for (const Tap& tap : call.taps) {
            if (tap.at.site == Site::kFinal) {
                last = {Site::kFinal, shape.layers};
            } else if (tap.at.layer > last.layer ||
                       (tap.at.layer == last.layer && tap.at.site > last.site)) {
                last = tap.at;
            }
        }
        const bool all = !call.logits.empty() || call.writes != nullptr;
        return all ? SiteAt{Site::kFinal, shape.layers} : last;
    }

    void compute(const Call& call, const Chunk& chunk, Workspace& workspace) {
        begin(call, chunk, workspace);
        for (std::size_t layer = call.layer; layer < sizes.layers; ++layer) {
            block(call, chunk, layer, workspace);
            if (static_cast<int>(layer) >= call.last.layer) {
                return;
            }
        }
        const float* x = workspace.x.data(); // of the last position alone by now
        if (call.writes != nullptr) {
            call.writes->last[chunk.number].assign(x, x + chunk.items * sizes.row());
        }
        pass.normalise_last(chunk.items, x, workspace.block.xhat2.data(),
                            workspace.block.scale2.data(), workspace.block.normal2.data());
        visit(call, chunk, {Site::kFinal}, sizes.context - 1, workspace.block.normal2.data(),
              sizes.row());
        if (!call.logits.empty()) {
            pass.unembed(chunk.items, workspace.block.normal2.data(), workspace.logits.data());
            for (std::size_t i = 0; i < chunk.items; ++i) {
                std::copy_n(workspace.logits.data() + i * sizes.logit_row(), sizes.p,
                            call.logits.data() + (chunk.first + i) * sizes.p);
            }
        }
    }

    /// The residual stream before the first block that is computed, from its first position on.
    void begin(const Call& call, const Chunk& chunk, Workspace& workspace) const {
        const std::size_t row = sizes.row();
        if (call.reads != nullptr) {
            const bool behind = call.layer == sizes.layers;
            const auto& from = behind ? call.reads->last[chunk.number]
                                      : call.reads->blocks[chunk.number][call.layer].x;
            const std::size_t skipped = behind ? 0 : call.position * chunk.items * row;
            std::copy(from.begin() + static_cast<std::ptrdiff_t>(skipped), from.end(),
                      workspace.x.begin());
            return;
        }
        const auto W_E = parameters->view(Tensor::W_E); // [d, vocabulary]
        const auto W_pos = parameters->view(Tensor::W_pos);
        const auto vocabulary = static_cast<std::size_t>(shape.vocabulary());
        for (std::size_t position = 0; position < sizes.context; ++position) {
            for (std::size_t i = 0; i < chunk.items; ++i) {
                const Pair pair = call.pairs[chunk.first + i];
                std::size_t token = position == 0 ? pair.a : pair.b;
                if (position + 1 == sizes.context) {
                    token = sizes.p; // '='
                } else if (position == 1 && sizes.context == 4) {
                    token = sizes.p + 1; // the operation
                }
                float* const x = workspace.x.data() + (position * chunk.items + i) * row;
                for (std::size_t j = 0; j < sizes.d; ++j) {
                    x[j] = W_E[j * vocabulary + token] + W_pos[position * sizes.d + j];
                }
            }
        }
    }

    void block(const Call& call, const Chunk& chunk, std::size_t layer, Workspace& workspace) {
        const std::size_t row = sizes.row();
        const bool last = layer + 1 == sizes.layers;
        const std::size_t items = chunk.items;
        const std::size_t rows = (sizes.context - call.position) * items;
        const std::size_t query = last ? sizes.context - 1 : call.position; // first position
        const std::size_t before = (query - call.position) * items;         // rows that do not ask
        const std::size_t queries = rows - before;
        const auto see = [&](Site site, std::size_t first, float* at, std::size_t stride) {
            visit(call, chunk, {site, static_cast<int>(layer)}, first, at, stride);
        };
        float* x = workspace.x.data();
        see(Site::kResidPre, call.position, x, row);
        const BlockRows<float> of = workspace.block.rows();
        pass.enter(layer, rows, before, x, of);
        if (call.writes != nullptr) {
            Record::Block& kept = call.writes->blocks[chunk.number][layer];
            kept.x.assign(x, x + rows * row);
            kept.qkv.assign(of.qkv, of.qkv + rows * sizes.qkv_row());
        }
        for (std::size_t slot = 0; slot < sizes.context; ++slot) {
            const float* const from =
                slot < call.position ? call.reads->blocks[chunk.number][layer].qkv.data() +
                                           slot * items * sizes.qkv_row()
                                     : of.qkv + (slot - call.position) * items * sizes.qkv_row();
            for (std::size_t i = 0; i < items; ++i) {
                workspace.rows[slot * items + i] = from + i * sizes.qkv_row();
            }
        }
        pass.attend({.items = items,
                     .slots = sizes.context,
                     .first_query = query,
                     .heads = sizes.heads,
                     .d_head = sizes.d_head,
                     .part = sizes.part(),
                     .rows = workspace.rows.data(),
                     .z_stride = row},
                    of);
        read_pattern(call, chunk, layer, query, of.weights);
        see(Site::kAttnZ, query, of.z, row);
        if (static_cast<int>(layer) == call.last.layer && call.last.site <= Site::kAttnZ) {
            return;
        }
        std::copy_n(x + before * row, queries * row, x); // only who asks goes on
        const auto add = [&](Site skip, Site out, const auto& add_to) {
            const bool patched = is_patched(call, skip, layer) || is_patched(call, out, layer);
            if (patched || is_tapped(call, out, layer)) {
                std::fill_n(workspace.out.data(), queries * row, 0.0F);
                add_to(workspace.out.data());
            }
            std::copy_n(x, queries * row, workspace.skip.data());
            see(skip, query, workspace.skip.data(), row);
            see(out, query, workspace.out.data(), row);
            add_to(x);
            // Added up from two parts a row rounds otherwise: only where it is not what it was.
            for (std::size_t position = query; patched && position < sizes.context; ++position) {
                if (is_patched(call, skip, layer, position) ||
                    is_patched(call, out, layer, position)) {
                    const std::size_t at = (position - query) * items * row;
                    for (std::size_t i = at; i < at + items * row; ++i) {
                        x[i] = workspace.skip[i] + workspace.out[i];
                    }
                }
            }
        };
        add(Site::kAttnSkip, Site::kAttnOut,
            [&](float* to) { pass.add_heads(layer, queries, of, to); });
        see(Site::kResidMid, query, x, row);
        pass.hide(layer, queries, x, of);
        see(Site::kMlpHidden, query, of.hidden, sizes.hidden_row());
        add(Site::kMlpSkip, Site::kMlpOut,
            [&](float* to) { pass.add_mlp(layer, queries, of, to); });
        see(Site::kResidPost, query, x, row);
    }

    static bool is_patched(const Call& call, Site site, std::size_t layer,
                           std::optional<std::size_t> position = {}) {
        return std::ranges::any_of(call.patches, [&](const Patch& patch) {
            return patch.at == SiteAt{site, static_cast<int>(layer)} &&
                   (!position || patch.positions.has(static_cast<int>(*position)));
        });
    }
    static bool is_tapped(const Call& call, Site site, std::size_t layer) {
        return std::ranges::any_of(call.taps, [&](const Tap& tap) {
            return tap.at == SiteAt{site, static_cast<int>(layer)};
        });
    }

    /// Patches, then taps. `rows` are those of the positions from `first` on.
    void visit(const Call& call, const Chunk& chunk, SiteAt at, std::size_t first, float* rows,
               std::size_t stride) const {
        const auto row_of = [&](int position, std::size_t i) {
            return rows + ((static_cast<std::size_t>(position) - first) * chunk.items + i) * stride;
        };
        for (const Patch& patch : call.patches) {
            if (patch.at != at) {
                continue;
            }
            const std::size_t once = patch.positions.count() * patch.slice.size;
            const bool alike = patch.with.size() == once;
            for (int position = std::max(patch.positions.first, static_cast<int>(first));
                 position < patch.positions.end; ++position) {
                const std::size_t place =
                    static_cast<std::size_t>(position - patch.positions.first) * patch.slice.size;
                for (std::size_t i = 0; i < chunk.items; ++i) {
                    float* const to = row_of(position, i) + patch.slice.first;
                    if (patch.with.empty()) {
                        std::fill_n(to, patch.slice.size, 0.0F);
                        continue;
                    }
                    const std::size_t pair = alike ? 0 : chunk.first + i;
                    std::copy_n(patch.with.data() + pair * once + place, patch.slice.size, to);
                }
            }
        }
        const std::size_t width = width_of(at.site, shape);
        for (const Tap& tap : call.taps) {
            if (tap.at != at) {
                continue;
            }
            for (int position = tap.positions.first; position < tap.positions.end; ++position) {
                for (std::size_t i = 0; i < chunk.items; ++i) {
                    std::copy_n(row_of(position, i), width, read_to(tap, chunk, position, i));
                }
            }
        }
    }
    /// Where a tap has one position of the i-th pair of a chunk.
    [[nodiscard]] float* read_to(const Tap& tap, const Chunk& chunk, int position,
                                 std::size_t i) const {
        const auto place = static_cast<std::size_t>(position - tap.positions.first);
        return tap.out.data() +
               ((chunk.first + i) * tap.positions.count() + place) * width_of(tap.at.site, shape);
    }

    /// The kernel has weights [queries][positions][items * heads].
    void read_pattern(const Call& call, const Chunk& chunk, std::size_t layer, std::size_t query,
                      const float* weights) const {
        const std::size_t size = chunk.items * sizes.heads;
        for (const Tap& tap : call.taps) {
            if (tap.at != SiteAt{Site::kAttnPattern, static_cast<int>(layer)}) {
                continue;
            }
            for (int position = tap.positions.first; position < tap.positions.end; ++position) {
                const auto at = static_cast<std::size_t>(position);
                const float* const of = weights + (at - query) * sizes.context * size;
                for (std::size_t i = 0; i < chunk.items; ++i) {
                    float* to = read_to(tap, chunk, position, i);
                    for (std::size_t head = 0; head < sizes.heads; ++head) {
                        for (std::size_t slot = 0; slot < sizes.context; ++slot) {
                            *to++ = slot <= at ? of[slot * size + i * sizes.heads + head] : 0.0F;
                        }
                    }
                }
            }
        }
    }

    ModelShape shape;
    Sizes sizes;
    ParameterLayout layout;
    WorkerPool& pool;
    const layers::BlockKernels<float>& block_kernels;
    layers::PackedWeights<float> packed;
    layers::BlockPass<float> pass;
    const Parameters* parameters = nullptr;
    std::vector<Workspace> workspaces;
};

SitedForward::SitedForward(const ModelShape& shape, WorkerPool& pool, fused::SimdLevel simd)
    : impl_(std::make_unique<Impl>(shape, pool, simd)) {
}

SitedForward::~SitedForward() = default;

void SitedForward::load(const Parameters& parameters) {
    if (parameters.layout().shape() != impl_->shape) {
        throw std::invalid_argument("the weights belong to a model of another shape");
    }
    impl_->parameters = &parameters;
    impl_->pass.use(parameters);
    impl_->packed.build(parameters, impl_->pool);
}

void SitedForward::run(std::span<const Pair> pairs, std::span<const Patch> patches,
                       std::span<const Tap> taps, std::span<float> logits) {
    impl_->run({.pairs = pairs, .patches = patches, .taps = taps, .logits = logits});
}

std::shared_ptr<const SitedForward::Record> SitedForward::record(std::span<const Pair> pairs,
                                                                 std::span<const Tap> taps,
                                                                 std::span<float> logits) {
    auto record = std::make_shared<Record>();
    record->pairs.assign(pairs.begin(), pairs.end());
    record->blocks.resize(chunks_of(pairs.size()), std::vector<Record::Block>(impl_->sizes.layers));
    record->last.resize(record->blocks.size());
    impl_->run({.pairs = record->pairs,
                .patches = {},
                .taps = taps,
                .logits = logits,
                .writes = record.get()});
    return record;
}

void SitedForward::run(const Record& record, std::span<const Patch> patches,
                       std::span<float> logits) {
    impl_->run({.pairs = record.pairs,
                .patches = patches,
                .taps = {},
                .logits = logits,
                .reads = &record});
}

} // namespace grokscope
