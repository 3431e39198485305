# any graph file
from .formats import read_graph as read_graph
from .formats import write_graph as write_graph

# graphs, by format
from .edgelist import read_edgelist as read_edgelist
from .edgelist import write_edgelist as write_edgelist
from .graphml import read_graphml as read_graphml
from .graphml import write_graphml as write_graphml
from .npz import read_npz as read_npz
from .npz import write_npz as write_npz
from .zarr_graph import load_zarr as load_zarr
from .zarr_graph import save_zarr as save_zarr

# SONATA: nodes, edges, spikes
from .sonata.edges import read_sonata_edge_types as read_sonata_edge_types
from .sonata.edges import read_sonata_edges as read_sonata_edges
from .sonata.edges import write_sonata_edges as write_sonata_edges
from .sonata.nodes import read_sonata_nodes as read_sonata_nodes
from .sonata.nodes import write_sonata_nodes as write_sonata_nodes
from .sonata.spikes import SonataSpikes as SonataSpikes
from .sonata.spikes import read_sonata_spikes as read_sonata_spikes
from .sonata.spikes import write_sonata_spikes as write_sonata_spikes
from .sonata.types import read_sonata_types as read_sonata_types
from .sonata.types import write_sonata_types as write_sonata_types

# spiking networks
from .nir.network import SpikingNetwork as SpikingNetwork
from .nir.read import from_nir as from_nir
from .nir.read import read_nir as read_nir
from .nir.write import to_nir as to_nir
from .nir.write import write_nir as write_nir

# recordings
from .neo import from_neo_trains as from_neo_trains
from .neo import to_neo_block as to_neo_block
from .neo import to_neo_signal as to_neo_signal
from .neo import to_neo_trains as to_neo_trains
from .nwb_read import NWBContent as NWBContent
from .nwb_read import NWBSignal as NWBSignal
from .nwb_read import NWBTrains as NWBTrains
from .nwb_read import read_nwb as read_nwb
from .nwb import write_nwb as write_nwb
