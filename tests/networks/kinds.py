"""Every kind of network, as one training of it may be."""

from autoencoder.networks.plan import NETWORKS

# a network of `NETWORKS`, and whether it is ordered
KINDS = [(name, ordered) for name in NETWORKS for ordered in (False, True) if not (ordered and NETWORKS[name].open)]
