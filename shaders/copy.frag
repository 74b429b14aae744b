// Copies a picture of the target's size, pixel for pixel.
// u_picture: premultiplied RGBA, as large as the target.
uniform sampler2D u_picture;

out vec4 frag_color;

void main() {
    frag_color = texelFetch(u_picture, ivec2(gl_FragCoord.xy), 0);
}
