/// The edge of the server: every step that a request passes before or beside the resources, in the order of
/// [Pipeline][dev.unipkg.registry.edge.Pipeline], and the limits on connections. No other room imports it, and
/// hardly any other room knows Vert.x or Netty.
@NullMarked
package dev.unipkg.registry.edge;

import org.jspecify.annotations.NullMarked;
