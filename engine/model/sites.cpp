#include "engine/model/sites.h"

#include <array>

namespace grokscope {

namespace {

constexpr std::array<std::string_view, kSites> kNames = {
    "resid_pre",  "attn.pattern", "attn.z",   "attn.out",   "attn.skip", "resid_mid",
    "mlp.hidden", "mlp.out",      "mlp.skip", "resid_post", "final"};

} // namespace

std::string name_of(SiteAt at) {
    const std::string name(kNames[static_cast<std::size_t>(at.site)]);
    return at.site == Site::kFinal ? name : "blocks." + std::to_string(at.layer) + "." + name;
}

std::vector<SiteAt> sites_of(const ModelShape& shape) {
    std::vector<SiteAt> sites;
    for (int layer = 0; layer < shape.layers; ++layer) {
        for (std::size_t i = 0; i + 1 < kSites; ++i) {
            sites.push_back({static_cast<Site>(i), layer});
        }
    }
    sites.push_back({Site::kFinal});
    return sites;
}

std::size_t width_of(Site site, const ModelShape& shape) {
    switch (site) {
    case Site::kAttnPattern:
        return static_cast<std::size_t>(shape.heads) * static_cast<std::size_t>(shape.context);
    case Site::kMlpHidden:
        return static_cast<std::size_t>(shape.d_mlp);
    default:
        return static_cast<std::size_t>(shape.d);
    }
}

} // namespace grokscope
