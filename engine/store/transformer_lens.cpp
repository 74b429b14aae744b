#include "engine/store/transformer_lens.h"

#include "engine/model/parameters.h"

#include <nlohmann/json.hpp>

namespace grokscope {

std::string transformer_lens_config(const RunConfig& config) {
    const ModelShape shape = ModelShape::of(config);
    const nlohmann::ordered_json values = {
        {"model_name", "grokscope"},
        {"n_layers", 1},
        {"d_model", shape.d},
        {"n_ctx", 3}, // a, b, =
        {"d_head", shape.d_head()},
        {"n_heads", shape.heads},
        {"d_mlp", shape.d_mlp},
        {"d_vocab", shape.p + 1}, // the last one is =
        {"d_vocab_out", shape.p},
        {"act_fn", "relu"},
        {"normalization_type", nullptr},
        {"attention_dir", "causal"}, // only the last position is read, which sees all of them
        {"positional_embedding_type", "standard"},
        {"use_attn_scale", true},
        {"attn_only", false},
        {"init_weights", false},
        {"seed", config.seed}};
    return values.dump(1) + '\n';
}

} // namespace grokscope
