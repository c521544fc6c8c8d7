"""Where a directed graph goes in circles, and which edges to cut so that it no longer does.

In: adjacency by name with a cost per edge. Out: names and edges in a deterministic order. It knows nothing of tables.
"""

from __future__ import annotations

from collections.abc import Mapping

Costs = Mapping[str, Mapping[str, int]]
"""For every node its successors, and what cutting that edge costs."""

SMALL = 200
"""Up to this many nodes in one circle the cut is made minimal; above, that search would be slower than it is worth."""


def components(graph: Costs) -> list[list[str]]:
    """The strongly connected components (Tarjan, without recursion), each sorted; successors come first."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, successors = work[-1]
            for successor in successors:
                if successor not in index:
                    index[successor] = low[successor] = len(index)
                    stack.append(successor)
                    on_stack.add(successor)
                    work.append((successor, iter(graph[successor])))
                    break
                if successor in on_stack:
                    low[node] = min(low[node], index[successor])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_component(node, stack, on_stack))
    return found


def _component(root: str, stack: list[str], on_stack: set[str]) -> list[str]:
    """Takes the component of `root` off the stack."""
    members: list[str] = []
    while not members or members[-1] != root:
        members.append(stack.pop())
        on_stack.discard(members[-1])
    return sorted(members)


def cut(graph: Costs) -> set[tuple[str, str]]:
    """Edges whose removal leaves no circle: cheap ones first, and (in circles up to `SMALL` nodes) none too many.

    An edge from a node to itself is not looked at.
    """
    removed: set[tuple[str, str]] = set()
    for members in components(graph):
        if len(members) > 1:
            inside = set(members)
            part = {node: {s: c for s, c in graph[node].items() if s in inside and s != node} for node in members}
            removed |= _cut_component(part)
    return removed


def _cut_component(graph: Costs) -> set[tuple[str, str]]:
    """The edges that run against a good linear order, less those that can come back without closing a circle."""
    position = {node: number for number, node in enumerate(_line(graph))}
    against = {(a, b) for a, successors in graph.items() for b in successors if position[a] > position[b]}
    if len(graph) > SMALL:
        return against
    kept: dict[str, set[str]] = {a: {b for b in graph[a] if (a, b) not in against} for a in graph}
    for a, b in sorted(against, key=lambda edge: (-graph[edge[0]][edge[1]], edge)):
        if not _reaches(kept, b, a):
            kept[a].add(b)
            against.discard((a, b))
    return against


def _line(graph: Costs) -> list[str]:
    """An order in which most cost runs forward (the greedy of Eades, Lin and Smyth: sinks last, sources first)."""
    outgoing = {node: dict(successors) for node, successors in graph.items()}
    incoming: dict[str, dict[str, int]] = {node: {} for node in graph}
    for a, successors in graph.items():
        for b, cost in successors.items():
            incoming[b][a] = cost
    head: list[str] = []
    tail: list[str] = []
    left = sorted(graph)
    while left:
        sink = next((node for node in left if not outgoing[node]), None)
        source = None if sink else next((node for node in left if not incoming[node]), None)
        chosen = sink or source or max(left, key=lambda n: sum(outgoing[n].values()) - sum(incoming[n].values()))
        (tail if sink else head).append(chosen)
        left.remove(chosen)
        for other in outgoing.pop(chosen):
            del incoming[other][chosen]
        for other in incoming.pop(chosen):
            del outgoing[other][chosen]
    return head + tail[::-1]


def _reaches(graph: Mapping[str, set[str]], start: str, goal: str) -> bool:
    """Whether a path leads from start to goal."""
    seen, todo = {start}, [start]
    while todo:
        node = todo.pop()
        if node == goal:
            return True
        fresh = graph[node] - seen
        seen |= fresh
        todo.extend(fresh)
    return False
