#include "engine/store/transformer_lens.h"

#include "engine/model/parameters.h"

#include <nlohmann/json.hpp>

namespace grokscope {

std::string transformer_lens_config(const RunConfig& config) {
    const ModelShape shape = ModelShape::of(config);
    const nlohmann::ordered_json values = {
        {"model_name", "grokscope"},
        {"n_layers", shape.layers},
        {"d_model", shape.d},
        {"n_ctx", shape.context}, // a, b, = or a, op, b, =
        {"d_head", shape.d_head()},
        {"n_heads", shape.heads},
        {"d_mlp", shape.d_mlp},
        {"d_vocab", shape.vocabulary()}, // token p is =, p + 1 the operation
        {"d_vocab_out", shape.p},
        {"act_fn", std::string(kActivationNames[static_cast<std::size_t>(shape.activation)])},
        {"normalization_type",
         shape.norm == Norm::kPre ? nlohmann::ordered_json("LN") : nlohmann::ordered_json(nullptr)},
        {"eps", 1e-5},
        {"attention_dir", "causal"}, // only the last position is read, which sees all of them
        {"positional_embedding_type", "standard"},
        {"use_attn_scale", true},
        {"attn_only", false},
        {"init_weights", false},
        {"seed", config.seed}};
    return values.dump(1) + '\n';
}

} // namespace grokscope
