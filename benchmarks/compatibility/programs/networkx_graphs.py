"""Runs algorithms on graphs, converts between formats, and pickles them."""

import io
import pickle

WHEELS = ("networkx==3.5",)


def run() -> str:
    import networkx as nx

    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 4), ("b", "c", 1), ("a", "c", 7), ("c", "d", 2), ("d", "e", 3)])
    lines = [
        str(nx.shortest_path(graph, "a", "e", weight="weight")),
        str(nx.dijkstra_path_length(graph, "a", "e")),
        str(sorted(nx.minimum_spanning_tree(graph).edges(data="weight"))),
        str({node: round(rank, 6) for node, rank in nx.degree_centrality(graph).items()}),
        str(list(nx.connected_components(nx.compose(graph, nx.path_graph(3))))[1]),
        str(nx.is_isomorphic(nx.cycle_graph(5), nx.relabel_nodes(nx.cycle_graph(5), lambda n: n * 10))),
    ]
    directed = nx.DiGraph([(1, 2), (2, 3), (3, 1), (3, 4)])
    lines.append(str(sorted(map(sorted, nx.strongly_connected_components(directed)))))
    lines.append(str(nx.maximum_flow_value(nx.DiGraph([(1, 2, {"capacity": 3}), (2, 3, {"capacity": 2})]), 1, 3)))
    lines.append(str(list(nx.topological_sort(nx.DiGraph([("x", "y"), ("y", "z")])))))
    copy = pickle.loads(pickle.dumps(graph))
    lines.append(str(nx.utils.graphs_equal(copy, graph)))
    buffer = io.BytesIO()
    nx.write_graphml(graph, buffer)
    buffer.seek(0)
    lines.append(str(sorted(nx.read_graphml(buffer).edges(data="weight"))))
    lines.append("\n".join(nx.generate_network_text(nx.balanced_tree(2, 2))))
    lines.append(str(nx.node_link_data(directed, edges="edges")))
    lines.append(str(nx.community.louvain_communities(nx.barbell_graph(4, 0), seed=3)))
    from networkx.algorithms import bipartite

    lines.append(str(bipartite.is_bipartite(nx.path_graph(4))))
    return "\n".join(lines)
