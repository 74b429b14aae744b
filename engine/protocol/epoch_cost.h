// What an epoch costs in operations, counted from the configuration alone.
#pragma once

#include "engine/protocol/config.h"

#include <algorithm>

namespace grokscope {

/// Counted operations of Muon's five Newton-Schulz steps on a matrix.
[[nodiscard]] inline double newton_schulz_flop(double rows, double columns) {
    const double low = std::min(rows, columns);
    const double wide = std::max(rows, columns);
    return 5 * (2 * 2 * low * low * wide + 2 * low * low * low);
}

/// Counted operations of one update by the step for any number of layers: two for each multiply-add
/// of a forward pass, and twice that backward. Rows are the distinct ones (engine.md section 14):
/// causality lets position 0 know a alone, p rows, the next ones of `a op b =` too; the positions
/// of b and of '=' know the pair. Before the first block a row knows its own token alone. The last
/// block needs keys and values everywhere, the rest at '='; position 0 needs no queries.
[[nodiscard]] inline double layers_flop_per_update(const RunConfig& config) {
    const double pairs = config.batch > 0 ? config.batch : config.train_pairs();
    const double width = config.d_model;
    const double early = config.sequence == Sequence::kWithOperation ? 2 : 1; // positions
    const double rows = early * config.p + 2 * pairs;
    const double square = width * width;                      // W_Q, W_K, W_V, W_O
    const double behind = square + 2 * width * config.d_mlp;  // W_O and the MLP
    const double first = (2 * config.p + early) * 3 * square; // q, k and v of tokens
    const double others = config.layers - 1;                  // blocks
    const double keys_and_values = others * rows * 2 * square;
    const double queries =
        config.layers > 1 ? ((others - 1) * (rows - config.p) + pairs) * square : 0;
    const double logits = pairs * width * config.p;
    return 3 * 2 * (first + keys_and_values + queries + (others * rows + pairs) * behind + logits);
}

/// Counted operations of the forward pass that the step for layers makes for its probes: all pairs
/// through the blocks up to the probes' one.
[[nodiscard]] inline double layers_flop_for_probes(const RunConfig& config) {
    const double pairs = config.train_pairs();
    const double square = static_cast<double>(config.d_model) * config.d_model;
    const double behind = square + 2.0 * config.d_model * config.d_mlp; // W_O and the MLP
    double total = 0;
    for (int layer = 0; layer <= config.effective_probe_layer(); ++layer) {
        const double queries = (layer + 1 == config.layers ? 1 : 2) * pairs;
        total += queries * behind + (layer > 0 ? (4 * pairs + queries) * square : 0);
    }
    return 2 * total;
}

/// Counted 1e9 floating-point operations of one training epoch of `config` (multiply-add is two):
/// the products of the forward and the backward pass over the training pairs, tables and probes
/// included, as docs/engine.md section 5 counts those of the fused step, or the layers' one where
/// that is not for the configuration, and those of Muon. For every shape; what a control leaves out
/// is left out.
[[nodiscard]] inline double gflop_per_epoch(const RunConfig& config) {
    const double rows = config.train_pairs();
    const double classes = config.p;
    const double width = config.d_model;
    const double hidden = config.d_mlp;
    const double heads = config.heads;
    const double columns = classes + hidden; // of the tables
    const double logits = 2 * rows * hidden * classes;
    const double gather = 2 * rows * 2 * heads * columns;
    const double tables = 2 * 2 * classes * width * (width + columns) +
                          2 * width * width * columns + 2 * hidden * width * classes;
    const bool fused = is_for_fused_step(config);
    double total = fused ? 3 * (logits + gather + tables) // backward costs twice forward
                         : layers_flop_per_update(config);
    if (!fused && !config.stencil.empty()) {
        total += layers_flop_for_probes(config);
    }
    const double product = 2 * rows * hidden * config.probe_width;
    for (const int offset : config.stencil.offsets()) {
        // Learning takes three such products, the comparison one, the way back to the model one.
        const bool goes_back = offset <= 0 && config.control != Control::kTargetSide;
        const int products =
            (config.control == Control::kFrozenProbe ? 0 : 3) + 1 + (goes_back ? 1 : 0);
        total += product * products;
        if (!fused) { // z twice and dW1, where the probe learns, and the way back to mlp_in
            const int inputs =
                (config.control == Control::kFrozenProbe ? 1 : 3) + (goes_back ? 1 : 0);
            total += 2 * rows * width * config.probe_width * inputs;
        }
    }
    if (config.muon) {
        total += config.layers *
                 (4 * newton_schulz_flop(width, width) + 2 * newton_schulz_flop(hidden, width));
    }
    return total * 1e-9;
}

} // namespace grokscope
