// The one place where the PNG writer of the distribution's stb is compiled.
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>
